"""The fields that a customer is asked for by mail: how each is put as a line, and what an answer to it means."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from models.field import FieldType

LONGEST_LABEL = 80
MOST_OPTIONS = 12  # of a list that is written out
_YES = frozenset(("yes", "y", "true", "1", "ja", "j", "oui", "sí", "si", "sim", "tak", "ano", "evet", "x"))
_NO = frozenset(("no", "n", "false", "0", "nein", "non", "não", "nao", "nie", "ne"))
_MOST_DIGITS = 30  # of a number; one of a few letters may have a billion of them
_GERMAN_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_BY_MAIL = frozenset(FieldType) - {FieldType.FILE}  # which names a row of ours


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a field is shown to customers: to tickets of a type (None: of all), to some audiences (none: to all)."""

    type_id: UUID | None
    roles: frozenset[str]
    values: Mapping[str, Any]

    def applies(self, type_id: UUID | None, audiences: Iterable[str], values: Mapping[str, Any]) -> bool:
        """Whether it does for such a ticket of such a customer."""
        return (
            self.type_id in (None, type_id)
            and self.reaches(audiences)
            and all(values.get(key) == value for key, value in self.values.items())
        )

    def reaches(self, audiences: Iterable[str]) -> bool:
        """Whether a customer of these audiences is shown it on any ticket."""
        return not self.roles or not self.roles.isdisjoint({"public", *audiences})


@dataclass(frozen=True, slots=True)
class Question:
    """A field that can be answered by mail; one that is not required is never asked for.

    Attributes:
        options: value and label of each.
        shown: where customers see it, empty for everywhere.
        hint: what an answer looks like, '' if that is plain.
    """

    key: str
    label: str
    type: str
    options: tuple[tuple[str, str], ...] = ()
    shown: tuple[Shown, ...] = ()
    hidden: bool = False
    hint: str = ""
    required: bool = True

    @property
    def line(self) -> str:
        """The line that is answered."""
        return f"{self.label} ({self.hint}):" if self.hint else f"{self.label}:"

    def open(self, type_id: UUID | None, audiences: Iterable[str], values: Mapping[str, Any]) -> bool:
        """Whether a customer of these audiences may answer it on a ticket of that type with these values."""
        if self.key in values or self.hidden:
            return False
        return not self.shown or any(one.applies(type_id, audiences, values) for one in self.shown)

    def reaches(self, audiences: Iterable[str]) -> bool:
        """Whether a customer of these audiences is shown it on any ticket."""
        return not self.hidden and (not self.shown or any(one.reaches(audiences) for one in self.shown))

    def value(self, said: str) -> object:
        """An answer as it would stand in `custom_fields`; what is none stays the text it is, and is refused later."""
        match self.type:
            case FieldType.NUMBER:
                return _number(said)
            case FieldType.BOOLEAN:
                word = said.lower().rstrip(".!")
                return True if word in _YES else False if word in _NO else said
            case FieldType.DATE:
                return _date(said)
            case FieldType.SELECT | FieldType.DROPDOWN_DYNAMIC_EVENT:
                return self._option(said)
            case FieldType.MULTISELECT:
                return [self._option(one.strip()) for one in re.split("[,;]", said) if one.strip()]
        return said

    def _option(self, said: str) -> str:
        for value, label in self.options:
            if said.lower() in (value.lower(), label.lower()):
                return value
        return said


def question(
    row: Mapping[str, Any], events: Iterable[tuple[str, str]] = (), *, required: bool = True
) -> Question | None:
    """A field as `routing_table` answers it, None if it cannot be answered by mail.

    Args:
        row: of it.
        events: identifier and name of each that is in use.
        required: whether it is asked for.

    Raises:
        KeyError, TypeError, ValueError: its definition is none.
    """
    if row["type"] not in _BY_MAIL:
        return None
    written = ((str(one["value"]), str(one.get("label") or one["value"])) for one in row["options"])
    options = tuple(events if row["type"] == FieldType.DROPDOWN_DYNAMIC_EVENT else written)
    rules = row["shown"]
    shown = tuple(_shown(rule) for rule in rules if rule["show_to_customers"])
    label = " ".join(row["label"].split())[:LONGEST_LABEL].rstrip(" :")
    hint = _hint(row["type"], options, row["validation_rules"])
    return Question(row["key"], label, row["type"], options, shown, bool(rules) and not shown, hint, required)


def _shown(rule: Mapping[str, Any]) -> Shown:
    only = UUID(rule["request_type_id"]) if rule["request_type_id"] else None
    return Shown(only, frozenset(rule["user_roles"]), rule["additional_conditions"])


def _hint(kind: str, options: tuple[tuple[str, str], ...], rules: Mapping[str, Any]) -> str:
    match kind:
        case FieldType.NUMBER:
            return "a whole number" if rules.get("integer") else "a number"
        case FieldType.BOOLEAN:
            return "yes or no"
        case FieldType.DATE:
            return "a date such as 2026-11-30"
        case FieldType.SELECT | FieldType.DROPDOWN_DYNAMIC_EVENT:
            return f"one of {listed(options)}"
        case FieldType.MULTISELECT:
            return f"one or more of {listed(options)}"
    return ""


def listed(options: Sequence[tuple[str, str]]) -> str:
    """The labels of options, the first of many."""
    return ", ".join(label for _, label in options[:MOST_OPTIONS]) + (", …" * (len(options) > MOST_OPTIONS))


def _number(said: str) -> object:
    try:
        found = Decimal(said.replace(" ", "").replace(",", ".") if "." not in said else said)
    except InvalidOperation:
        return said
    if not found.is_finite() or abs(found.adjusted()) > _MOST_DIGITS:
        return said
    return int(found) if found == found.to_integral_value() else float(found)


def _date(said: str) -> str:
    if found := _GERMAN_DATE.fullmatch(said.rstrip()):
        day, month, year = map(int, found.groups())
        return f"{year:04}-{month:02}-{day:02}"
    return said
