"""The tickets of a flood become one: the last that its sender opened gets what would have opened more.

Only mails of one sender to one mailbox are put together, so nobody reads by it what they would not read anyway.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from workers.inbound.facts import Facts, Known, Person, Received, known
from workers.inbound.statements import statement


def observe(connection: Connection, facts: Facts, flood: Sequence[Received]) -> None:
    """Look up the last tickets of who sends too much; `facts.screening` learns them.

    Args:
        connection: in the context of the organization.
        facts: of the batch.
        flood: mails that open one ticket too many.
    """
    people = {(facts.people[address].id, one.mailbox_id) for one in flood if (address := _address(one)) in facts.people}
    said = {"org": facts.org, "people": [str(who) for who, _ in people], "boxes": [str(box) for _, box in people]}
    for row in connection.execute(statement("latest"), said):
        ticket = known(row.ticket)
        facts.tickets.setdefault(ticket.id, ticket)
        facts.screening.latest[row.profile_id, row.mailbox_id] = ticket.id


def into(received: Received, author: Person | None, facts: Facts) -> Known | None:
    """The ticket that a mail goes on in instead of opening one more; None if it is no flood, or its first ticket.

    Args:
        received: the mail.
        author: who writes.
        facts: of its batch.
    """
    if author is None or received.id not in facts.screening.floods:
        return None
    latest = facts.screening.latest.get((author.id, received.mailbox_id))
    return facts.tickets.get(latest) if latest else None


def _address(received: Received) -> str:
    return received.mail.sender.address.lower() if received.mail.sender else ""
