"""Somebody wants no more letters about a ticket: a mail, or a click, that came to the address made for their leaving.

The address is proof enough (RFC 8058 asks for no other): it stands in the headers of one letter to one person. Who
leaves is the one whom that letter was for, whoever wrote, and all they lose is what others say on that ticket.
"""

from dataclasses import dataclass, replace

from workers.inbound.facts import Facts, Known, Person, Received


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves which ticket; nobody if they take no part in it any more.

    Attributes:
        why: a sentence for the trace.
    """

    ticket: Known
    person: Person | None
    why: str

    @property
    def note(self) -> str:
        """What staff read on the ticket."""
        if self.person is None:
            return "Somebody who takes no part in this ticket asked to get no more letters about it."
        name = self.person.name or self.person.address
        return f"{name} asked to get no more letters about this ticket, and takes no part in it any more."


def asked(received: Received, facts: Facts) -> Leaving | None:
    """Whether a mail says that somebody leaves a ticket.

    Args:
        received: the mail.
        facts: of its batch.
    """
    signed = facts.signed(received, "u")
    ticket = facts.tickets.get(signed.ticket_id) if signed and signed.ticket_id else None
    if signed is None or ticket is None:
        return None
    person = next((one for one in ticket.participants if one.id == signed.profile_id), None)
    if person is None:
        return Leaving(ticket, None, "it came to the address for leaving, of somebody who takes no part any more")
    return Leaving(ticket, person, f"it came to the address by which {person.address} leaves the ticket")


def without(ticket: Known, person: Person) -> Known:
    """The ticket as it is when somebody has left it."""
    return replace(ticket, participants=tuple(one for one in ticket.participants if one.id != person.id))
