"""`postern mailbox pause`, `resume` and `remove`: a mailbox that stops receiving loses no ticket."""

import sys
from typing import Annotated

import typer
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gateway.cli import printing
from gateway.cli.mailbox.rows import Address, Found, one, report
from gateway.cli.options import AsJson, InOrg
from gateway.cli.problems import Problem
from models.database import transaction
from models.mailbox_secrets import drop_secrets
from models.tenancy import close_mailbox

REMOVED = ("address", "org", "outcome")
_SWITCH = text("UPDATE mailboxes SET is_active = :active WHERE id = :mailbox")
_DELETE = text(
    "DELETE FROM mailboxes WHERE id = :mailbox"
    " AND NOT EXISTS (SELECT FROM tickets WHERE mailbox_id = :mailbox) RETURNING id"
)


def pause(address: Address, org: InOrg = None, as_json: AsJson = False) -> None:
    """Stop receiving and fetching for a while; mail by SMTP is refused, what lies at a provider stays there."""
    _switch(one(address, org), active=False, as_json=as_json)


def resume(address: Address, org: InOrg = None, as_json: AsJson = False) -> None:
    """Go on receiving and fetching; what came to the provider meanwhile is fetched."""
    _switch(one(address, org), active=True, as_json=as_json)


def remove(
    address: Address,
    org: InOrg = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a mailbox away: its address is free again and its secrets are gone. Its mails and tickets stay.

    One that mails, tickets or letters belong to is kept for them, switched off: outcome `closed`, else `deleted`.
    `postern mailbox add` with the same address opens it again.
    """
    found = one(address, org)
    _make_sure(found, yes=yes)
    outcome = "deleted" if _deleted(found) else "closed"
    if outcome == "closed":
        with transaction(found.org.id, role="admin") as connection:
            drop_secrets(connection, found.org.id, found.id)
            close_mailbox(connection, found.id)
    if as_json:
        printing.document({"address": found.address, "org": found.org.slug, "outcome": outcome})
        return
    kept = "; its mails, tickets and letters stay" if outcome == "closed" else ""
    printing.say(f"{found.address} receives no more, its address is free and its secrets are gone{kept}")


def _switch(found: Found, *, active: bool, as_json: bool) -> None:
    if found.row["state"] == "removed":
        raise Problem(f"{found.address} was removed; open it again with `postern mailbox add {found.address}`")
    with transaction(found.org.id, role="admin") as connection:
        connection.execute(_SWITCH, {"mailbox": found.id, "active": active})
    if as_json:
        report(one(found.address, found.org.slug), as_json=True)
    else:
        printing.say(f"{found.address} {'is active' if active else 'is paused'}")


def _make_sure(found: Found, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise Problem(f"nobody is here to ask whether {found.address} may be removed; say so with --yes")
    if not typer.confirm(f"Remove {found.address} of {found.org.slug}?", err=True):
        raise Problem("nothing was changed")


def _deleted(found: Found) -> bool:
    """Whether nothing belonged to it, as the foreign keys see it."""
    try:
        with transaction(found.org.id, role="admin") as connection:
            return connection.scalar(_DELETE, {"mailbox": found.id}) is not None
    except IntegrityError:
        return False
