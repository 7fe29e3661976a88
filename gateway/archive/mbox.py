"""Where the mails of an mbox begin and end, without reading more of it than a piece at a time (RFC 4155, mbox(5)).

The kinds differ in what keeps a line of a mail that begins with `From ` from looking like the next mail: mboxrd and
mboxo put a `>` before it, mboxcl2 counts the bytes, mboxcl does both. Nothing in a file says which it is. Counts are
believed only if the first mail of the file has one that ends exactly where the next mail begins: a count may be a
stranger's.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.archive import heads
from gateway.archive.lines import MARK

PIECE = 1_048_576  # bytes looked at together
LONGEST_LINE = 1000  # bytes of a `From ` line
# Sender, weekday, and a time of day behind it; each part has a bound, since a stranger may have written the line.
_MARK = rb"From (?:[^\n]{0,320} )?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [^\n]{0,20}\d\d?:\d\d[^\n]{0,100}"
_BOUNDARY = re.compile(rb"\n\r?\n(?=(" + _MARK + rb")\n)")
_AHEAD = re.compile(rb"(?:\r?\n)?(?:" + _MARK + rb"\n|\Z)")
_QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_UNQUOTED = re.compile(rb"^From ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail is.

    Attributes:
        mark: its `From ` line without the end.
        start, end: of its bytes in the file, without that line and the empty one that follows a mail.
        counted: whether a count said where it ends.
    """

    mark: bytes
    start: int
    end: int
    counted: bool


def places(file: int, size: int) -> Iterator[Place]:
    """Find the mails of an mbox.

    Args:
        file: descriptor, open for reading; its position does not matter.
        size: bytes of it to look at.

    Raises:
        ValueError: it does not begin as an mbox.
        OSError: it cannot be read.
    """
    window = _Window(file, size)
    first = os.pread(file, min(size, LONGEST_LINE), 0)
    if not size:
        return
    if not first.startswith(MARK) or b"\n" not in first:
        raise ValueError("it does not begin with a `From ` line")
    mark, start = first.partition(b"\n")[0], first.index(b"\n") + 1
    counts = window.counted(start) is not None
    while start <= size:
        counted = window.counted(start) if counts else None
        end, following = window.boundary(start) if counted is None else (counted, window.mark_at(counted))
        yield Place(mark.rstrip(b"\r"), start, end, counted is not None)
        if following is None:
            return
        mark, start = following


class _Window:
    """A piece of the file in memory, moved along it."""

    def __init__(self, file: int, size: int) -> None:
        self._file, self._size = file, size
        self._base, self._piece = 0, b""

    def boundary(self, start: int) -> tuple[int, tuple[bytes, int] | None]:
        """The end of the mail that begins at `start`, and the next mail's `From ` line with where that mail begins."""
        at = start - 1  # the line end before it: a mail may be nothing but the empty line
        while True:
            self._load(at)
            found = _BOUNDARY.search(self._piece, at - self._base)
            if found:
                end = max(self._base + found.start() + 1, start)
                return end, (found[1], self._base + found.end() + len(found[1]) + 1)
            last = self._base + len(self._piece)
            if last >= self._size:
                return self._last(start), None
            at = max(at, last - LONGEST_LINE)

    def counted(self, start: int) -> int | None:
        """The end of the mail by its Content-Length, None if it has none or that leads nowhere."""
        self._load(start)
        head = heads.look(self._piece[start - self._base : start - self._base + heads.MOST])
        if head.length is None or not head.size or (end := start + head.size + head.length) > self._size:
            return None
        return end if _AHEAD.match(os.pread(self._file, LONGEST_LINE, end)) else None

    def mark_at(self, end: int) -> tuple[bytes, int] | None:
        """The `From ` line after a mail that ends there, None at the end of the file."""
        found = os.pread(self._file, LONGEST_LINE, end)
        rest = found.lstrip(b"\r\n")
        if not rest:
            return None
        line = rest.partition(b"\n")[0]
        return line, end + len(found) - len(rest) + len(line) + 1

    def _last(self, start: int) -> int:
        """The end of the last mail: before the empty line, if one follows."""
        tail = os.pread(self._file, 3, max(start, self._size - 3))
        for empty in (b"\n\r\n", b"\n\n"):
            if tail.endswith(empty):
                return max(self._size - len(empty) + 1, start)
        return self._size

    def _load(self, at: int) -> None:
        """Have at least `heads.MOST` bytes from `at` on, if the file has them."""
        last = self._base + len(self._piece)
        if self._base <= at and (at + heads.MOST <= last or last >= self._size):
            return
        self._base = at
        self._piece = os.pread(self._file, min(PIECE, self._size - at), at)
        if not self._piece and at < self._size:
            raise OSError(0, "it became shorter while it was read")


def restored(raw: bytes, *, counted: bool) -> bytes:
    """A mail with the `>` taken away that its mbox put before lines that begin with `From ` (mboxrd).

    Args:
        raw: its bytes in the file.
        counted: whether a count said where it ends; then a bare `From ` line shows that none were put (mboxcl2).
    """
    if b"From " not in raw or (counted and _UNQUOTED.search(raw)):
        return raw
    return _QUOTED.sub(b"", raw)
