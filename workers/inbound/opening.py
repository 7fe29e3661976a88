"""A new ticket as its mail makes it: routed, with its agent chosen and the fields that the mail answered."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from models.base import uuid7
from models.workflow import Status
from workers.inbound.asking import Sorted, sort
from workers.inbound.decide import Decision, Reason
from workers.inbound.facts import Facts, Known, Person, Received
from workers.inbound.routing import events
from workers.inbound.routing.ahead import Ahead
from workers.inbound.routing.route import INTERNAL, Route, said

NO_SUBJECT = "(no subject)"
LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """A new ticket, its row for `create_tickets`, and what else follows from where it goes.

    Attributes:
        tags: names of its tags.
        answers: that stood in the mail; their trace says why the ticket is as it is, too.
    """

    ticket: Known
    row: dict[str, Any]
    tags: tuple[str, ...]
    answers: Sorted


def opened(
    received: Received, author: Person | None, requester: Person, decision: Decision, facts: Facts, ahead: Ahead
) -> Opened:
    """The ticket that a mail opens.

    Args:
        received: the mail.
        author: as given to `decide`.
        requester: whose ticket it is.
        decision: to open one.
        facts: of its batch.
        ahead: of its batch; whose turn it is moves on.
    """
    way = ahead.way(received, author, facts)
    assignee, trace = ahead.agent(way)
    ticket = Known(
        id=uuid7(),
        title=received.mail.subject[:LONGEST_TITLE] or NO_SUBJECT,
        status=Status.OPEN,
        requester=requester,
        assigned_to=assignee,
        department_id=way.department_id,
        workflow_id=way.workflow_id,
        imported=received.imported,
        type_id=way.type.id if way.type else None,
    )
    answers = _about(received, way, sort(ahead.answers.get(received.id, ()), ticket, facts), facts)
    ticket = replace(ticket, fields=answers.values, event_id=answers.event_id)
    row = _row(received, ticket, way, decision) | _dated(received, ticket, facts)
    return Opened(ticket, row, way.tags, replace(answers, trace=(*trace, *answers.trace)))


def _about(received: Received, way: Route, answers: Sorted, facts: Facts) -> Sorted:
    """With the event that the mail names, where its type asks for one and nothing answers that."""
    if answers.event_id or way.type is None or not way.type.requires_event:
        return answers
    if found := events.named(said(received, facts), facts.routing.events):
        why = Reason("event", found.name, "the mail names it")
        return replace(answers, event_id=found.id, trace=(*answers.trace, why))
    return answers


def _row(received: Received, ticket: Known, way: Route, decision: Decision) -> dict[str, Any]:
    row = {
        "id": ticket.id.hex,
        "requester_id": ticket.requester.id.hex,
        "title": ticket.title,
        "description": received.mail.reply or received.mail.text,
        "priority": way.priority,
        "workflow_id": _hex(way.workflow_id),
        "department_id": _hex(way.department_id),
        "mailbox_id": received.mailbox_id.hex,
        "source": "email",
        "metadata": {"possibly_related": str(decision.related.id)} if decision.related else {},
        "reason": "a mail came in",
        "spam_score": decision.spam_score,
    }
    if way.partner and way.routing != INTERNAL:
        row |= {"assigned_org_id": way.partner.hex, "routing_type": way.routing}
    chosen = {"request_type_id": ticket.type_id, "assigned_to": ticket.assigned_to, "event_id": ticket.event_id}
    row |= {name: value.hex for name, value in chosen.items() if value}
    return row | ({"custom_fields": ticket.fields} if ticket.fields else {})


def _dated(received: Received, ticket: Known, facts: Facts) -> dict[str, Any]:
    """What an old mail's ticket has besides: its time, and its end if it has ended."""
    dated: dict[str, Any] = {}
    if received.imported:
        dated |= {"created_at": received.at.isoformat(), "reason": "an old mail was imported"}
    if received.closed and (stage := facts.stages.get((ticket.workflow_id, Status.CLOSED))):
        dated["stage_id"] = str(stage)
    return dated


def _hex(value: UUID | None) -> str | None:
    return value.hex if value else None
