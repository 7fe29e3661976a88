"""What a server says of a mail without showing it: number, size, and when it received it (RFC 3501 section 7.4.2)."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from gateway.imap.values import Waiting

Part = bytes | tuple[bytes, bytes]  # a line, or one up to its literal and that

_UID = re.compile(rb"[( ]UID (\d{1,10})(?!\d)", re.IGNORECASE)
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d{1,15})(?!\d)", re.IGNORECASE)
_DATE = re.compile(
    rb'[( ]INTERNALDATE "[ 0]?(\d{1,2})-([A-Z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"', re.IGNORECASE
)
_BODY = re.compile(rb"[( ]BODY\[\] ", re.IGNORECASE)
_EMPTY = re.compile(rb'[( ]BODY\[\] ""', re.IGNORECASE)
_MONTHS = {name: place for place, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


def read(lines: Iterable[Part], wanted: Iterable[int]) -> tuple[Waiting, ...]:
    """The mails that the server tells of, in the order they were asked for.

    One without a size is tried as if it were small; one without a date is taken for new.

    Args:
        lines: of the answer; others than those asked for are no answer.
        wanted: what was asked for.
    """
    found = {int(uid[1]): line for line in lines if isinstance(line, bytes) and (uid := _UID.search(line))}
    return tuple(Waiting(uid, _size(found[uid]), dated(found[uid])) for uid in wanted if uid in found)


def bodies(parts: Sequence[Part], wanted: Iterable[int]) -> dict[int, bytes]:
    """The mails that the server shows.

    Args:
        parts: of the answer to `BODY.PEEK[]`; others than those asked for are no answer.
        wanted: what was asked for.
    """
    found: dict[int, bytes] = {}
    for part, after in zip(parts, (*parts[1:], b""), strict=False):
        head, body = part if isinstance(part, tuple) else (part, None)
        rest = after if isinstance(after, bytes) and body is not None else b""
        uid = _UID.search(head) or _UID.search(b" " + rest)
        if body is None and _EMPTY.search(head):
            body = b""
        if uid and body is not None and _BODY.search(head):
            found[int(uid[1])] = body
    asked = set(wanted)
    return {uid: body for uid, body in found.items() if uid in asked}


def _size(line: bytes) -> int:
    said = _SIZE.search(line)
    return int(said[1]) if said else 0


def dated(line: bytes) -> datetime:
    """When the server received the mail of a line, now if it says nothing that is a time."""
    said = _DATE.search(line)
    if said is None:
        return datetime.now(UTC)
    day, month, year, hour, minute, second, sign, hours, minutes = said.groups()
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    try:
        zone = timezone(ahead if sign == b"+" else -ahead)
        time = datetime(int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=zone)
        return time.astimezone(UTC)
    except (ValueError, KeyError, OverflowError):
        return datetime.now(UTC)
