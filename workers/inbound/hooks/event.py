"""What was filed, as the hooks see it, and the letter rows that they answer with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import marks
from models.base import uuid7
from models.outgoing import Letter, State
from workers.inbound.decide import Decision
from workers.inbound.facts import Box, Facts, Known, Person
from workers.inbound.news import News
from workers.inbound.routing.answers import Answer

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Event:
    """A comment that was filed: on which ticket, by whom, by which decision, through which mailbox.

    Attributes:
        imported: it is told, not said: no letter follows.
        is_old: it was written long before it came.
        message_id: of the mail it was, None for what was said at the desk.
        unreached: addresses in lower case of which it says that a letter did not reach them.
        news: what it tells of a letter of ours.
        wrong: answers in it that do not fit the fields they are for.
    """

    decision: Decision
    ticket: Known
    comment: UUID
    author: Person
    box: Box
    imported: bool = False
    is_old: bool = False
    message_id: str | None = None
    unreached: frozenset[str] = frozenset()
    news: News | None = None
    wrong: tuple[Answer, ...] = ()


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
        "state": State.QUEUED,
        "answer": None,
        "depth": 0 if name is Letter.REPLY else event.decision.depth + 1,
        "correspondent_id": None,
    }


def customer_thread(event: Event) -> Row:
    """Threading headers for a customer: what they wrote themselves is all they are sure to have."""
    heard = list(event.ticket.heard)
    return {"in_reply_to": heard[-1] if heard else None, "references": heard}


def staff_thread(event: Event) -> Row:
    """Threading headers for staff: a root that stands for the ticket, so that their client shows one conversation.

    A program's mail is cited: if it is another desk's letter, and this one comes back to that desk, it knows it again.
    """
    root = f"<{event.ticket.id.hex}.ticket@{event.box.host}>"
    cause = [event.message_id] if event.decision.depth and event.message_id else []
    return {"in_reply_to": root, "references": [*cause, root]}
