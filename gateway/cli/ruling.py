"""What the desk reads and writes of routing rules: names become identifiers, conditions are understood first."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from gateway.cli import find, naming
from gateway.cli.printing import line
from gateway.cli.problems import Problem, Usage
from gateway.cli.statements import statement
from models.base import uuid7
from models.database import transaction
from models.request_type import AssignmentMethod
from models.ticket import Priority
from workers.inbound.routing import grammar
from workers.inbound.routing.conditions import Op

LIST = (
    "id", "org", "name", "order", "is_active", "when", "conditions", "type", "department", "priority", "tags",
    "assignee", "assign_by", "team", "problem",
)  # fmt: skip
ACTIONS = ("request_type_id", "department_id", "assignee_id", "priority", "tags", "assign_by")
_REMOVE = text("DELETE FROM routing_rules WHERE lower(name) = lower(:name) RETURNING id")
_KEYS = text("SELECT key FROM field_definitions WHERE entity = 'ticket' AND key = ANY (CAST(:keys AS text[]))")


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule as it was written on the command line; None is not said."""

    every: list[str] | None
    some: list[str] | None
    none: list[str] | None
    written: str | None
    kind: str | None
    department: str | None
    priority: str | None
    tags: list[str] | None
    assignee: str | None
    assign_by: str | None
    team: str | None
    order: int | None

    @property
    def is_new(self) -> bool:
        """Whether anything was said of the rule but its name."""
        return any(getattr(self, name) is not None for name in self.__slots__)


def listed(slug: str | None) -> list[dict[str, Any]]:
    """The rules with the keys of `LIST`, in their order."""
    return [_shown(row) for row in find.everywhere(statement("rules"), {"name": None}, slug)]


def one(owner: find.Org, name: str) -> dict[str, Any]:
    """The rule of that name with the keys of `LIST`.

    Raises:
        Problem: there is none.
    """
    found = find.everywhere(statement("rules"), {"name": line(name)}, owner.slug)
    if not found:
        raise Problem(f"{owner.slug} has no rule {name!r}; see `postern rules list`")
    return _shown(found[0])


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    try:
        when, problem = str(grammar.read(row["conditions"])), None
    except grammar.Unclear as error:
        when, problem = None, str(error)
    full = row | {"when": when, "problem": problem}
    return {name: full[name] for name in LIST}


def write(owner: find.Org, name: str, asked: Asked) -> None:
    """Write a rule, instead of the one of that name if there is one.

    Raises:
        Problem: it cannot be one; the sentence says why.
    """
    with transaction(owner.id, role="admin") as connection:
        row = built(connection, owner, name, asked)
        if not any(row[what] for what in ACTIONS):
            raise Problem(f"{name!r} sets nothing; say what its tickets get, such as --department, --priority or --tag")
        said = row | {"org": owner.id, "conditions": json.dumps(row["conditions"])}
        connection.execute(statement("write_rule"), said)


def removed(owner: find.Org, name: str) -> dict[str, Any]:
    """Remove the rule of that name; what it was.

    Raises:
        Problem: there is none.
    """
    found = one(owner, name)
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_REMOVE, {"name": found["name"]})
    return found


def built(connection: Connection, owner: find.Org, name: str, asked: Asked) -> dict[str, Any]:
    """A rule as `workers.inbound.routing.kept.rule` reads it.

    Args:
        connection: in the context of the organization, as admin.
        owner: the organization.
        name: of the rule.
        asked: what it is to be.

    Raises:
        Problem: it names something that there is not, or its conditions are none.
        Usage: a word is not one of those there are.
    """
    conditions = _conditions(asked)
    _check_fields(connection, owner, conditions)
    return {
        "id": uuid7(),
        "name": naming.name(name, "rule"),
        "sort_order": asked.order or 0,
        "conditions": conditions,
        "request_type_id": naming.maybe(connection, owner, "request type", asked.kind),
        "department_id": naming.maybe(connection, owner, "department", asked.department),
        "assignee_id": naming.maybe(connection, owner, "agent", asked.assignee),
        "priority": naming.word(asked.priority, tuple(Priority), "priority"),
        "tags": [line(tag) for tag in asked.tags or ()],
        "assign_by": naming.word(asked.assign_by, tuple(AssignmentMethod), "way to assign"),
        "team_id": naming.maybe(connection, owner, "team", asked.team),
    }


def _check_fields(connection: Connection, owner: find.Org, conditions: dict[str, Any]) -> None:
    asked = grammar.read(conditions).fields()
    if unknown := sorted(asked - set(connection.scalars(_KEYS, {"keys": sorted(asked)}) if asked else ())):
        raise Problem(f"{owner.slug} has no field {unknown[0]!r}; see `postern fields list --org {owner.slug}`")


def _conditions(asked: Asked) -> dict[str, Any]:
    lists = {"all": asked.every, "any": asked.some, "not": asked.none}
    found: Any = {name: [_test(said) for said in some] for name, some in lists.items() if some}
    if asked.written is not None:
        if found:
            raise Usage("--conditions says all of them; leave --all, --any and --not out")
        try:
            found = json.loads(asked.written)
        except ValueError as error:
            raise Usage(f"--conditions is no JSON: {error}") from None
    try:
        grammar.read(found)
    except grammar.Unclear as error:
        raise Problem(str(error)) from None
    written: dict[str, Any] = found
    return written


def _test(said: str) -> dict[str, Any]:
    """`subject contains invoice` as a test; after `in` stand several, with commas."""
    words = said.split(maxsplit=2)
    if len(words) < 3:  # noqa: PLR2004  as the sentence says
        raise Usage(f"{said!r} is no condition; write FIELD OP VALUE, as in 'subject contains invoice'")
    about, op, value = words
    listed = [one.strip() for one in value.split(",")] if op == Op.IN else value
    return {"field": about, "op": op, "value": listed}
