"""A customer whose answer does not fit the field it is for is told what is wrong with it, and asked again."""

from collections.abc import Iterable

from models.outgoing import Letter
from workers.inbound.decide import Act
from workers.inbound.facts import Facts
from workers.inbound.hooks.event import Event, Row, customer_thread, letter
from workers.inbound.hooks.question import questions
from workers.inbound.recognise import Kind


def hook(event: Event, facts: Facts) -> Iterable[Row]:
    """One letter to who answered, never to a program; the first mail's is part of its acknowledgement."""
    decision = event.decision
    wrote = decision.act is Act.COMMENT and decision.kind is Kind.PERSONAL and not decision.silent
    if wrote and event.wrong and event.author.address:
        yield letter(facts, event, Letter.FIELDS, event.author, **questions(event, facts), **customer_thread(event))
