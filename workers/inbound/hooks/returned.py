"""Agents hear of it when a person's words did not arrive, or cannot any more: once for each letter and address."""

from collections.abc import Iterable

from models.outgoing import Letter
from workers.inbound.decide import Act
from workers.inbound.facts import Facts
from workers.inbound.hooks.event import Event, Row, letter, staff_thread
from workers.inbound.hooks.notify import audience


def hook(event: Event, facts: Facts) -> Iterable[Row]:
    """One letter for each who is told about the ticket, or for the agent whose answer goes to nobody."""
    thread = staff_thread(event)
    if event.news and event.news.tell:
        lost = {*event.unreached, event.news.recipient.lower()}
        told = [one for one in audience(event.ticket, facts) if one.address.lower() not in lost]
        for one in told or [other for other in facts.staff if other.address.lower() not in lost]:
            if one.address:
                said = {"reason": event.news.what, "note": event.news.consequence}
                yield letter(facts, event, Letter.RETURNED, one, **said, **thread)
    if event.decision.act is Act.ANSWER and event.author.address:
        circle = dict.fromkeys((event.ticket.requester, *event.ticket.participants))
        unsent = [one.address for one in circle if one.address.lower() in facts.suppressed]
        if unsent:
            why = "; ".join(f"{address} ({facts.suppressed[address.lower()]})" for address in unsent)
            said = {"reason": f"The answer was not sent to {why}.", "note": "No letters go to this address."}
            yield letter(facts, event, Letter.RETURNED, event.author, **said, **thread)
