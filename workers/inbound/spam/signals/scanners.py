"""What scanners outside say, where an installation has some; one that is away says nothing, and the trace tells so.

They judge the whole mail, as what was taught does, so that the more was taught, the less they weigh: at their full
weight, what an organization had taught kept 97 % of the spam alone and 94 % beside an rspamd that found half of it.
"""

from collections.abc import Sequence

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Finding

WEIGHT, LEAST, MOST = 13.0, -2.0, 9.0  # what a scanner takes to be spam reaches the usual threshold by itself
TAUGHT = 0.75  # so much less all of that where much was taught
_EVEN = 0.5  # of what the scanner takes to be spam: here it speaks neither way


def opinions(scanned: Sequence[Finding], believed: float) -> list[Hint]:
    """A hint of each; all of them together weigh no more than one may.

    Args:
        scanned: what they found.
        believed: how much what was taught is believed, from 0 to 1.
    """
    hints = [_weighed(one) for one in scanned]
    said = sum(hint.weight for hint in hints)
    share = 1 - TAUGHT * believed
    allowed = max(LEAST * share, min(MOST * share, said))
    return [Hint(hint.weight * allowed / said, hint.reason) for hint in hints] if allowed != said else hints


def _weighed(found: Finding) -> Hint:
    if found.share is None:
        return Hint(0.0, f"{found.by} was not heard: {found.told}")
    return Hint(max(LEAST, min(MOST, WEIGHT * (found.share - _EVEN))), f"{found.by} says {found.told}")
