"""What scanners outside say, where an installation has some; one that is away says nothing, and the trace tells so."""

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Finding, Standing

WEIGHT, LEAST, MOST = 13.0, -2.0, 9.0  # what a scanner takes to be spam reaches the usual threshold by itself
_EVEN = 0.5  # of what the scanner takes to be spam: here it speaks neither way


def rspamd(standing: Standing) -> Hint | None:
    """The score of rspamd."""
    return _hint(standing, "rspamd")


def spamassassin(standing: Standing) -> Hint | None:
    """The score of SpamAssassin."""
    return _hint(standing, "SpamAssassin")


def _hint(standing: Standing, by: str) -> Hint | None:
    found = next((one for one in standing.scanned if one.by == by), None)
    return _weighed(found) if found else None


def _weighed(found: Finding) -> Hint:
    if found.share is None:
        return Hint(0.0, f"{found.by} was not heard: {found.told}")
    return Hint(max(LEAST, min(MOST, WEIGHT * (found.share - _EVEN))), f"{found.by} says {found.told}")
