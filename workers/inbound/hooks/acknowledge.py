"""One acknowledgement for a new ticket, to whoever wrote it in person."""

from collections.abc import Iterable

from models.outgoing import Letter
from workers.inbound.decide import Act
from workers.inbound.facts import Facts
from workers.inbound.hooks.event import Event, Row, customer_thread, letter
from workers.inbound.recognise import Kind


def why_not(event: Event) -> str:
    """Why no acknowledgement goes out, '' if one does (RFC 3834 section 2)."""
    if event.decision.act is not Act.OPEN:
        return "it opened no ticket"
    if event.decision.kind is not Kind.PERSONAL:
        return f"the mail is {event.decision.kind}: {event.decision.trace[1].reason}"
    return "" if event.author.address else "nobody knows who wrote it"


def hook(event: Event, facts: Facts) -> Iterable[Row]:
    """The acknowledgement, if one is due."""
    if not why_not(event):
        yield letter(facts, event, Letter.ACKNOWLEDGEMENT, event.author, **customer_thread(event))
