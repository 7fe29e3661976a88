"""Which fields a ticket still lacks, and what a mail answered of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from workers.inbound.decide import Reason
from workers.inbound.facts import Facts, Known, Person
from workers.inbound.routing.answers import Answer
from workers.inbound.routing.questions import Question


@dataclass(frozen=True, slots=True)
class Sorted:
    """The answers of one mail to what its ticket asks: those that fit, by key, and those that do not."""

    values: dict[str, Any] = field(default_factory=dict)
    wrong: tuple[Answer, ...] = ()
    trace: tuple[Reason, ...] = ()


def open_questions(
    type_id: UUID | None, requester: Person, values: Mapping[str, Any], facts: Facts
) -> tuple[Question, ...]:
    """The fields that a ticket's type requires, that its customers are shown, and that nobody has answered.

    Args:
        type_id: of the ticket; one without a type asks nothing.
        requester: whose ticket it is.
        values: of its custom fields.
        facts: of the batch.
    """
    if type_id is None:
        return ()
    return tuple(one for one in facts.routing.questions if one.asked(type_id, requester.audiences, values))


def missing(ticket: Known, facts: Facts) -> tuple[Question, ...]:
    """The same for a ticket as it is."""
    return open_questions(ticket.type_id, ticket.requester, ticket.fields, facts)


def sort(
    found: Iterable[Answer], type_id: UUID | None, requester: Person, values: Mapping[str, Any], facts: Facts
) -> Sorted:
    """The answers that a ticket waits for, each in its place.

    Args:
        found: in the mail, checked.
        type_id: of the ticket, None for none.
        requester: whose ticket it is.
        values: of its custom fields.
        facts: of the batch.
    """
    open_keys = {one.key for one in open_questions(type_id, requester, values, facts)}
    asked = [one for one in found if one.question.key in open_keys]
    fit, wrong = [one for one in asked if not one.problem], tuple(one for one in asked if one.problem)
    trace = [Reason("fields", "answered", ", ".join(one.question.label for one in fit))] if fit else []
    trace += [Reason("fields", "wrong", f"{one.question.label} {one.problem}") for one in wrong]
    return Sorted({one.question.key: one.value for one in fit}, wrong, tuple(trace))
