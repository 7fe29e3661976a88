"""Mail of whom there is too much: it waits for a person, and nothing of it is lost."""

from workers.inbound.facts import Facts, Person, Received
from workers.inbound.screens.verdict import Verdict


def opinion(received: Received, author: Person | None, facts: Facts) -> Verdict | None:
    """`held` for what is over a limit; tickets of one sender are none too many but go on in one (`fold`)."""
    del author
    over = facts.screening.over.get(received.id)
    return Verdict("rate", "held", over) if over else None
