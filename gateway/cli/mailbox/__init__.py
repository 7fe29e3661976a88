"""`postern mailbox`: the addresses that customers write to, and where their mail is fetched from."""

from gateway.cli.mailbox.add import add
from gateway.cli.mailbox.backfilling import backfill
from gateway.cli.mailbox.listing import listing, show
from gateway.cli.mailbox.relaying import relay
from gateway.cli.mailbox.rows import KEYS, SHOW, rows
from gateway.cli.mailbox.switching import REMOVED, pause, remove, resume
from gateway.cli.mailbox.trying import STEP, TESTED, rotate_secret, try_out
from gateway.cli.options import keys, noun

__all__ = ["app", "rows"]

app = noun("Mailboxes: the addresses that customers write to.")
app.command("add", epilog=keys(KEYS))(add)
app.command("list", epilog=keys(KEYS))(listing)
app.command("show", epilog=keys(SHOW))(show)
app.command("pause", epilog=keys(SHOW))(pause)
app.command("resume", epilog=keys(SHOW))(resume)
app.command("test", epilog=f"{keys(TESTED)} Of a step: {', '.join(STEP)}.")(try_out)
app.command("backfill", epilog=keys(SHOW))(backfill)
app.command("relay", epilog=keys(SHOW))(relay)
app.command("rotate-secret", epilog=keys(SHOW))(rotate_secret)
app.command("remove", epilog=keys(REMOVED))(remove)
