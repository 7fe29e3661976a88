"""The header fields of a mail or of one of its parts, as they are written (RFC 5322 section 2.2), in linear time."""

import re
from collections.abc import Container

from workers.inbound.limits import HEADERS

Item = tuple[bytes, bytes]
# A line of a header, with those that continue it; lines end with CRLF, CR or LF.
_LINE_END = rb"(?:\r\n?|\n)"
_FIELD = re.compile(
    rb"(?:([!-9;-~]*):|[ \t]|From )((?:[^\r\n]*+%b(?=[ \t]))*+[^\r\n]*+)(?:%b|\Z)" % (_LINE_END, _LINE_END)
)
# All of them, and each, where lines end in one way and nothing else stands between.
_USUAL = {
    end: (
        re.compile(rb"(?:[!-9;-~]++:(?:[^\r\n]*+%b[ \t])*+[^\r\n]*+%b)*+" % (end, end)),
        re.compile(rb"([!-9;-~]++):[ \t]*+((?:[^\r\n]*+%b[ \t])*+[^\r\n]*+)%b" % (end, end)),
    )
    for end in (b"\r\n", b"\n")
}
_USUAL_BYTES = 16_384
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
    """The same at a stroke, for nearly all mail; None where it takes a closer look."""
    first = content.find(b"\n", place, place + _USUAL_BYTES)
    end = b"\r\n" if content[first - 1 : first] == b"\r" else b"\n"
    last = content.find(end + end, place, place + _USUAL_BYTES)
    if first < 0 or last < 0 or content.startswith(b"--", place) or content.find(b"\n--", place, last) >= 0:
        return None
    whole, each = _USUAL[end]
    behind = last + len(end)
    if not whole.fullmatch(content, place, behind):
        return None
    found = each.findall(content, place, behind)
    if len(found) > HEADERS:
        return None
    return [(name.lower(), value.replace(end, b"") if end in value else value) for name, value in found], behind + len(
        end
    )


def _unfolded(value: bytes) -> bytes:
    value = value.lstrip(b" \t")
    folded = b"\n" in value or b"\r" in value  # most are not
    return _FOLD.sub(b"", value) if folded else value
