"""A first look at the headers of a mail that lies in a file: when it was written, what it cites, where it came from.

Only order and envelope of what is stored hang on it; what the mail says is read by the workers.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from gateway import envelope

MOST = 65_536  # bytes of headers looked at
LONGEST_NUMBER = 16  # digits
MOST_CITED = 50
_FIELDS = re.compile(
    rb"^(return-path|received|date|message-id|in-reply-to|references|content-length):((?:[^\n]*\n[ \t])*[^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_END = re.compile(rb"\n\r?\n")
_ID = re.compile(rb"<[^<>\s]{1,500}>")
_DAEMON = b"mailer-daemon"  # stands for the empty return path in `From ` lines and pipes


@dataclass(frozen=True, slots=True)
class Head:
    """What the headers say.

    Attributes:
        size: bytes of the header block with the empty line after it, 0 if it has no end in what was looked at.
        written: of Date, else of the uppermost Received; None if neither makes sense.
        message_id: None if there is none.
        cited: In-Reply-To and References.
        return_path: of the uppermost Return-Path, '' for `<>`; None if there is none, or none that can be used.
        length: Content-Length (mboxcl), None if there is none.
    """

    size: int
    written: datetime | None
    message_id: str | None
    cited: tuple[str, ...]
    return_path: str | None
    length: int | None


def look(raw: bytes) -> Head:
    """Read the headers.

    Args:
        raw: the mail or its beginning, with any line ends, without a `From ` line.
    """
    end = _END.search(raw, 0, MOST)
    head = raw[: end.end() if end else MOST]
    found: dict[bytes, list[bytes]] = {}
    for name, value in _FIELDS.findall(head):
        found.setdefault(name.lower(), []).append(b" ".join(value.split()))
    return Head(
        size=end.end() if end else 0,
        written=_written(found),
        message_id=next(iter(_identifiers(found.get(b"message-id", []))), None),
        cited=_identifiers([*found.get(b"in-reply-to", []), *found.get(b"references", [])]),
        return_path=address(found[b"return-path"][0]) if b"return-path" in found else None,
        length=_number(found.get(b"content-length", [])),
    )


def address(said: bytes) -> str | None:
    """A return path as the door would take it.

    Args:
        said: with or without angle brackets; nothing and `MAILER-DAEMON` are the empty one.

    Returns:
        None if it is none that the door takes.
    """
    bare = said.strip().removeprefix(b"<").removesuffix(b">")
    if bare.lower() == _DAEMON:
        bare = b""
    argument = b"FROM:<" + bare + b">" + (b"" if bare.isascii() else b" SMTPUTF8")
    read = envelope.sender(argument, extended=True, max_bytes=1)
    return None if isinstance(read, bytes) else read.address


def marked(line: bytes) -> str | None:
    """The sender that a `From ` line names, None if it names none that can be used (Thunderbird writes `-`).

    Args:
        line: without its end.
    """
    words = line.split(None, 2)
    return address(words[1]) if len(words) > 1 and words[1] != b"-" else None


def date(said: bytes) -> datetime | None:
    """A date of RFC 5322 section 3.3 in UTC, None if it makes no sense."""
    try:
        found = parsedate_to_datetime(said[:100].decode("ascii", "replace"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _written(found: dict[bytes, list[bytes]]) -> datetime | None:
    said = [*found.get(b"date", [])[:1], *(value.rpartition(b";")[2] for value in found.get(b"received", [])[:1])]
    return next((one for value in said if (one := date(value))), None)


def _identifiers(values: list[bytes]) -> tuple[str, ...]:
    return tuple(one.decode("ascii", "replace") for value in values for one in _ID.findall(value))[-MOST_CITED:]


def _number(values: list[bytes]) -> int | None:
    return int(values[0]) if values and values[0].isdigit() and len(values[0]) < LONGEST_NUMBER else None
