"""An agent's answer goes to the requester and to everybody else who takes part."""

from collections.abc import Iterable

from models.outgoing import Letter
from workers.inbound.decide import Act
from workers.inbound.facts import Facts
from workers.inbound.hooks.event import Event, Row, customer_thread, letter


def hook(event: Event, facts: Facts) -> Iterable[Row]:
    """The answer, one letter for each who takes part from outside."""
    if event.decision.act is Act.ANSWER:
        for person in dict.fromkeys((event.ticket.requester, *event.ticket.participants)):
            if person.address and person.id != event.author.id:
                yield letter(facts, event, Letter.REPLY, person, sender=event.author.name, **customer_thread(event))
