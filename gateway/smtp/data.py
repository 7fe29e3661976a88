"""The bytes between DATA and its end: only CRLF.CRLF ends them, and a mail with a lone CR or LF is refused.

So nothing can be smuggled behind a mail that ends otherwise for somebody else (CVE-2023-51764, CVE-2024-27305).
Works on whole chunks; no line is looked at in Python.
"""

from dataclasses import dataclass
from io import IncrementalNewlineDecoder

from gateway.smtp import replies

END = b"\r\n.\r\n"
DOT = END[:3]
PIECE = 1_048_576  # bytes looked at together, so that a large mail is not there twice
CRUMBS = 1024  # chunks that are joined: kept apart, tiny ones would take many times their bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """What one mail may be, in bytes.

    Attributes:
        size: of the whole mail as it is stored.
        line: of one line with its line end.
        announced: what SIZE said, 0 if nothing; a mail much larger than that is refused.
    """

    size: int
    line: int
    announced: int = 0

    @property
    def most(self) -> int:
        """How much is read before the mail is given up; SIZE is an estimate (RFC 1870 section 5)."""
        return min(self.size, 2 * self.announced + 1_048_576) if self.announced else self.size

    @property
    def excuse(self) -> bytes:
        """The answer to a mail of more than `most` bytes."""
        return replies.TOO_MUCH_DATA if self.most == self.size else replies.LARGER_THAN_ANNOUNCED


class DataReader:
    """Collects one mail from chunks as they come; how they are cut makes no difference.

    Attributes:
        refusal: why the mail will not be taken; from then on nothing of it is kept.
        seen: bytes of the mail so far, as they came over the wire.
        patience: of a refused mail so many are read on, for its end; not for ever.
    """

    __slots__ = ("_joined", "_kept", "_limits", "_most", "_stuffed", "_tail", "patience", "refusal", "seen")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._most = limits.most
        self.patience = 2 * self._most
        self._kept: list[bytes] = []
        self._joined = 0  # how many of those were made of crumbs
        self._tail = b"\r\n"  # the line end of DATA itself: a mail may be empty
        self._stuffed = False  # whether a line began with a dot
        self.refusal: bytes | None = None
        self.seen = 0

    def feed(self, chunk: bytes) -> bytes | None:
        """Take the next bytes.

        Returns:
            What followed the end of the mail, or None if the end has not come yet.
        """
        window = self._tail + chunk
        at = window.find(DOT)
        if at >= 0 and not window.startswith(END, at):
            self._stuffed = True
            at = window.find(END, at)
        if at < 0:
            self._keep(chunk)
            self._tail = window[-4:]
            return None
        rest = at + 2 - len(self._tail)  # how much of the chunk is mail; negative if the end began before it
        if rest >= 0:
            self._keep(chunk[:rest])
        else:
            self._take_back(-rest)
        return window[at + 5 :]

    def refuse(self, reply: bytes) -> None:
        """Give the mail up: forget what was kept and go on reading to its end.

        Args:
            reply: what to answer then.
        """
        self.refusal = self.refusal or reply
        self._kept.clear()

    def content(self) -> bytes | None:
        """The mail as it was before transport, or None when it is refused (then `refusal` says why)."""
        if self.seen > self._most:
            self.refuse(self._limits.excuse)
        if self.refusal:
            return None
        raw = self._kept[0] if len(self._kept) == 1 else b"".join(self._kept)
        self._kept.clear()
        if has_bare_line_end(raw):
            self.refuse(replies.BARE_LINE_END_IN_DATA)
        elif has_long_line(raw, self._limits.line):
            self.refuse(replies.TEXT_LINE_TOO_LONG)
        if self.refusal:
            return None
        return unstuff(raw) if self._stuffed else raw

    def _keep(self, chunk: bytes) -> None:
        self.seen += len(chunk)
        if self.seen - 2 > self._most:  # two bytes may yet prove to be part of the end
            self.refuse(self._limits.excuse)
        elif chunk and not self.refusal:
            self._kept.append(chunk)
            if len(self._kept) - self._joined == CRUMBS:
                self._kept[self._joined :] = [b"".join(self._kept[self._joined :])]
                self._joined += 1

    def _take_back(self, count: int) -> None:
        """Forget the first bytes of the end, which came with earlier chunks."""
        self.seen -= count
        if self._kept:
            self._kept = [b"".join(self._kept)[:-count]]


def has_bare_line_end(raw: bytes) -> bool:
    """Whether a CR or LF stands without the other (RFC 5321 section 2.3.8).

    The decoder of universal newlines tells which kinds it met, in one pass and four times faster than counting them.
    """
    decoder = IncrementalNewlineDecoder(None, translate=False)
    for start in range(0, len(raw), PIECE):
        decoder.decode(raw[start : start + PIECE].decode("latin-1"))
    decoder.decode("", final=True)
    return decoder.newlines not in {None, "\r\n"}


def unstuff(raw: bytes) -> bytes:
    """Take away the dot that the client put before each line that began with one (RFC 5321 section 4.5.2)."""
    if raw.startswith(b"."):
        raw = raw[1:]
    return raw.replace(b"\r\n.", b"\r\n")


def has_long_line(raw: bytes, most: int) -> bool:
    """Whether a line has more than `most` bytes with its line end; looks only at every `most`-th place or so."""
    start, length = 0, len(raw)
    while length - start > most:
        end = raw.rfind(b"\n", start, start + most)
        if end < 0:
            return True
        start = end + 1
    return False
