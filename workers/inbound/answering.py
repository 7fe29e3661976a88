"""A ticket with what a customer's mail answers of its fields, and where that sends it."""

from dataclasses import dataclass, field, replace
from typing import Any

from workers.inbound.asking import Sorted, follow
from workers.inbound.decide import Act, Decision
from workers.inbound.facts import Facts, Known, Received
from workers.inbound.routing.ahead import Ahead


@dataclass(frozen=True, slots=True)
class Answered:
    """A ticket after a mail that may answer fields of it.

    Attributes:
        patch: what changes of it by that, for `update_tickets`, with `reason`.
        tags: that it gets.
    """

    ticket: Known
    answers: Sorted = field(default_factory=Sorted)
    patch: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    reason: str = ""


def answered(received: Received, ticket: Known, decision: Decision, facts: Facts, ahead: Ahead) -> Answered:
    """The ticket with its answers; nothing but a customer's comment has any.

    Args:
        received: the mail.
        ticket: as it was before.
        decision: about the mail.
        facts: of its batch.
        ahead: of its batch; whose turn it is moves on.
    """
    found = ahead.answers.get(received.id, ()) if decision.act is Act.COMMENT else ()
    if not found:
        return Answered(ticket)
    answers, ticket, way = follow(received, ticket, found, facts)
    patch: dict[str, Any] = {"event_id": str(answers.event_id)} if answers.event_id else {}
    if way is None:
        return Answered(ticket, answers, patch, (), "the customer said which event it is about")
    assignee, trace = ahead.agent(way)
    type_id = way.type.id if way.type else None
    said = {"department_id": way.department_id, "request_type_id": type_id, "assigned_to": assignee}
    patch |= {name: str(value) for name, value in said.items() if value}
    patch |= {"priority": way.priority} if way.priority else {}
    ticket = replace(
        ticket,
        department_id=way.department_id or ticket.department_id,
        type_id=type_id or ticket.type_id,
        assigned_to=assignee or ticket.assigned_to,
    )
    answers = replace(answers, trace=(*answers.trace, *trace))
    return Answered(ticket, answers, patch, way.tags, "rules ask for what the customer answered")
