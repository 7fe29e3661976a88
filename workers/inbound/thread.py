"""Which ticket does a mail belong to? Each way counts only for somebody who takes part in that ticket.

Several tickets may know a Message-ID: anybody can write one, before or after whose it is. So all of them are asked, in
the order in which they came to know it, and a forged one keeps nobody from their own conversation.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workers.inbound.facts import Facts, Known, Received, Signed


@dataclass(frozen=True, slots=True)
class Lead:
    """A ticket that a mail points at, how, and through which letter of ours if its address was signed.

    `name` is the Message-ID, '' for a signed address.
    """

    ticket: Known
    how: str
    signed: Signed | None = None
    name: str = ""


Follow = Callable[[Received, Facts], Iterator[Lead]]


def by_signed_address(received: Received, facts: Facts) -> Iterator[Lead]:
    """The ticket whose letter gave out the address this mail came to."""
    signed = facts.signed(received, "r") or facts.signed(received, "b")
    ticket = facts.tickets.get(signed.ticket_id) if signed and signed.ticket_id else None
    if ticket:
        yield Lead(ticket, "signed address", signed)


def by_message_id(received: Received, facts: Facts) -> Iterator[Lead]:
    """The tickets of the Message-IDs it cites, nearest first."""
    for cited in received.mail.cited:
        for ticket in facts.threads.get(cited, ()):
            if found := facts.tickets.get(ticket):
                yield Lead(found, "cited Message-ID", name=cited)


def by_awaited(received: Received, facts: Facts) -> Iterator[Lead]:
    """The tickets of mails that cite this one and came before it; never of one that only bears the same Message-ID."""
    own = received.mail.message_id or ""
    for ticket in facts.threads.get(own, ()):
        if (own, ticket) in facts.awaited and (found := facts.tickets.get(ticket)):
            yield Lead(found, "it came after a mail that cites it", name=own)


# A Message-ID of ours and one that came in are one look-up; facts.threads lists our own first.
FOLLOW: tuple[Follow, ...] = (by_signed_address, by_message_id, by_awaited)


def leads(received: Received, facts: Facts) -> list[Lead]:
    """All tickets a mail points at, best first; the caller believes none without asking who writes."""
    return [lead for follow in FOLLOW for lead in follow(received, facts)]
