"""What the desk reads and writes of request types: names become identifiers, words for mails are understood first."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from gateway.cli import find, naming
from gateway.cli.naming import NONE, Noun, identifier, maybe, word
from gateway.cli.printing import line
from gateway.cli.problems import Problem
from gateway.cli.statements import statement
from models.base import uuid7
from models.database import transaction
from models.request_type import AssignmentMethod, RequestCategory
from models.ticket import Priority
from workers.inbound.routing import grammar, kept

LIST = (
    "id", "org", "name", "order", "is_active", "description", "category", "priority", "department", "workflow",
    "requires_event", "audiences", "match", "assign_by", "team",
)  # fmt: skip
_ROW = text("SELECT * FROM request_types WHERE id = :id FOR UPDATE")
_TAKEN = text("SELECT EXISTS (SELECT FROM request_types WHERE lower(name) = lower(:name) AND id <> :id)")
_REMOVE = text("DELETE FROM request_types WHERE id = :id")
_NEW: dict[str, Any] = {
    "sort_order": 0, "is_active": True, "description": None, "category": RequestCategory.GENERAL,
    "default_priority": Priority.NORMAL, "department_id": None, "workflow_id": None, "requires_event": False,
    "allowed_roles": [], "match_rules": {}, "assign_by": None, "team_id": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A request type as it was written on the command line; None is not said, `none` takes away."""

    name: str | None
    description: str | None
    category: str | None
    priority: str | None
    department: str | None
    workflow: str | None
    requires_event: bool | None
    audiences: list[str] | None
    subject: list[str] | None
    text: list[str] | None
    sender: list[str] | None
    assign_by: str | None
    team: str | None
    active: bool | None
    order: int | None


def listed(slug: str | None, name: str | None = None) -> list[dict[str, Any]]:
    """Request types with the keys of `LIST`, in their order."""
    rows = find.everywhere(statement("types"), {"name": name and line(name)}, slug)
    return [{key: row[key] for key in LIST} for row in rows]


def one(owner: find.Org, name: str) -> dict[str, Any]:
    """The request type of that name with the keys of `LIST`.

    Raises:
        Problem: there is none.
    """
    found = listed(owner.slug, name)
    if not found:
        raise Problem(f"{owner.slug} has no request type {name!r}; see `postern types list --org {owner.slug}`")
    return found[0]


def add(owner: find.Org, name: str, asked: Asked) -> None:
    """Make a request type.

    Raises:
        Problem: there is one of that name, or it cannot be one; the sentence says why.
    """
    with transaction(owner.id, role="admin") as connection:
        _write(connection, owner, _NEW | {"id": uuid7(), "name": name}, asked)


def change(owner: find.Org, name: str, asked: Asked) -> None:
    """Change what was said of a request type; the rest of it stays.

    Raises:
        Problem: there is none of that name, or it cannot be so; the sentence says why.
    """
    with transaction(owner.id, role="admin") as connection:
        known = identifier(connection, owner, "request type", name)
        row = connection.execute(_ROW, {"id": known}).mappings().one()
        _write(connection, owner, dict(row), asked)


def removed(owner: find.Org, name: str) -> dict[str, Any]:
    """Remove the request type of that name; what it was.

    Raises:
        Problem: there is none.
    """
    found = one(owner, name)
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_REMOVE, {"id": found["id"]})
    return found


def _write(connection: Connection, owner: find.Org, row: dict[str, Any], asked: Asked) -> None:
    row |= {"name": naming.name(asked.name or row["name"], "request type")}
    if connection.scalar(_TAKEN, row):
        advice = f"change it with `postern types change {row['name']!r}`"
        raise Problem(f"{owner.slug} has a request type {row['name']!r} already; {advice}")
    row |= {key: value for key, value in _plain(asked).items() if value is not None}
    named: dict[Noun, str | None] = {
        "department": asked.department, "workflow": asked.workflow, "team": asked.team,
    }  # fmt: skip
    row |= {f"{noun}_id": maybe(connection, owner, noun, said) for noun, said in named.items() if said}
    if asked.description or asked.assign_by:
        row |= {key: _unless_none(getattr(asked, key), row[key]) for key in ("description", "assign_by")}
    word(row["assign_by"], tuple(AssignmentMethod), "way to assign")
    match = row["match_rules"] | {key: _words(getattr(asked, key)) for key in kept.WORDS_OF if getattr(asked, key)}
    match = {key: words for key, words in match.items() if words}
    try:
        kept.match(match)
    except grammar.Unclear as error:
        raise Problem(str(error)) from None
    connection.execute(statement("write_type"), row | {"org": owner.id, "match_rules": json.dumps(match)})


def _plain(asked: Asked) -> dict[str, Any]:
    return {
        "category": word(asked.category, tuple(RequestCategory), "category"),
        "default_priority": word(asked.priority, tuple(Priority), "priority"),
        "requires_event": asked.requires_event,
        "allowed_roles": None if asked.audiences is None else _words(asked.audiences),
        "is_active": asked.active,
        "sort_order": asked.order,
    }


def _unless_none(said: str | None, before: str | None) -> str | None:
    return before if said is None else None if said.lower() == NONE else line(said)


def _words(said: list[str]) -> list[str]:
    words = [line(one) for one in said]
    return [] if [one.lower() for one in words] == [NONE] else words
