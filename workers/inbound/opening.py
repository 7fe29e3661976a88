"""A new ticket as its mail makes it: routed, with its agent chosen and the fields that the mail answered."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from models.base import uuid7
from models.workflow import Status
from workers.inbound.asking import Sorted, sort
from workers.inbound.decide import Decision, Reason
from workers.inbound.facts import Facts, Known, Person, Received
from workers.inbound.routing.ahead import Ahead
from workers.inbound.routing.route import INTERNAL, Route, route
from workers.inbound.routing.turns import key

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
    way = route(received, author, facts)
    assignee, trace = _agent(way, ahead)
    type_id = way.type.id if way.type else None
    answers = sort(ahead.answers.get(received.id, ()), type_id, requester, {}, facts)
    ticket = Known(
        id=uuid7(),
        title=received.mail.subject[:LONGEST_TITLE] or NO_SUBJECT,
        status=Status.OPEN,
        requester=requester,
        assigned_to=assignee,
        department_id=way.department_id,
        workflow_id=way.workflow_id,
        imported=received.imported,
        type_id=type_id,
        fields=answers.values,
    )
    row = _row(received, ticket, way, decision) | _dated(received, ticket, facts)
    return Opened(ticket, row, way.tags, replace(answers, trace=(*trace, *answers.trace)))


def _agent(way: Route, ahead: Ahead) -> tuple[UUID | None, tuple[Reason, ...]]:
    """Who works on it; whoever was chosen among several is the last in their turn now."""
    turn = ahead.turns.get(key(way.pool)) if way.pool else None
    if way.pool is None or turn is None:
        return way.assignee, way.trace
    chosen, ahead.turns[key(way.pool)] = turn.next(way.pool.method)
    how = way.pool.method.replace("_", " ")
    if chosen is None:
        return None, (*way.trace, Reason("assignee", "nobody", f"{how}, but there is no agent in {turn.whose}"))
    return chosen.id, (*way.trace, Reason("assignee", chosen.name, f"{how} among the agents of {turn.whose}"))


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
    chosen = {"request_type_id": _hex(ticket.type_id), "assigned_to": _hex(ticket.assigned_to)}
    return row | {name: value for name, value in (chosen | {"custom_fields": ticket.fields}).items() if value}


def _dated(received: Received, ticket: Known, facts: Facts) -> dict[str, Any]:
    """What an old mail's ticket has besides: its time, and its end if it has ended."""
    said: dict[str, Any] = {}
    if received.imported:
        said |= {"created_at": received.at.isoformat(), "reason": "an old mail was imported"}
    if received.closed and (stage := facts.stages.get((ticket.workflow_id, Status.CLOSED))):
        said["stage_id"] = str(stage)
    return said


def _hex(value: UUID | None) -> str | None:
    return value.hex if value else None
