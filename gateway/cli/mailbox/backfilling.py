"""`postern mailbox backfill`: old mail that lies at the provider becomes tickets, too."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from gateway.cli import printing
from gateway.cli.mailbox.rows import Address, one, report
from gateway.cli.options import AsJson, InOrg
from gateway.cli.problems import Problem
from models.database import transaction
from models.fetching import fetch_since

OTHERWISE = "what lay there before is fetched if it is added anew with old = 'take' under [fetch] in a --file"


def backfill(
    address: Address,
    since: Annotated[datetime, typer.Option(metavar="DATE", help="In UTC unless it says otherwise.")],
    org: InOrg = None,
    as_json: AsJson = False,
) -> None:
    """Fetch what the provider received since a date; what is here already is not filed twice.

    A running door begins within half a minute. Agents are notified as of new mail; senders of what is older than five
    days get no acknowledgement. To take over an archive in silence, use `postern import`.
    """
    found = one(address, org)
    if found.row["kind"] == "pop3":
        raise Problem(f"{found.address} is fetched by POP3, which knows no dates; {OTHERWISE}")
    when = since if since.tzinfo else since.replace(tzinfo=UTC)
    with transaction(found.org.id, role="admin") as connection:
        fetched = fetch_since(connection, found.org.id, found.id, when)
    if not fetched:
        raise Problem(f"{found.address} is not fetched; set it up with `postern mailbox add {found.address} --fetch`")
    if as_json:
        report(one(found.address, found.org.slug), as_json=True)
    else:
        printing.say(
            f"{found.address} is fetched since {when:%Y-%m-%d %H:%M} UTC; see `postern mailbox show {address}`"
        )
