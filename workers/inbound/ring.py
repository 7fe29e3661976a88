"""Mails that cite each other in a ring: no two can both be the later one, so what they cite is made up.

What such mails say about any other mail is not believed. The mail that closes the ring comes to the ticket of the one
it cites; where that had come to a ticket only since it cited a mail there, both go to a ticket of their own, as if it
had been known from the beginning. Nobody's words move but those of who made the ring (of imported mails: whoever did),
never where an agent has answered, and never those of who answers us: a broken mail program must not lose its
conversation.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from workers.inbound.facts import Facts, Known, Person, Received
from workers.inbound.mail import Mail
from workers.inbound.said import Said
from workers.inbound.thread import Lead

WHY = "it and another mail cite each other, which no two can: what they cite besides is not believed"


@dataclass(frozen=True, slots=True)
class Parted:
    """What becomes of a ring: rows that `filing` writes.

    Attributes:
        home: the ticket on which the earlier mails were filed.
        into: where the ring is now; the same, or a ticket of its own.
        comments: of the earlier mails.
        names: what `home` awaits no more.
    """

    home: UUID
    into: UUID
    comments: tuple[UUID, ...]
    names: tuple[str, ...]

    @property
    def row(self) -> dict[str, Any]:
        """What is not awaited, as `disbelieve.sql` takes it."""
        return {"ticket_id": self.home.hex, "names": self.names}


def find(received: Received, author: Person | None, facts: Facts) -> tuple[Said, ...]:
    """The earlier mails of one ticket that a mail closes a ring with, nearest first; none where it answers us.

    Args:
        received: the mail.
        author: who writes, None for a stranger.
        facts: of its batch.
    """
    mail = received.mail
    if not facts.said or not mail.message_id:
        return ()
    places = ((name, ticket) for name in mail.cited for ticket in facts.threads.get(name, ()))
    known = [said for place in places if (said := facts.said.get(place)) and mail.message_id in said.awaits]
    ring = [one for one in known if received.imported or (author and one.author == author.id)]
    if not ring or facts.signed(received, "r"):
        return ()
    ticket = facts.tickets.get(ring[0].ticket)
    if ticket is None or answers_us(mail, ticket, facts):
        return ()
    return tuple(one for one in ring if one.ticket == ticket.id)


def answers_us(mail: Mail, ticket: Known, facts: Facts) -> bool:
    """Whether a mail cites one of a ticket that no customer wrote."""
    places = ((name, ticket.id) for name in mail.cited if ticket.id in facts.threads.get(name, ()))
    return any(name not in ticket.heard and (name, home) not in facts.awaited for name, home in places)


def believed(mail: Mail, ring: Sequence[Said]) -> Sequence[str]:
    """The Message-IDs it cites that say where it belongs, nearest first."""
    return [one.name for one in ring] or mail.cited


def followed(found: Sequence[Lead], mail: Mail, ring: Sequence[Said]) -> list[Lead]:
    """Those of the tickets a mail points at to which what is believed leads."""
    names = believed(mail, ring)
    return [lead for lead in found if lead.name in names or lead.name not in mail.cited]


def is_all(ring: Collection[Said], ticket: Known) -> bool:
    """Whether customers wrote nothing else on a ticket."""
    return {one.name for one in ring}.issuperset(ticket.heard)


def remember(comment: Mapping[str, Any], awaits: Collection[str], facts: Facts) -> None:
    """Keep what a comment means to mails that come later: what an agent has answered stays where it is.

    Args:
        comment: its row.
        awaits: what it cites and had not come, where that may close a ring.
        facts: of the batch; changed.
    """
    ticket = UUID(comment["ticket_id"])
    if comment["sender_type"] == "agent":
        for place in [place for place in facts.said if place[1] == ticket]:
            del facts.said[place]
    elif awaits:
        by = UUID(comment["author_id"])
        said = Said(comment["message_id"], ticket, UUID(comment["id"]), by, frozenset(awaits))
        facts.said.setdefault((said.name, ticket), said)


def opens(received: Received, author: Person | None, facts: Facts) -> bool:
    """Whether it closes a ring that goes to a ticket of its own; arguments as `find`."""
    ring = find(received, author, facts)
    return bool(ring) and not is_all(ring, facts.tickets[ring[0].ticket])


def take_out(ring: Sequence[Said], ticket: Known, facts: Facts) -> tuple[Known, Parted]:
    """The ticket with what the ring brings along, and what is to be written; the facts learn it.

    Args:
        ring: the earlier mails.
        ticket: where the mail that closes it goes.
        facts: of the batch; changed.
    """
    home, names = ring[0].ticket, {name for one in ring for name in one.awaits}
    for name in names:
        if (name, home) in facts.awaited:
            facts.awaited.remove((name, home))
            facts.threads[name].remove(home)
    parted = Parted(home, ticket.id, tuple(one.comment for one in ring), tuple(sorted(names)))
    if ticket.id == home:
        return ticket, parted
    moved = {one.name for one in ring}
    for one in ring:
        facts.threads[one.name][:] = [ticket.id if known == home else known for known in facts.threads[one.name]]
        facts.said[one.name, ticket.id] = replace(facts.said.pop((one.name, home)), ticket=ticket.id)
    left = facts.tickets[home]
    facts.tickets[home] = replace(left, heard=tuple(name for name in left.heard if name not in moved))
    return replace(ticket, heard=(*(one.name for one in reversed(ring)), *ticket.heard)), parted
