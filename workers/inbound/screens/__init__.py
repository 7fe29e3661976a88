"""May this mail be filed? The first screen that says something is believed; none means that nothing is wrong."""

from workers.inbound.facts import Facts, Person, Received
from workers.inbound.screens import blocked, rate, verify
from workers.inbound.screens.verdict import Screen, Verdict

SCREENS: tuple[Screen, ...] = (blocked.opinion, rate.opinion, verify.opinion)

__all__ = ["SCREENS", "Screen", "Verdict", "screened"]


def screened(received: Received, author: Person | None, facts: Facts) -> Verdict | None:
    """What the screens say of a mail; nothing of one that somebody let out of quarantine.

    Args:
        received: the mail.
        author: whose address its From is, None for a stranger or an unknown sender.
        facts: of its batch.
    """
    if received.released:
        return Verdict("screens", "released", received.released, quarantine=False)
    opinions = (screen(received, author, facts) for screen in SCREENS)
    return next((found for found in opinions if found), None)
