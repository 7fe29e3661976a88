"""Which fields a ticket still lacks, and what a mail answered of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from workers.inbound.decide import Reason
from workers.inbound.facts import Facts, Known, Received
from workers.inbound.routing.answers import Answer
from workers.inbound.routing.events import EVENT
from workers.inbound.routing.questions import Question
from workers.inbound.routing.route import Route, again


@dataclass(frozen=True, slots=True)
class Sorted:
    """What one mail answers of its ticket's fields: what fits, by key, the event it is about, and what does not fit."""

    values: dict[str, Any] = field(default_factory=dict)
    event_id: UUID | None = None
    wrong: tuple[Answer, ...] = ()
    trace: tuple[Reason, ...] = ()


def missing(ticket: Known, facts: Facts) -> tuple[Question, ...]:
    """What a ticket's type requires, its customers are shown, and nobody has answered; one without a type asks nothing.

    Args:
        ticket: as it is.
        facts: of the batch.
    """
    if ticket.type_id is None:
        return ()
    return tuple(one for one in _open(ticket, facts) if one.required)


def _open(ticket: Known, facts: Facts) -> Iterable[Question]:
    known: Mapping[str, Any] = ticket.fields | ({EVENT: ticket.event_id} if ticket.event_id else {})
    audiences = ticket.requester.audiences
    return (one for one in facts.routing.questions if one.open(ticket.type_id, audiences, known))


def sort(found: Iterable[Answer], ticket: Known, facts: Facts) -> Sorted:
    """The answers that a ticket has a place for; what it does not ask for may be answered, too, and is not found wrong.

    Args:
        found: in the mail, checked.
        ticket: as it was before.
        facts: of the batch.
    """
    if not found:
        return Sorted()
    places = {one.key for one in _open(ticket, facts)}
    asked = {one.key for one in missing(ticket, facts)}
    fit = [one for one in found if one.question.key in places and one.counts]
    wrong = tuple(one for one in found if one.question.key in asked and one.problem)
    trace = [Reason("fields", "answered", ", ".join(one.question.label for one in fit))] if fit else []
    trace += [Reason("fields", "wrong", f"{one.question.label} {one.problem}") for one in wrong]
    values = {one.question.key: one.value for one in fit}
    event = values.pop(EVENT, None)
    return Sorted(values, UUID(str(event)) if event else None, wrong, tuple(trace))


def follow(
    received: Received, ticket: Known, found: Iterable[Answer], facts: Facts
) -> tuple[Sorted, Known, Route | None]:
    """What a mail answers of a ticket, the ticket with that, and the way it takes by that, if any; as for `sort`."""
    answers = sort(found, ticket, facts)
    ticket = replace(ticket, fields=ticket.fields | answers.values, event_id=answers.event_id or ticket.event_id)
    way = again(received, ticket, answers.values.keys(), facts) if answers.values else None
    return answers, ticket, way
