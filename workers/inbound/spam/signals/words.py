"""What it talks about. Each theme counts once."""

import re

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Sight

EACH, MOST = 1.3, 4.5
_ANYBODY = re.compile(
    r"dear (?:friend|home ?owner|internet user|investor|beneficiary|winner|e?-?mail user|web ?site owner|web ?master"
    r"|business (?:owner|partner)|account (?:owner|user|holder)|valued|subscriber|member|candidate|future)\b"
)
_GREETING = 300  # characters of the beginning
_EXCUSES = (
    "this is not spam", "not spam", "this email is not unsolicited", "one time mailing", "one-time mailing",
    "bill s. 1618", "bill 1618", "section 301", "you are receiving this because you opted in",
    "we respect your online privacy",
)  # fmt: skip


def themes(sight: Sight) -> Hint | None:
    """The more of them a mail touches, the less it is a question to us."""
    found = sight.themes
    return Hint(min(EACH * len(found), MOST), f"it talks about {', '.join(found)}") if found else None


def says_it_is_no_spam(sight: Sight) -> Hint | None:
    """Nobody else needs to say so."""
    return Hint(1.8, "it says that it is no spam") if any(one in sight.words for one in _EXCUSES) else None


def greets_anybody(sight: Sight) -> Hint | None:
    """By what everybody is, and not by a name."""
    if _ANYBODY.search(sight.words[:_GREETING]):
        return Hint(1.3, "it greets everybody alike")
    return None
