"""`postern sla`: what is promised to customers: a first answer and a solution, in how much time of business."""

from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import text

from gateway.cli import find, printing
from gateway.cli.hooking import minutes
from gateway.cli.options import AsJson, InOrg, OfOrg, keys, noun
from gateway.cli.problems import Problem, Usage
from models.base import uuid7
from models.database import transaction

app = noun("Promises to customers: a first answer and a solution in so much time of business.")
KEYS = (
    "id", "org", "name", "priority", "type", "first_response_minutes", "resolution_minutes", "calendar", "is_active",
    "created_at",
)  # fmt: skip
PRIORITIES = ("low", "normal", "high", "urgent")
_LIST = text(
    "SELECT p.id, p.name, p.priority, r.name AS type, p.first_response_minutes, p.resolution_minutes,"
    " coalesce(c.name, d.name) AS calendar, p.is_active, p.created_at FROM sla_policies p"
    " LEFT JOIN request_types r ON r.org_id = p.org_id AND r.id = p.request_type_id"
    " LEFT JOIN business_calendars c ON c.org_id = p.org_id AND c.id = p.calendar_id"
    " LEFT JOIN business_calendars d ON d.org_id = p.org_id AND d.is_default"
    " ORDER BY p.created_at, p.id"
)
_TYPE = text("SELECT id FROM request_types WHERE lower(name) = lower(:name)")
_CALENDAR = text("SELECT id FROM business_calendars WHERE lower(name) = lower(:name)")
_ADD = text(
    "INSERT INTO sla_policies (org_id, id, name, priority, request_type_id, calendar_id, first_response_minutes,"
    " resolution_minutes) VALUES (:org, :id, :name, :priority, :type, :calendar, :first, :resolution)"
    " ON CONFLICT DO NOTHING RETURNING id"
)
_REMOVE = text("DELETE FROM sla_policies WHERE lower(name) = lower(:name) RETURNING id")
Time = Annotated[str | None, typer.Option(metavar="TIME", help="Of business, as 30m, 8h or 2d of 24 hours each.")]


@app.command("add", epilog=keys(KEYS))
def add(  # noqa: PLR0913, PLR0917  each is an option
    name: Annotated[str, typer.Argument(help="For people.")],
    first_response: Time = None,
    resolution: Time = None,
    priority: Annotated[str | None, typer.Option(help=f"Only for {', '.join(PRIORITIES)}.")] = None,
    kind: Annotated[str | None, typer.Option("--type", metavar="NAME", help="Only for this request type.")] = None,
    calendar: Annotated[str | None, typer.Option(metavar="NAME", help="Whose hours count; else the default's.")] = None,
    org: OfOrg = None,
    as_json: AsJson = False,
) -> None:
    """Promise something for tickets opened from now on; what names the type wins, then what names the priority."""
    if priority not in (None, *PRIORITIES):
        raise Usage(f"{priority!r} is none of {', '.join(PRIORITIES)}")
    first, whole = (said and minutes(said) for said in (first_response, resolution))
    if not (first or whole):
        raise Usage("promise something: --first-response TIME, --resolution TIME or both")
    if first and whole and whole < first:
        raise Usage("the solution cannot be promised before the first answer")
    owner, made = find.one_organization(org), uuid7()
    said = {"org": owner.id, "id": made, "name": name, "priority": priority, "first": first, "resolution": whole}
    with transaction(owner.id, role="admin") as connection:
        for key, query, named in (("type", _TYPE, kind), ("calendar", _CALENDAR, calendar)):
            said[key] = connection.scalar(query, {"name": named}) if named else None
            if named and said[key] is None:
                raise Problem(f"{owner.slug} has no {'request type' if key == 'type' else key} {named!r}")
        if not connection.scalar(_ADD, said):
            raise Problem("there is a promise of that name, or for the same tickets, already; see `postern sla list`")
    _report(next(row for row in _rows(owner.slug) if row["id"] == made), as_json=as_json)


@app.command("list", epilog=keys(KEYS))
def listing(org: InOrg = None, as_json: AsJson = False) -> None:
    """List what is promised."""
    found = _rows(org)
    if as_json:
        printing.document(found)
    else:
        printing.table(found, printing.across(found, ("name", *KEYS[3:8])), none="nothing is promised")


@app.command("remove", epilog=keys(("id", "org", "name")))
def remove(
    name: Annotated[str, typer.Argument(help="As `sla list` shows it.")], org: OfOrg = None, as_json: AsJson = False
) -> None:
    """Promise it no more; tickets of which it was promised are not watched for it any longer."""
    owner = find.one_organization(org)
    with transaction(owner.id, role="admin") as connection:
        gone: UUID | None = connection.scalar(_REMOVE, {"name": name})
    if gone is None:
        raise Problem(f"{owner.slug} promises nothing called {name!r}; see `postern sla list`")
    found = {"id": gone, "org": owner.slug, "name": name}
    if as_json:
        printing.document(found)
    else:
        printing.say(f"{name} is promised no more")


def _rows(slug: str | None) -> list[dict[str, Any]]:
    return [{name: row[name] for name in KEYS} for row in find.everywhere(_LIST, {}, slug)]


def _report(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        printing.page(found, KEYS)
