"""An agent whose words were held is told so, since they believe to have answered."""

from collections.abc import Iterable

from models.outgoing import Letter
from workers.inbound.decide import Act
from workers.inbound.facts import Facts
from workers.inbound.hooks.event import Event, Row, letter, staff_thread
from workers.inbound.recognise import Kind


def hook(event: Event, facts: Facts) -> Iterable[Row]:
    """One letter to the agent, never about a program's mail (that could go on for ever)."""
    decision = event.decision
    if decision.act is Act.HOLD and decision.kind is Kind.PERSONAL and not decision.silent and event.author.address:
        yield letter(facts, event, Letter.HELD, event.author, reason=decision.held, **staff_thread(event))
