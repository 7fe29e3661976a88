"""May this mail be filed? Each screen may say something; who says no has the last word."""

from workers.inbound.facts import Facts, Person, Received
from workers.inbound.screens import blocked, rate, spam, verify
from workers.inbound.screens.verdict import Screen, Verdict

SCREENS: tuple[Screen, ...] = (blocked.opinion, rate.opinion, spam.opinion, verify.opinion)

__all__ = ["SCREENS", "Screen", "Verdict", "screened"]


def screened(received: Received, author: Person | None, facts: Facts) -> tuple[Verdict, ...]:
    """What the screens say of a mail, in their order, up to the one that keeps it in quarantine.

    Args:
        received: the mail; one that somebody let out of quarantine is not screened.
        author: whose address its proven From is, None for a stranger or an unknown sender.
        facts: of its batch.
    """
    if received.released:
        return (Verdict("screens", "released", received.released, quarantine=False),)
    said: list[Verdict] = []
    for screen in SCREENS:
        said += filter(None, [screen(received, author, facts)])
        if said and said[-1].quarantine:
            break
    return tuple(said)
