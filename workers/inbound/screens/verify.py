"""Unknown senders, where the organization wants to know that a sender can be written to: their mail waits meanwhile.

Robots, lists and whoever asks for silence are never written to; their mail waits for a person.
"""

from workers.inbound.facts import Facts, Person, Received
from workers.inbound.recognise import recognise, silence
from workers.inbound.screens.verdict import Verdict

ASKED = "asked"


def opinion(received: Received, author: Person | None, facts: Facts) -> Verdict | None:
    """`asked` for a first mail that is answered by our question, `waits` for what is not answered or was before."""
    screening = facts.screening
    if not screening.verifies or author is not None or received.is_old:
        return None
    kind = recognise(received, facts)
    if kind.kind.is_news and facts.returned(received):
        return None
    if received.mail.sender is None:
        return _waits("nobody knows who wrote it, so nobody can be asked")
    if received.caller.address in screening.asked:
        return _waits("its sender is unknown and was asked already; the answer lets in all of theirs")
    if why := silence(received, facts, kind) or screening.unasked.get(received.id, ""):
        return _waits(f"its sender is unknown and is not asked: {why}")
    return Verdict("verification", ASKED, "its sender is unknown; a reply to our letter lets it in")


def _waits(why: str) -> Verdict:
    return Verdict("verification", "waits", why)
