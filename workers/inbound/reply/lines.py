"""What a single line of a mail is: quoted, the announcement of a quote, a header that is repeated, a separator."""

import re
from pathlib import Path

from workers.inbound import tables

REPLY_MARKER = "##- Please type your reply above this line -##"

ODD = frozenset(" \t>|-_=*#\u200e\u00a0")  # how lines begin that may be part of a quote
WIDE_COLON = "\uff1a"  # of Chinese and Japanese
COLONS = frozenset((":", WIDE_COLON))
SIGNATURES = frozenset(("--", "\u2014"))  # RFC 3676 section 4.3; mail programs drop the blank, or mend the dashes
LONGEST = 500  # characters of a line that is looked at; no announcement is longer
_WRAPPED = 4  # lines an announcement may be wrapped over
_NAME_CHARACTERS = 40  # of a header, in any language
_HEADERS = 8  # lines among which the headers of a quoted letter stand, blank ones aside
_WORDS = tables.sections(Path(__file__).parent / "words.txt")
_VERBS = _WORDS["verbs"]
_DEVICES = _WORDS["device"]
_FORWARDS = _WORDS["forward"]
_ORIGINAL = frozenset(_WORDS["original"])
_KIND_OF = {name: kind for kind in ("other", "to", "sent", "subject", "from") for name in _WORDS[kind]}
_DATE = re.compile(r"\d{1,2}[:.h]\d\d|\d\.\s?\d|\b\d{4}\b|\d年|\d/\d")
_DATED = re.compile(r"(?:on )?(?:\d{4}[-/.年]\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})")
_DASHES = " \t-_=*>~#+|\u2013\u2014\u200e\u00a0"
MARKUP = " \t*_\u200e\u200f\u00a0"
_RULE = re.compile(r"[ \t]*(?:[-_=*~#+\u2013\u2014][ \t]?){2,}[ \t]*")


def quoted(row: str) -> bool:
    """It begins with a sign of quoting."""
    return row.lstrip(" ").startswith((">", "|>"))


def is_rule(row: str) -> bool:
    """Nothing but dashes and the like, or the character that some programs leave there for counting."""
    return _RULE.fullmatch(row[:LONGEST]) is not None or row.strip() == "\u1427"


def is_marker(row: str) -> bool:
    """Our own line, quoted or not."""
    return REPLY_MARKER in row[:LONGEST]


def is_original(row: str) -> bool:
    """`-----Original Message-----` in some language."""
    start = row[:LONGEST].strip()
    return start[:1] in "-_=" and start.strip(_DASHES).rstrip(":").lower() in _ORIGINAL and start[:3] == start[0] * 3


def forwards(row: str) -> bool:
    """It says that a letter is passed on."""
    said = row[:LONGEST].lower()
    return any(word in said for word in _FORWARDS)


def may_be_header(row: str) -> bool:
    """A quick look before `headers_begin`."""
    start = row[:_NAME_CHARACTERS]
    return ":" in start or WIDE_COLON in start


def header(row: str) -> str:
    """Which header this line repeats: `from`, `sent`, `to`, `subject`, `other`, or '' for none."""
    name, colon, _ = row[:LONGEST].replace(WIDE_COLON, ":", 1).partition(":")
    return _KIND_OF.get(name.strip(MARKUP).lower(), "") if colon and len(name) <= _NAME_CHARACTERS else ""


def headers_begin(rows: list[str], number: int) -> bool:
    """`From: … Sent: … To: …` as some programs write it above what they quote."""
    kinds = [header(rows[number])]
    if kinds[0] not in ("from", "sent", "subject"):
        return False
    kinds += [header(row) for row in rows[number + 1 : number + _HEADERS] if row.strip()]
    return "from" in kinds and "sent" in kinds and (kinds[0] == "from" or "subject" in kinds or "to" in kinds)


def announcement(rows: list[str], number: int) -> int | None:
    """The first line of the announcement of a quote that ends on this line, None if none does.

    Args:
        rows: of the mail.
        number: of a line that ends with a colon.
    """
    joined, found = "", None
    for first in range(number, max(-1, number - _WRAPPED), -1):
        row = rows[first][:LONGEST].strip(MARKUP)
        if not row or (first < number and _ends_otherwise(row)):
            break
        joined = f"{row} {joined}"
        if (found is None and _announces(joined.lower())) or (found is not None and _DATE.search(row)):
            found = first
        if found is not None and _DATE.search(joined):
            break
    return found


def _ends_otherwise(row: str) -> bool:
    """A sentence or a quote ends here, so what follows is not its continuation."""
    return quoted(row) or ("@" not in row and row.endswith((".", "!", "?", ":")) and not row[-2:-1].isdigit())


def _announces(text: str) -> bool:
    if _DATED.match(text) and "@" in text:
        return True
    if "@" not in text and not _DATE.search(text):
        return False
    return any(verb in text for verb in _VERBS)


def is_device(row: str) -> bool:
    """`Sent from my phone` in some language."""
    start = row[:LONGEST].strip(MARKUP).lower()
    return start.startswith(_DEVICES) and len(start) < 120  # noqa: PLR2004  it is one short sentence
