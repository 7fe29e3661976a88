"""What it talks about. Each theme counts once."""

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Sight

EACH, MOST = 1.3, 4.5
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
