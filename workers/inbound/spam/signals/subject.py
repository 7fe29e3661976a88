"""How the subject speaks: in capitals, as an advertisement, s p a c e d   o u t, with a code at its end."""

import re

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Sight

_SPACED = re.compile(r"(?:\b\w[ ._*-]){5,}\w\b")
_ADVERTISES = re.compile(r"\W*(?:adv?\b|advertisement\b|\[?adv[:\]])", re.IGNORECASE)
_LABEL = re.compile(
    r"\W{0,3}(?:adv\s?(?:[:\])]|\.:)|sexually-explicit:|未承諾広告|(?<=[(\[<【])(?:성인)?광\s?고|(?<=[(\[【])广告)",
    re.IGNORECASE,
)  # of the United States, Japan, Korea and China
_CODE = re.compile(r" {5,}\S{3,}\s*\Z|\s(?=[a-z]*\d)[a-z0-9]{8,}\s*\Z", re.IGNORECASE)
_SHORTEST = 10


def shouts(sight: Sight) -> Hint | None:
    """All of it in capitals."""
    letters = [one for one in sight.mail.subject if one.isalpha()]
    if len(letters) >= _SHORTEST and all(one.isupper() for one in letters if one.upper() != one.lower()):
        return Hint(0.8, "its subject is all in capitals") if letters[0].lower() != letters[0] else None
    return None


def advertises(sight: Sight) -> Hint | None:
    """It says itself that it is an advertisement; with the label that a law asks for that is enough, until taught."""
    if _LABEL.match(sight.mail.subject):
        return Hint(6.5, "its subject says that it is an advertisement, by the label that laws ask for")
    return Hint(3.0, "its subject says that it is an advertisement") if _ADVERTISES.match(sight.mail.subject) else None


def is_spaced_out(sight: Sight) -> Hint | None:
    """Letters with gaps, which only a person reads."""
    return Hint(1.5, "its subject is spaced out") if _SPACED.search(sight.mail.subject) else None


def ends_in_a_code(sight: Sight) -> Hint | None:
    """A code behind a gap makes each of many mails different; the gap stands only in the header as it was written."""
    raw = sight.head.first("subject")
    return Hint(1.0, "its subject ends in a code") if _CODE.search(raw[:300]) and not sight.mail.cited else None
