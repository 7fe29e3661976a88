"""May a mail be filed? The first screen that says something is believed; none means that it may."""

from workers.inbound.facts import Facts, Person, Received
from workers.inbound.screens import spam
from workers.inbound.screens.verdict import Screen, Verdict

SCREENS: tuple[Screen, ...] = (
    spam.screen,  # last, as it says something about nearly every mail
)

__all__ = ["SCREENS", "Screen", "Verdict", "screened"]


def screened(received: Received, author: Person | None, facts: Facts) -> Verdict | None:
    """What the screens say.

    Args:
        received: the mail.
        author: whose address its proven From is, None for a stranger or an unknown sender.
        facts: of its batch.
    """
    opinions = (screen(received, author, facts) for screen in SCREENS)
    return next((found for found in opinions if found), None)
