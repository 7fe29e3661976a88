"""`postern outbox`: every letter that is going out or went, and what the relay answered."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import text

from gateway.cli import bell, find, printing
from gateway.cli.options import AsJson, InOrg, Most, OfOrg, keys, noun, one_of
from gateway.cli.problems import Problem
from gateway.cli.statements import statement
from models.captured import FOLDER
from models.database import transaction
from models.settings import settings
from workers.outbound.claims import retry as queue_again
from workers.outbound.claims import take_back as withhold

app = noun("The outbox: letters to customers and agents. ID may be shortened to a unique beginning or end.")
LIST = (
    "id", "org", "mailbox", "letter", "recipient", "ticket", "state", "attempts", "answer", "next_try_at", "created_at",
    "sent_at", "message_id",
)  # fmt: skip
SHOW = (*LIST, "recipient_name", "sender_name", "leased_until", "comment", "tries", "file")
TRY = ("at", "outcome", "answer")
WINDOW = ("org", "seconds")
LONGEST_WINDOW = 3600
_WINDOW = text("SELECT coalesce((policies ->> 'undo_seconds')::integer, 0) FROM organization_settings")
_SET_WINDOW = text(
    "UPDATE organization_settings"
    " SET policies = policies || jsonb_build_object('undo_seconds', CAST(:seconds AS integer))"
)
LISTING = "postern outbox list"
STATES = "queued, sending, sent, delivered, deferred, bounced, failed, captured, unknown or withheld"
Identifier = Annotated[str, typer.Argument(metavar="ID", help="At least six digits of its beginning or end.")]
SHOW_KEYS = f"{keys(SHOW)} Of a try: {', '.join(TRY)}. `file` is where a captured letter lies."


@app.command("list", epilog=keys(LIST))
def listing(
    org: InOrg = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATE", callback=one_of("models.outgoing", "State"), help=f"Only {STATES}; may be repeated."
        ),
    ] = None,
    limit: Most = 50,
    as_json: AsJson = False,
) -> None:
    """List letters, latest first."""
    values = {"states": state or None, "letter": None, "most": limit}
    rows = find.newest(find.everywhere(statement("letters"), values, org), "created_at", limit)
    if as_json:
        printing.document([{name: row[name] for name in LIST} for row in rows])
    else:
        columns = ("id", "created_at", "letter", "recipient", "ticket", "state", "answer")
        printing.table(rows, printing.across(rows, columns), none="no letter here")


@app.command("show", epilog=SHOW_KEYS)
def show(identifier: Identifier, as_json: AsJson = False) -> None:
    """Show a letter, each try to send it and its answer."""
    _report(_shown(*find.row("outgoing", identifier, LISTING)), as_json=as_json)


@app.command("retry", epilog=SHOW_KEYS)
def retry(identifier: Identifier, as_json: AsJson = False) -> None:
    """Send a letter now that failed, is deferred or withheld, or of which nobody knows whether it arrived.

    Letters are withheld that would keep programs writing to each other (whose mail it answers is answered anew), that
    go to a suppressed address (see `postern suppress`) or were taken back.
    """
    org, letter = find.row("outgoing", identifier, LISTING)
    with transaction(org.id, role="admin") as connection:
        queued = queue_again(connection, org.id, [letter])
    found = _shown(org, letter)
    if not queued:
        raise Problem(f"{letter} is {found['state']}; only failed, deferred, unknown and withheld letters are sent")
    bell.ring("outbound.send", queued)
    _report(found, as_json=as_json)


@app.command("take-back", epilog=SHOW_KEYS)
def take_back(identifier: Identifier, as_json: AsJson = False) -> None:
    """Withhold a letter that was not sent yet; `window` says for how long agents' answers wait for that."""
    org, letter = find.row("outgoing", identifier, LISTING)
    with transaction(org.id, role="admin") as connection:
        gone = withhold(connection, org.id, [letter])
    found = _shown(org, letter)
    if not gone:
        raise Problem(f"{letter} is {found['state']}; only queued and deferred letters can be taken back")
    _report(found, as_json=as_json)


@app.command("window", epilog=keys(WINDOW))
def window(
    seconds: Annotated[
        int | None, typer.Argument(metavar="SECONDS", min=0, max=LONGEST_WINDOW, help="0 for none; shown unless given.")
    ] = None,
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Say how long agents' answers wait before they go out, so that `take-back` can still stop one."""
    owner = find.one_organization(org)
    with transaction(owner.id, role="admin") as connection:
        if seconds is not None:
            connection.execute(_SET_WINDOW, {"seconds": seconds})
        found = {"org": owner.slug, "seconds": connection.scalar(_WINDOW)}
    if as_json:
        printing.document(found)
    else:
        printing.page(found, WINDOW)


def _shown(org: find.Org, letter: UUID) -> dict[str, Any]:
    with transaction(org.id, role="admin") as connection:
        row = connection.execute(statement("letters"), {"states": None, "letter": letter, "most": 1}).mappings().one()
    captured = settings().home / FOLDER / f"{letter}.eml"
    tries = [{"at": datetime.fromisoformat(one["at"]), **{name: one[name] for name in TRY[1:]}} for one in row["tries"]]
    full = {"org": org.slug, **row, "tries": tries, "file": str(captured) if captured.exists() else None}
    return {name: full[name] for name in SHOW}


def _report(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
        return
    printing.page(found, [name for name in SHOW if name != "tries"])
    printing.say("")
    printing.table(found["tries"], TRY, none="it was not tried yet")
