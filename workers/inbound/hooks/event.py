"""What was filed, as the hooks see it, and the letter rows that they answer with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import marks
from models.base import uuid7
from models.outgoing import Letter
from workers.inbound.decide import Decision
from workers.inbound.facts import Box, Facts, Known, Person

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Event:
    """A comment that was filed: on which ticket, by whom, by which decision, through which mailbox."""

    decision: Decision
    ticket: Known
    comment: UUID
    author: Person
    box: Box


Row = dict[str, Any]
Hook = Callable[[Event, Facts], Iterable[Row]]


def letter(facts: Facts, event: Event, name: Letter, to: Person, sender: str = "", **context: object) -> Row:
    """A row of the outbox.

    Args:
        facts: of the batch, for the organization.
        event: what it tells about.
        name: which letter.
        to: its one recipient.
        sender: the name it is sent under beside the mailbox's own.
        context: plain values for its template, and `in_reply_to` and `references`.
    """
    outgoing = uuid7()
    return {
        "id": outgoing.hex,
        "handle": marks.handle_of(outgoing),
        "mailbox_id": event.box.id.hex,
        "ticket_id": event.ticket.id.hex,
        "comment_id": event.comment.hex,
        "profile_id": to.id.hex,
        "letter": name,
        "recipient": to.address,
        "recipient_name": to.name[:LONGEST_NAME],
        "sender_name": sender[:LONGEST_NAME],
        "message_id": marks.message_id(outgoing, facts.org, event.box.host),
        "context": context,
    }


def customer_thread(event: Event) -> Row:
    """Threading headers for a customer: what they wrote themselves is all they are sure to have."""
    heard = list(event.ticket.heard)
    return {"in_reply_to": heard[-1] if heard else None, "references": heard}


def staff_thread(event: Event) -> Row:
    """Threading headers for staff: a root that stands for the ticket, so that their client shows one conversation."""
    root = f"<{event.ticket.id.hex}.ticket@{event.box.host}>"
    return {"in_reply_to": root, "references": [root]}
