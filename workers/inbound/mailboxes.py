"""Address headers read from undecoded bytes (RFC 5322 section 3.4), in linear time and without guessing.

One reader for both uses: it returns every mailbox it sees and every reason to doubt what it saw. Trust (From) accepts
no doubt; the rest (To, Cc, Reply-To) takes what is there.
"""

import re
from dataclasses import dataclass, field

ADDRESS_BYTES = 320  # 64 + @ + 255, RFC 5321 section 4.5.3.1

# An encoded word is one token even with commas or parentheses inside, which many mailers leave there, but never with
# anything that could be an address.
_TOKEN = re.compile(
    rb'[ \t]+|=\?[^?\s<>@"]{1,60}\?[bBqQ]\?[^?\s<>@"]*\?=|"(?:[^"\\]|\\.)*"|\[[^\[\]\s<>@"\\]*\]'
    rb'|[^ \t"(),:;<>@\[\]\\]+|.',
    re.DOTALL,
)
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_ATOM = rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\xff-]+"
_LOCAL = re.compile(_ATOM + rb"(?:\." + _ATOM + rb')*|"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])+"')
_DOMAIN = re.compile(rb"[A-Za-z0-9_\x80-\xff-]+(?:\.[A-Za-z0-9_\x80-\xff-]+)*|\[[0-9A-Za-z:.]+\]")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Undecoded display name and addr-spec."""

    name: bytes
    address: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """What an address header holds, and every doubt about it, in words for a person."""

    mailboxes: tuple[Mailbox, ...]
    doubts: tuple[str, ...]


def read(value: bytes, limit: int) -> Reading:
    """Read an address header.

    Args:
        value: the unfolded header value.
        limit: mailboxes to read.
    """
    reader = _Reader(limit)
    reader.read(value)
    return Reading(tuple(reader.mailboxes), tuple(reader.doubts))


@dataclass(slots=True)
class _Item:
    """Tokens between two commas."""

    phrase: list[bytes] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    angle: list[bytes] | None = None  # between < and >
    inside: bool = False
    bare: bool = False  # an @ outside of angle brackets

    def add(self, token: bytes) -> None:
        (self.angle if self.inside and self.angle is not None else self.phrase).append(token)


class _Reader:
    """Goes over a value once, from left to right."""

    def __init__(self, limit: int) -> None:
        self.mailboxes: list[Mailbox] = []
        self.doubts: list[str] = []
        self._limit = limit
        self._item = _Item()

    def read(self, value: bytes) -> None:
        if _CONTROL.search(value):
            self.doubts.append("a control character")
            value = _CONTROL.sub(b"", value)
        position = 0
        while position < len(value) and len(self.mailboxes) < self._limit:
            if value.startswith(b"(", position):
                position = self._comment(value, position)
                continue
            found = _TOKEN.match(value, position)
            assert found is not None  # its last alternative is any byte
            position = found.end()
            if found[0] == b'"':  # unclosed: from here on no quote means anything, and none is looked for again
                self.doubts.append("an unclosed quote")
                value = value.replace(b'"', b" ")
            else:
                self._take(found[0])
        if position < len(value):
            self.doubts.append("too many mailboxes")
        else:
            self._finish()

    def _comment(self, value: bytes, start: int) -> int:
        """Where the text goes on after a comment; comments may hold comments."""
        depth = 0
        for found in _PARENTHESIS.finditer(value, start):
            depth += {b"(": 1, b")": -1}.get(found[0], 0)
            if not depth:
                self._item.comments.append(value[start + 1 : found.start()])
                self._item.add(b" ")  # so that a comment never joins what it separates
                return found.end()
        self.doubts.append("an unclosed comment")
        return len(value)

    def _take(self, token: bytes) -> None:
        item = self._item
        if item.inside:
            if token == b">":
                item.inside = False
            else:
                item.add(token)
        elif token in {b",", b";", b":"}:
            self._separate(token)
        elif token == b"<":
            if item.angle is not None:
                self.doubts.append("several angle brackets")
            item.angle, item.inside = [], True
        else:
            self._outside(token)

    def _separate(self, token: bytes) -> None:
        if token == b":":  # what came before it names a group
            self.doubts.append("a group")
        else:
            if token == b";":
                self.doubts.append("a group or a semicolon")
            self._finish()
        self._item = _Item()

    def _outside(self, token: bytes) -> None:
        if token in {b">", b")", b"\\"}:
            self.doubts.append("a stray bracket or backslash")
        elif self._item.angle is not None and token.strip():
            self.doubts.append("text after the address")
        self._item.bare = self._item.bare or token == b"@"
        self._item.add(token)

    def _finish(self) -> None:
        item = self._item
        address = b"".join(item.phrase if item.angle is None else item.angle).strip()
        name = _name(item.comments[:1] if item.angle is None else item.phrase)
        if item.angle is not None and item.bare:
            self.doubts.append("an address in the display name")
        if item.inside:
            self.doubts.append("an unclosed angle bracket")
        if b"=?" in address:
            self.doubts.append("an encoded word within the address")
        elif _is_address(address):
            self.mailboxes.append(Mailbox(name, address))
        elif address or name:
            self.doubts.append("something that is no address")


def _is_address(address: bytes) -> bool:
    local, _, domain = address.rpartition(b"@")
    if len(address) > ADDRESS_BYTES or not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        return False
    try:
        return address.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _name(tokens: list[bytes]) -> bytes:
    return b"".join(_ESCAPED.sub(rb"\1", one[1:-1]) if one[:1] == b'"' else one for one in tokens).strip()
