"""Where the headers of a mail end, and how much of them is read."""

import re
from dataclasses import dataclass

from workers.inbound.limits import HEADER_BYTES, HEADERS

_ENDS = (b"\n\r\n", b"\n\n", b"\r\r")
_NEXT = re.compile(rb"\n(?![ \t])")


@dataclass(frozen=True, slots=True)
class Blocks:
    """The header block of a mail, within limits and with the blank line; and the whole mail with no more headers.

    `problem` says, as a sentence, what of the headers is missing.
    """

    head: bytes
    whole: bytes
    problem: str | None = None


def split(content: bytes) -> Blocks:
    """Find the header block of a mail; one over the limits is cut off and the body still found."""
    end = _end(content, 0, HEADER_BYTES)
    if end is None and len(content) > HEADER_BYTES:
        later = _end(content, HEADER_BYTES, len(content)) or len(content)
        problem = f"The headers exceed {HEADER_BYTES // 1024} kB; only the first ones were read."
        return _shortened(content[:HEADER_BYTES] + b"\r\n\r\n", content[later:], problem)
    head = content[:end]
    if head.count(b"\n") > HEADERS and (cut := _cut(head)):
        problem = f"There are more than {HEADERS} headers; only the first ones were read."
        return _shortened(head[:cut] + b"\r\n", content[len(head) :], problem)
    return Blocks(head, content)


def _shortened(head: bytes, rest: bytes, problem: str) -> Blocks:
    return Blocks(head, head + rest, problem)


def _end(content: bytes, start: int, stop: int) -> int | None:
    """The position behind the first blank line."""
    end = None
    for mark in _ENDS:
        found = content.find(mark, start, stop)
        if found >= 0:
            stop = end = found + len(mark)
    return end


def _cut(head: bytes) -> int | None:
    """Where the header after the last one that is read begins."""
    starts = [found.end() for found in _NEXT.finditer(head)]
    return starts[HEADERS - 1] if len(starts) > HEADERS + 1 else None
