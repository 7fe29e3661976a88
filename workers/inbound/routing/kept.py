"""An organization's request types and rules, compiled once for each state they are in and kept in this process."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models.ticket import Priority
from workers.inbound.routing import events, grammar
from workers.inbound.routing.conditions import Group
from workers.inbound.routing.questions import Question, question
from workers.inbound.routing.rules import Rule, Table, Type

MOST_KEPT = 500  # organizations
WORDS_OF = {"subject": "matches", "text": "matches", "sender": "contains"}  # of match_rules
_kept: OrderedDict[UUID, tuple[str, Table]] = OrderedDict()


def known(org: UUID) -> str:
    """The state in which this process knows the rules of an organization, '' if it does not."""
    return _kept[org][0] if org in _kept else ""


def remembered(org: UUID, found: Mapping[str, Any]) -> Table:
    """The rules of an organization, compiled if they are new.

    Args:
        org: the organization.
        found: what `routing_table` answered; `types` is missing where it was told that the state is known.
    """
    if "types" in found:
        _kept[org] = (found["stamp"], compiled(found))
        _kept.move_to_end(org)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return _kept[org][1]


def compiled(found: Mapping[str, Any]) -> Table:
    """The answer of `routing_table` as a table; what cannot be read is left out and named."""
    broken: list[str] = []
    types = tuple(_type(row, broken) for row in found["types"])
    known = tuple(map(events.event, found["events"]))
    about = events.question(known, [one.id for one in types if one.requires_event])
    return Table(
        types=types,
        rules=tuple(rule for row in found["rules"] if (rule := _rule(row, broken))),
        questions=tuple(filter(None, (about, *_questions(found, known, broken)))),
        events=known,
        zone=ZoneInfo(found["timezone"]),
        assigns=found["assigns"],
        broken=tuple(broken),
    )


def _questions(found: Mapping[str, Any], known: Sequence[events.Event], broken: list[str]) -> Iterator[Question | None]:
    options = [(str(one.id), one.name) for one in known]
    for name in ("fields", "optional"):
        for row in found[name]:
            try:
                yield question(row, options, required=name == "fields")
            except (AttributeError, KeyError, TypeError, ValueError):
                broken.append(f"field {row['key']!r}: its options or where it is shown cannot be read")


def _rule(row: Mapping[str, Any], broken: list[str]) -> Rule | None:
    try:
        return rule(row)
    except grammar.Unclear as error:
        broken.append(f"rule {row['name']!r}: {error}")
        return None


def rule(row: Mapping[str, Any]) -> Rule:
    """A rule as the database or the desk writes it.

    Raises:
        Unclear: its conditions are none.
    """
    conditions = grammar.read(row["conditions"])
    return Rule(
        id=UUID(str(row["id"])),
        name=row["name"],
        conditions=conditions,
        fields=conditions.fields(),
        order=row["sort_order"],
        type_id=_id(row["request_type_id"]),
        department_id=_id(row["department_id"]),
        assignee_id=_id(row["assignee_id"]),
        priority=row["priority"],
        tags=tuple(row["tags"]),
        method=row["assign_by"],
        team_id=_id(row["team_id"]),
    )


def _type(row: Mapping[str, Any], broken: list[str]) -> Type:
    try:
        words = match(row["match_rules"])
    except grammar.Unclear as error:
        broken.append(f"request type {row['name']!r}: {error}")
        words = None
    return Type(
        id=UUID(row["id"]),
        name=row["name"],
        slug=slug(row["name"]),
        priority=row["default_priority"] if row["default_priority"] != Priority.NORMAL else None,
        department_id=_id(row["department_id"]),
        workflow_id=_id(row["workflow_id"]),
        routing=row["default_routing"],
        partner=_id(row["partner"]),
        roles=frozenset(row["allowed_roles"]),
        match=words,
        method=row["assign_by"],
        team_id=_id(row["team_id"]),
        requires_event=row["requires_event"],
    )


def match(written: Mapping[str, Any]) -> Group | None:
    """The words by which a mail is of a type, as `request_types.match_rules` has them; None if there are none.

    Raises:
        Unclear: they are none.
    """
    if not written:
        return None
    if unknown := sorted(set(written) - set(WORDS_OF)):
        raise grammar.Unclear(f"match_rules: {unknown[0]!r} is none of {', '.join(WORDS_OF)}")
    tests = [{"field": name, "op": WORDS_OF[name], "value": words} for name, words in written.items()]
    return grammar.read({"any": tests})


def slug(name: str) -> str:
    """A name as the tag of an address has it: small letters and digits, with hyphens between."""
    return "-".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())


def _id(value: object) -> UUID | None:
    return UUID(str(value)) if value else None
