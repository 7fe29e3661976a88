"""A mail that came late may show that two tickets are one conversation: from then on they are one ticket.

Mails overtake each other. An answer to a mail that has not come opens a ticket, and what was before that mail another.
Had they come in the order in which they were written, all would be on one; so they are once the mail in between is
there. The ticket that was there first goes on, and the other says so in its history; no row of it moves.

Nobody hears by this what they would not hear anyway: who writes takes part in each of the tickets, in each of them the
same people do, and all are of one department. Only tickets on which everything was imported are joined as an imported
mail says, since there the threads of old mails are believed whoever wrote them. A forged Message-ID joins nothing: of
several tickets that know one, only the first counts in which its writer takes part.
"""

from collections.abc import Sequence
from dataclasses import replace

from workers.inbound.facts import Facts, Known, Person
from workers.inbound.thread import Lead


def conversation(near: Known, found: Sequence[Lead], author: Person | None, *, imported: bool) -> tuple[Known, ...]:
    """The tickets that are one conversation by a mail, the one that was there first before the others.

    Args:
        near: the ticket it would come to, if there were no other.
        found: every ticket that it points at.
        author: who writes, None for a stranger.
        imported: whether the mail is.
    """
    tickets = {near.id: near}
    for name in dict.fromkeys(lead.name for lead in found if lead.name):
        known = [lead.ticket for lead in found if lead.name == name]
        if near.id not in (one.id for one in known):
            also = next((one for one in known if _is_one(one, near, author, imported=imported)), near)
            tickets[also.id] = also
    return tuple(sorted(tickets.values(), key=lambda one: one.id))


def lead_on(facts: Facts, gone: Known, into: Known) -> None:
    """Whatever led to a ticket leads to the one that it goes on in, for the rest of the batch.

    Args:
        facts: of the batch; changed.
        gone: the ticket that goes on elsewhere.
        into: there.
    """
    for found in facts.threads.values():
        found[:] = dict.fromkeys(into.id if one == gone.id else one for one in found)
    for name in [name for name, ticket in facts.awaited if ticket == gone.id]:
        facts.awaited.remove((name, gone.id))
        facts.awaited.add((name, into.id))
    for handle, letter in facts.letters.items():
        if letter.ticket_id == gone.id:
            facts.letters[handle] = replace(letter, ticket_id=into.id)
    facts.tickets.pop(gone.id, None)


def _is_one(ticket: Known, other: Known, author: Person | None, *, imported: bool) -> bool:
    if ticket.department_id != other.department_id:
        return False
    if imported and ticket.imported and other.imported:
        return True
    return author is not None and ticket.has(author) and ticket.circle == other.circle
