"""The tree of a mail's parts (RFC 2046 section 5.1), read from its bytes in linear time and within limits.

Writers forget boundaries, or repeat them. So a boundary counts wherever something is open that it may end, innermost
first, and what nothing ends goes on to the end of the mail. The standard library sees the same tree, line by line; but
where a multipart names a boundary that never comes, another one is looked for here.
"""

import re
from collections.abc import Sequence

from workers.inbound.limits import PARTS
from workers.inbound.parse import items, lost
from workers.inbound.parse.part import Part

_DASHED = re.compile(rb"--(?<![^\r\n]--)[^\r\n]*(?:\r\n?|\n)?")  # a whole line
_BLANKS = b" \t\r\n"
_LINE_ENDS = (b"\r\n", b"\n", b"\r")


class _Open:
    """A multipart whose end was not seen yet."""

    def __init__(self, part: Part, boundary: bytes) -> None:
        self.part = part
        self.next = b"--" + boundary
        self.end = self.next + b"--"


class _Reader:
    """Goes over a mail once, from its beginning to its end."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._open: list[_Open] = []
        self._lines: frozenset[bytes] = frozenset()  # that mean something to what is open
        self._is_ascii = content.isascii()
        self._parts = 0
        self._guesses = 0
        self._current: Part | None = None  # of which the body is read: a leaf, or a multipart before its first part
        self._start = 0  # of that body

    def read(self) -> tuple[Part, str | None]:
        """The root, and why it is not complete."""
        root = self._begin(0)
        for line in _DASHED.finditer(self._content, self._start) if self._open else ():
            written = line[0].rstrip(_BLANKS)
            if written not in self._lines or line.start() < self._start:
                continue
            opened = self._whose(written)
            self._end(opened, written, line.start())
            if written != opened.next:
                continue
            if self._parts == PARTS:
                return root, f"The mail has more than {PARTS} parts; only the first ones were read."
            opened.part.children.append(self._begin(self._behind(line), opened.part))
        self._finish(len(self._content))
        return root, None

    def _begin(self, place: int, parent: Part | None = None) -> Part:
        """Read the header fields of a part that begins here."""
        found, self._start = items.read(self._content, place, self._lines)
        part = Part(found, parent.depth + 1, parent.default, parent.said) if parent else Part(found)
        if not self._is_ascii and not part.hint:
            part.said.hear(part)
        self._parts += 1
        if parent is None and lost.is_undeclared(part) and (guess := lost.whole(self._content, self._start)):
            part = Part(found, default="multipart/mixed", said=part.said)
            part.guessed = guess
        elif part.is_entered and self._guesses < lost.MOST:
            self._guesses += 1
            part.guessed = lost.boundary(self._content, self._start, part.boundary, self._lines)
        self._current = part
        if boundary := part.guessed or part.boundary:
            self._open.append(_Open(part, boundary))
            self._known()
        return part

    def _known(self) -> None:
        self._lines = frozenset(line for one in self._open for line in (one.next, one.end))

    def _end(self, opened: _Open, written: bytes, place: int) -> None:
        """End whatever the boundary of an open part ends."""
        if self._current is not opened.part or written != opened.next:  # what is before the first part is for nobody
            self._finish(place)
        self._current = None
        del self._open[self._open.index(opened) + (written == opened.next) :]
        self._known()

    def _whose(self, written: bytes) -> _Open:
        """The innermost that knows the line; where no part of the last one has begun yet, that comes last."""
        inside: Sequence[_Open] = self._open[::-1]
        if self._current is inside[0].part:
            inside = (*inside[1:], inside[0])
        return next(one for one in inside if written in (one.next, one.end))

    def _finish(self, place: int) -> None:
        """The body of the current part ends here; the line end before a boundary is not part of it."""
        if self._current is None:
            return
        if self._current.depth > 1:
            end = next((end for end in _LINE_ENDS if self._content.endswith(end, self._start, place)), b"")
            place = max(self._start, place - len(end))
        self._current.body = self._content[self._start : place]

    def _behind(self, line: re.Match[bytes]) -> int:
        """The place behind a boundary, which some writers repeat."""
        place = line.end()
        while line[0] and self._content.startswith(line[0], place):
            place += len(line[0])
        return place


def read(content: bytes) -> tuple[Part, str | None]:
    """The tree of parts, and why it is not complete.

    Args:
        content: the whole mail, or an entity within one.
    """
    return _Reader(content).read()
