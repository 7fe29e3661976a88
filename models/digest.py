"""What agents are told by letter of the quarantine, and when: an organization's `policies -> 'digest'`."""

from datetime import time

from models.outgoing import Letter

STEP = "digest"  # of a mail's trace: its agents were told of it, or it answers what they were told
LETTERS = (Letter.DIGEST, Letter.DIGEST_ANSWERED)
OFF = "off"
USUAL = time(8)


def hour(said: object) -> time | None:
    """At which hour of its own zone an organization wants the letter; None for never.

    Args:
        said: `HH:MM` or `off`; whatever makes no sense is as if nothing were said.
    """
    if said == OFF:
        return None
    try:
        found = time.fromisoformat(said) if isinstance(said, str) else USUAL
    except ValueError:
        return USUAL
    return found if found.tzinfo is None else USUAL
