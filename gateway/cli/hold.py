"""`postern hold`: what must be kept, whoever asks for its erasure."""

from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem, Usage
from models.base import uuid7
from models.database import transaction

app = noun("Legal holds: what is neither erased nor redacted, and whose retention does not end.")
KEYS = ("id", "org", "person", "ticket", "reason", "placed_at", "lifted_at")
MOST = 10_000
_LIST = text(
    "SELECT h.id, coalesce(p.email, p.name) AS person, t.number AS ticket, h.reason, h.placed_at, h.lifted_at"
    " FROM legal_holds h LEFT JOIN profiles p ON p.org_id = h.org_id AND p.id = h.profile_id"
    " LEFT JOIN tickets t ON t.org_id = h.org_id AND t.id = h.ticket_id"
)
_PLACE = text(
    "INSERT INTO legal_holds (org_id, id, profile_id, ticket_id, reason) VALUES (:org, :id, :person, :ticket, :reason)"
)
_LIFT = text("UPDATE legal_holds SET lifted_at = now() WHERE id = :id AND lifted_at IS NULL RETURNING id")
_PERSON = text("SELECT profile_id FROM profile_addresses WHERE address = lower(:address)")


@app.command("place", epilog=keys(KEYS))
def place(
    reason: Annotated[str, typer.Option(help="Why; told to whoever is refused.")],
    org: OfOrg = None,
    person: Annotated[str | None, typer.Option(metavar="ADDRESS", help="On a person and what they wrote.")] = None,
    ticket: Annotated[str | None, typer.Option(metavar="NUMBER", help="On a ticket.")] = None,
    as_json: AsJson = False,
) -> None:
    """Keep a person, a ticket or, naming neither, everything of an organization, until the hold is lifted."""
    if person and ticket:
        raise Usage("a hold is on a person or on a ticket; place two for both")
    owner = find.one_organization(org)
    made = uuid7()
    values = {"org": owner.id, "id": made, "reason": printing.line(reason), "person": None, "ticket": None}
    with transaction(owner.id, role="admin") as connection:
        if person and not (known := connection.scalar(_PERSON, {"address": person})):
            raise Problem(f"nobody in {owner.slug} has the address {person!r}")
        values["person"] = known if person else None
        values["ticket"] = find.ticket(ticket, owner.slug)[1] if ticket else None
        connection.execute(_PLACE, values)
    _report(made, owner.slug, as_json=as_json)


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List the holds, those that were lifted, too, latest first."""
    found = _rows(org)
    if as_json:
        printing.document(found)
    else:
        printing.table(found, printing.across(found, (KEYS[0], *KEYS[2:])), none="nothing is held")


@app.command("lift", epilog=keys(KEYS))
def lift(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="As `hold list` shows it.")],
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """End a hold."""
    owner = find.one_organization(org)
    found = find.by_ending(_rows(owner.slug), identifier)
    with transaction(owner.id, role="admin") as connection:
        if found is None or not connection.scalar(_LIFT, {"id": found["id"]}):
            raise Problem(f"there is no standing hold {identifier!r}; see `postern hold list`")
    _report(found["id"], owner.slug, as_json=as_json)


def _rows(slug: str | None) -> list[dict[str, Any]]:
    found = find.newest(find.everywhere(_LIST, {}, slug), "placed_at", MOST)
    return [{name: row[name] for name in KEYS} for row in found]


def _report(hold: UUID, slug: str, *, as_json: bool) -> None:
    found = next(row for row in _rows(slug) if row["id"] == hold)
    if as_json:
        printing.document(found)
    else:
        printing.page(found, KEYS)
