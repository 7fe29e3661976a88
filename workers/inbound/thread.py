"""Which ticket does a mail belong to? Each way counts only for somebody who takes part in that ticket."""

from collections.abc import Callable
from dataclasses import dataclass

from workers.inbound.facts import Facts, Known, Received, Signed


@dataclass(frozen=True, slots=True)
class Lead:
    """A ticket that a mail points at, how, and through which letter of ours if its address was signed."""

    ticket: Known
    how: str
    signed: Signed | None = None


Follow = Callable[[Received, Facts], Lead | None]


def by_signed_address(received: Received, facts: Facts) -> Lead | None:
    """The ticket whose letter gave out the address this mail came to."""
    signed = facts.signed(received, "r") or facts.signed(received, "b")
    ticket = facts.tickets.get(signed.ticket_id) if signed else None
    return Lead(ticket, "signed address", signed) if ticket else None


def by_message_id(received: Received, facts: Facts) -> Lead | None:
    """The ticket of a Message-ID it cites, nearest first: In-Reply-To, then References from the last."""
    for cited in (*received.mail.in_reply_to, *reversed(received.mail.references)):
        for ticket in facts.threads.get(cited, ()):
            if found := facts.tickets.get(ticket):
                return Lead(found, "cited Message-ID")
    return None


# A Message-ID of ours and one that came in are one look-up; facts.threads lists our own first.
FOLLOW: tuple[Follow, ...] = (by_signed_address, by_message_id)


def leads(received: Received, facts: Facts) -> list[Lead]:
    """All tickets a mail points at, best first; the caller believes none without asking who writes."""
    return [lead for follow in FOLLOW if (lead := follow(received, facts))]
