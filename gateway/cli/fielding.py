"""What the desk reads and writes of custom fields: what one may hold, and on which tickets it is shown to whom."""

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from gateway.cli import find, ruling
from gateway.cli.naming import identifier, word
from gateway.cli.printing import line
from gateway.cli.problems import Problem, Usage
from gateway.cli.statements import statement
from models.database import transaction
from models.field import FieldEntity, FieldType
from workers.inbound.routing import grammar
from workers.inbound.routing.questions import question

LIST = (
    "id", "org", "key", "label", "of", "type", "required", "default", "options", "rules", "order", "is_active",
    "description", "placeholder", "shown",
)  # fmt: skip
_KEY = re.compile("[a-z][a-z0-9_]{0,62}")
_CHOICES = (FieldType.SELECT, FieldType.MULTISELECT)
_PROBLEM = text(
    "SELECT definition_problem(:type, CAST(:options AS jsonb), CAST(:validation_rules AS jsonb),"
    " CAST(:default_value AS jsonb))"
)
_HIDE = text("DELETE FROM field_visibility_rules WHERE field_definition_id = :field")
_SHOW = text(
    "INSERT INTO field_visibility_rules (org_id, field_definition_id, request_type_id, user_roles, show_to_customers,"
    " additional_conditions) VALUES (:org, :field, :type, :audiences, :customers, CAST(:conditions AS jsonb))"
)
_REMOVE = text("DELETE FROM field_definitions WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Shown:
    """Where it is shown: on tickets of these types (none: of all), to these audiences (none: to all)."""

    types: list[str]
    audiences: list[str]
    staff_only: bool
    when: list[str]

    @property
    def everywhere(self) -> bool:
        """Whether no rule is needed to say so."""
        return not (self.types or self.audiences or self.staff_only or self.when)


@dataclass(frozen=True, slots=True)
class Asked:
    """A custom field as it was written on the command line; `rules` hold None for what is not said."""

    of: str
    kind: str
    required: bool
    options: list[str]
    rules: dict[str, Any]
    default: str | None
    description: str | None
    placeholder: str | None
    active: bool
    order: int
    shown: Shown


def listed(slug: str | None) -> list[dict[str, Any]]:
    """Custom fields with the keys of `LIST`, in their order."""
    return _rows(slug, None, FieldEntity.TICKET)


def one(owner: find.Org, key: str, of: str) -> dict[str, Any]:
    """The field of that key with the keys of `LIST`.

    Raises:
        Problem: there is none.
        Usage: nothing of that sort has fields.
    """
    found = _rows(owner.slug, key, of)
    if not found:
        raise Problem(f"{owner.slug} has no field {key!r} of a {of}; see `postern fields list --org {owner.slug}`")
    return found[0]


def write(owner: find.Org, key: str, label: str, asked: Asked) -> None:
    """Write a field, instead of the one of that key if there is one of the same type.

    Raises:
        Problem: it cannot be one; the sentence says why.
        Usage: a word is not one of those there are.
    """
    row = _row(key, label, asked)
    with transaction(owner.id, role="admin") as connection:
        if problem := connection.scalar(_PROBLEM, row):
            raise Problem(f"{key}: {problem}")
        field = connection.scalar(statement("write_field"), row | {"org": owner.id})
        if field is None:
            raise Problem(f"{key!r} has another type, which its values fit; choose another key, or remove it first")
        connection.execute(_HIDE, {"field": field})
        if not asked.shown.everywhere:
            _show(connection, owner, field, asked.shown)


def removed(owner: find.Org, key: str, of: str) -> dict[str, Any]:
    """Remove the field of that key; what it was. Values stay where they are.

    Raises:
        Problem: there is none, or a rule asks for it.
        Usage: nothing of that sort has fields.
    """
    found = one(owner, key, of)
    if asking := [row["name"] for row in ruling.listed(owner.slug) if of == FieldEntity.TICKET and _asks(row, key)]:
        raise Problem(f"rule {asking[0]!r} asks for {key}; remove that first, or make the field --inactive")
    with transaction(owner.id, role="admin") as connection:
        connection.execute(_REMOVE, {"id": found["id"]})
    return found


def _rows(slug: str | None, key: str | None, of: str) -> list[dict[str, Any]]:
    rows = find.everywhere(statement("fields"), {"key": key, "of": word(of, tuple(FieldEntity), "owner")}, slug)
    return [{name: row[name] for name in LIST} for row in rows]


def _asks(rule: dict[str, Any], key: str) -> bool:
    return not rule["problem"] and key in grammar.read(rule["conditions"]).fields()


def _row(key: str, label: str, asked: Asked) -> dict[str, Any]:
    if not _KEY.fullmatch(key):
        raise Usage(f"{key!r} is no key; write small letters, digits and _, as in order_number")
    if not line(label):
        raise Problem("a field needs a label, by which customers are asked for it")
    word(asked.of, tuple(FieldEntity), "owner")
    word(asked.kind, tuple(FieldType), "type of field")
    if (asked.kind in _CHOICES) != bool(asked.options):
        raise Usage("--option VALUE=LABEL is what may be chosen: a select or multiselect needs some, nothing else any")
    options = [_option(said) for said in asked.options]
    rules = {name: value for name, value in asked.rules.items() if value is not None}
    row = {"key": key, "label": line(label), "type": asked.kind, "options": options, "validation_rules": rules}
    return row | {
        "entity": asked.of,
        "options": json.dumps(options),
        "validation_rules": json.dumps(rules),
        "default_value": None if asked.default is None else json.dumps(_value(row, asked.default)),
        "is_required": asked.required,
        "sort_order": asked.order,
        "is_active": asked.active,
        "description": asked.description,
        "placeholder": asked.placeholder,
    }


def _option(said: str) -> dict[str, str]:
    value, _, label = map(line, said.partition("="))
    return {"value": value, "label": label or value}


def _value(row: dict[str, Any], said: str) -> object:
    asked = question(row | {"shown": []})
    return asked.value(said) if asked else said


def _show(connection: Connection, owner: find.Org, field: UUID, shown: Shown) -> None:
    types: list[UUID | None] = [identifier(connection, owner, "request type", name) for name in shown.types]
    conditions = json.dumps(dict(map(_condition, shown.when)))
    said = {"org": owner.id, "field": field, "audiences": [line(one) for one in shown.audiences]}
    said |= {"customers": not shown.staff_only, "conditions": conditions}
    connection.execute(_SHOW, [said | {"type": one} for one in types or [None]])


def _condition(said: str) -> tuple[str, object]:
    key, equals, value = said.partition("=")
    if not _KEY.fullmatch(key) or not equals:
        raise Usage(f"{said!r} is no condition; write KEY=VALUE, as in device=printer")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
