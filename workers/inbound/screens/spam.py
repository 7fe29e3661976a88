"""Spam: a mail whose score reaches the organization's threshold waits in quarantine, with the score and its reasons."""

from models.teaching import KEPT
from workers.inbound.facts import Facts, Person, Received
from workers.inbound.screens.verdict import Verdict
from workers.inbound.spam import score

STEP = "spam"


def opinion(received: Received, author: Person | None, facts: Facts) -> Verdict | None:
    """The score of a mail; None where the organization asks for none.

    Args:
        received: the mail.
        author: whose address its From is, None for a stranger or an unknown sender.
        facts: of its batch.
    """
    threshold = facts.taught.threshold
    if threshold is None:
        return None
    found = score.score(received, author, facts)
    said = f"{found.value:.2f}"
    if found.value < threshold:
        return Verdict(STEP, said, found.told or "nothing speaks for it", quarantine=False, score=found.value)
    reason = f"{KEPT} {said}, from {threshold:.2f} on it is kept here: {found.told}"
    return Verdict(STEP, said, reason, score=found.value)
