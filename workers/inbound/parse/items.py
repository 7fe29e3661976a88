"""The header fields of a mail or of one of its parts, as they are written (RFC 5322 section 2.2), in linear time."""

import re
from collections.abc import Container

from workers.inbound.limits import HEADER_BYTES, HEADERS

Item = tuple[bytes, bytes]
# A line of a header, with those that continue it; lines end with CRLF, CR or LF.
_LINE_END = rb"(?:\r\n?|\n)"
_FIELD = re.compile(
    rb"(?:([!-9;-~]*):|[ \t]|From )((?:[^\r\n]*+%b(?=[ \t]))*[^\r\n]*+)(?:%b|\Z)" % (_LINE_END, _LINE_END)
)
_IN_NAMES = bytes({*range(0x21, 0x7F)} - {ord(":")})
_LINE_BYTES, _NEAR_BYTES = 1_024, 16_384
_FOLD = re.compile(rb"[\r\n]+")
_BLANK = re.compile(_LINE_END)


def read(content: bytes, place: int, ends: Container[bytes]) -> tuple[list[Item], int]:
    """Names in lower case with their values, unfolded; and where the body begins.

    The fields end with a blank line, or where a line is none: that is the body's first. What stands between fields
    without being one (mbox has such lines) is left out, but for the last, which may be the body's. So is what exceeds
    the limit for the headers of a mail.

    Args:
        content: of a whole mail.
        place: where the fields begin.
        ends: lines, without their ends and the blanks before them, at which the fields are over.
    """
    if usual := _usual(content, place):
        return usual
    items: list[Item] = []
    start = place
    while field := _FIELD.match(content, place):
        name, value = field.groups()
        if name:
            if name.startswith(b"--") and field[0].rstrip() in ends:
                return items, place
            if len(items) < HEADERS:
                items.append((name.lower(), _unfolded(value)))
        elif place > start and field[0].startswith(b"From ") and not _FIELD.match(content, field.end()):
            return items, place
        place = field.end()
    blank = _BLANK.match(content, place)
    return items, blank.end() if blank else place


def _usual(content: bytes, place: int) -> tuple[list[Item], int] | None:
    """The same at a stroke, for nearly all mail: lines end in one way, and each is a field or goes on with one."""
    first = content.find(b"\n", place, place + _LINE_BYTES)
    if first < 0 or content.startswith(b"--", place):
        return None
    end = b"\r\n" if content[first - 1 : first] == b"\r" else b"\n"
    near = place + (
        _NEAR_BYTES if place else HEADER_BYTES
    )  # for parts, of which there may be many, not all is searched
    boundary = content.find(b"\n--", place, near)  # what is behind it is none of this part's
    last = content.find(end + end, place, near if boundary < 0 else boundary)
    if last < 0:
        return None
    block = content[place:last]
    if block.count(b"\n") != block.count(end) or block.count(b"\r") != (len(end) - 1) * block.count(end):
        return None
    lines = block.replace(end + b" ", b" ").replace(end + b"\t", b"\t").split(end)
    parts = [line.partition(b":") for line in lines]
    names = [name for name, colon, _ in parts if name and colon]
    if len(names) != len(lines) or b"".join(names).translate(None, _IN_NAMES):
        return None
    return [(name.lower(), value.lstrip(b" \t")) for name, _, value in parts[:HEADERS]], last + 2 * len(end)


def _unfolded(value: bytes) -> bytes:
    folded = b"\n" in value or b"\r" in value  # most are not
    return (_FOLD.sub(b"", value) if folded else value).lstrip(b" \t")
