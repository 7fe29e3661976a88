"""`postern events`: occasions that requests are about; a type with --requires-event has customers asked for one."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import text

from gateway.cli import find, naming, printing
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem, Usage
from models.base import uuid7
from models.database import transaction

app = noun(
    "Events: what tickets of some types are about. A mail names one by its name, or is asked for it; what ended 90 days"
    " ago is offered no more."
)
KEYS = ("id", "org", "name", "starts_at", "ends_at", "location", "is_active", "tickets")
Time = Annotated[str | None, typer.Option(metavar="TIME", help="As 2026-11-30 or 2026-11-30T18:00+01:00; else in UTC.")]
_LIST = text(
    "SELECT e.id, e.name, e.starts_at, e.ends_at, e.location, e.is_active,"
    " (SELECT count(*) FROM tickets t WHERE t.org_id = e.org_id AND t.event_id = e.id) AS tickets"
    " FROM events e ORDER BY e.starts_at DESC NULLS LAST, lower(e.name), e.id"
)
_TAKEN = text("SELECT EXISTS (SELECT FROM events WHERE lower(name) = lower(:name) AND is_active)")
_ADD = text(
    "INSERT INTO events (org_id, id, name, starts_at, ends_at, location)"
    " VALUES (:org, :id, :name, :starts, :ends, :location)"
)
_REMOVE = text("DELETE FROM events WHERE id = :id")


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List events, the latest first."""
    found = _rows(org)
    if as_json:
        printing.document(found)
    else:
        columns = printing.across(found, ("name", "starts_at", "ends_at", "location", "is_active", "tickets"))
        printing.table(found, columns, none="no event yet; make one with `postern events add NAME`")


@app.command("add", epilog=keys(KEYS))
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="By which mails name it.")],
    org: OfOrg = None,
    starts: Time = None,
    ends: Time = None,
    location: Annotated[str | None, typer.Option(metavar="TEXT", help="For people.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add an event; mails may be about it from now on."""
    owner, made, name = find.one_organization(org), uuid7(), naming.name(name, "event")
    begin, end = _time(starts), _time(ends)
    if begin and end and end < begin:
        raise Usage("an event ends after it starts")
    said = {"org": owner.id, "id": made, "name": name, "starts": begin, "ends": end, "location": location}
    with transaction(owner.id, role="admin") as connection:
        if connection.scalar(_TAKEN, said):
            raise Problem(f"{owner.slug} has an event {name!r} already; customers could not tell them apart")
        connection.execute(_ADD, said)
    _report(_one(owner, made), as_json=as_json)


@app.command("remove", epilog=keys(KEYS))
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="In any case.")],
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Remove an event; tickets about it stay, and are about none."""
    owner = find.one_organization(org)
    with transaction(owner.id, role="admin") as connection:
        known = naming.identifier(connection, owner, "event", name)
    found = _one(owner, known)
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_REMOVE, {"id": known})
    _report(found, as_json=as_json)


def _time(said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise Usage(f"{said!r} is no time; write it as 2026-11-30 or 2026-11-30T18:00+01:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _one(owner: find.Org, known: UUID) -> dict[str, Any]:
    return next(row for row in _rows(owner.slug) if row["id"] == known)


def _rows(slug: str | None) -> list[dict[str, Any]]:
    return [{key: row[key] for key in KEYS} for row in find.everywhere(_LIST, {}, slug)]


def _report(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        printing.page(found, KEYS)
