"""One acknowledgement for a new ticket, to whoever wrote it in person; it asks for the fields that are missing."""

from collections.abc import Iterable

from models.outgoing import Letter
from workers.inbound.decide import Act
from workers.inbound.facts import Facts
from workers.inbound.hooks.event import Event, Row, customer_thread, letter
from workers.inbound.hooks.question import questions
from workers.inbound.recognise import Kind


def why_not(event: Event) -> str:
    """Why no acknowledgement goes out, '' if one does (RFC 3834 section 2)."""
    if event.imported:
        return "it was imported, so nothing is sent about it"
    if event.is_old:
        return "it was written long before it came, and nobody waits for it"
    if event.decision.act is not Act.OPEN:
        return "it opened no ticket"
    if event.decision.silent:
        return event.decision.silent
    if event.decision.kind is not Kind.PERSONAL:
        return f"the mail is {event.decision.kind}"
    return "" if event.author.address else "nobody knows who wrote it"


def hook(event: Event, facts: Facts) -> Iterable[Row]:
    """The acknowledgement, if one is due."""
    if not why_not(event):
        yield letter(
            facts, event, Letter.ACKNOWLEDGEMENT, event.author, **questions(event, facts), **customer_thread(event)
        )
