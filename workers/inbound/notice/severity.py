"""Why a recipient was not reached, and whether the address is no good any more (hard) or may work again (soft).

Hard is about the address, not about the reply code: a mail refused for its content has a code of 5, and its address
is good. So what the diagnostic says comes first, and the code (RFC 3463) where it says nothing that we know.
"""

import re
from dataclasses import dataclass

from workers.inbound import scrub
from workers.inbound.notice.phrases import Phrases, plain, sections
from workers.inbound.notice.told import Told, is_hard

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-#;:]|$)")
_TABLE = {name: Phrases(rows) for name, rows in sections("reason").items()}
_READ = 2_000
_NAMED = re.compile(
    r"[<'\"(]?[^\s<>'\"()]{1,64}@[^\s<>'\"()]{1,255}[>'\")]?"
)  # within what is said, as in "user <a@b> unknown"
_PREFIX = "recipient address rejected: "  # Postfix; why follows
_KEPT = 300  # characters of a reason


def _topic(said: str) -> str:
    return next((name for name, table in _TABLE.items() if table.found(said)), "")


def tells(text: str) -> bool:
    """Whether a text says something about a failure that we understand."""
    said = plain(text[:_READ])
    return _STATUS.search(said) is not None or any(table.found(said) for table in _TABLE.values())


@dataclass(frozen=True, slots=True)
class Severity:
    """`status` is X.Y.Z or ''; `reason` what the other side said, on one line."""

    status: str
    hard: bool
    reason: str


def severity(status: str, diagnostic: str, action: str = "failed") -> Severity:
    """Judge one recipient.

    Args:
        status: from a Status field, '' if there is none.
        diagnostic: what the other side said.
        action: of RFC 3464; a delay is never hard.
    """
    said = plain(diagnostic[:_READ])
    within = _STATUS.search(said)
    if within:  # the other side's own code is nearer to the truth than what the reporter made of it
        status = within[1]
    topic = _topic(said.replace(_PREFIX, "")) or _topic(said) or _topic(plain(_NAMED.sub(" ", said)))
    hard = action == "failed" and is_hard(Told(status, said, topic))
    return Severity(status, hard, scrub.line(diagnostic, _KEPT))
