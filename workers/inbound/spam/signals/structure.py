"""How the mail is built: what people's programs always write, and what they never do."""

import re
from codecs import getincrementaldecoder

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Sight

_IDENTIFIER = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_UTF8 = getincrementaldecoder("utf-8")
_FEW_WORDS = 300  # characters
_ALWAYS = ("date", "message-id", "to")  # of them, Cc may stand for To


def only_html(sight: Sight) -> Hint | None:
    """A page without the text that programs of people write beside it."""
    kind = sight.head.first("content-type").lower()
    return Hint(0.7, "it is a page without plain text") if kind.startswith("text/html") else None


def lacks_headers(sight: Sight) -> Hint | None:
    """No date, no identifier, no recipient."""
    there = sight.head.values.keys() | ({"to"} if "cc" in sight.head.values else set())
    lacking = [name for name in _ALWAYS if name not in there]
    return Hint(0.7 * len(lacking), f"it has no {', '.join(lacking)}") if lacking else None


def hides_recipients(sight: Sight) -> Hint | None:
    """To people who are not named, and no list sent it."""
    said = sight.head.first("to").lower()
    hidden = "undisclosed" in said or (bool(said) and "@" not in said and not sight.mail.to)
    return Hint(0.7, "it does not say whom it is for") if hidden and not sight.mail.list_id else None


def is_wrapped(sight: Sight) -> Hint | None:
    """Plain ASCII text wrapped in base64, which needs none and hides the words from simple filters."""
    kind, coding = (sight.head.first(f"content-{name}").lower() for name in ("type", "transfer-encoding"))
    if coding == "base64" and kind.startswith("text/") and sight.mail.text and sight.mail.text.isascii():
        return Hint(1.0, "its plain text is wrapped in base64")
    return None


def has_an_odd_identifier(sight: Sight) -> Hint | None:
    """A Message-ID without an address in brackets (RFC 5322 section 3.6.4), which every program writes."""
    said = sight.head.first("message-id")
    return Hint(1.2, "its Message-ID is none") if said and not _IDENTIFIER.search(said) else None


def says_it_in_bytes(sight: Sight) -> Hint | None:
    """Bytes of an old charset in its subject or sender, where words are encoded (RFC 2047) or UTF-8 (RFC 6532)."""
    for name in ("subject", "from"):
        try:
            _UTF8().decode(sight.head.first(name).encode("latin-1"))  # of a long value the end may be cut off
        except UnicodeDecodeError:
            return Hint(1.2, f"its {name} is written in bytes of no known charset")
    return None


def is_hardly_more_than_a_link(sight: Sight) -> Hint | None:
    """A page with few words and no plain text beside it, which leads elsewhere; what it shows is pictures."""
    mail, kind = sight.mail, sight.head.first("content-type").lower()
    if len(mail.text) < _FEW_WORDS and 'href="http' in (mail.html or "") and kind.startswith("text/html"):
        return Hint(1.2, "it is a page with few words and a link")
    return None
