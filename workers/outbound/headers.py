"""Values of header lines: nothing a customer wrote can end one line and begin another, or pose as an encoded word."""

import re
from binascii import b2a_base64
from collections.abc import Iterable, Iterator

FOLD = "\r\n "
WIDTH = 76
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,900}>")
_REFERENCES_BYTES = 2_000
_WORD_BYTES = 45  # 45 bytes are 60 in base64, so an encoded word stays under the 75 of RFC 2047 section 2


def clean(value: str, limit: int) -> str:
    """One line of at most `limit` characters, without controls, line separators and direction overrides."""
    words = _CONTROLS.sub(" ", value[: 4 * limit]).split()
    line = " ".join(words)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _pieces(value: str) -> Iterator[bytes]:
    piece = b""
    for character in value:
        encoded = character.encode()
        if len(piece) + len(encoded) > _WORD_BYTES:
            yield piece
            piece = b""
        piece += encoded
    yield piece


def _encoded(value: str) -> str:
    words = (b2a_base64(piece, newline=False).decode() for piece in _pieces(value))
    return FOLD.join(f"=?utf-8?b?{word}?=" for word in words)


def _is_plain(value: str) -> bool:
    return value.isascii() and "=?" not in value


def unstructured(value: str, name: str) -> str:
    """A text value such as Subject, folded; encoded (RFC 2047) unless it is plain ASCII that reads as itself.

    Args:
        value: from `clean`.
        name: of the header, whose length the first line shares.
    """
    if not _is_plain(value):
        return _encoded(value)
    lines, room = [""], WIDTH - len(name) - 2
    for word in value.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= room:
            lines.append("")
            room = WIDTH
        lines[-1] += f" {word}" if lines[-1] else word
    return FOLD.join(lines)


def mailbox(name: str, address: str) -> str:
    """A display name with its address (RFC 5322 section 3.4); the address must have passed the strict grammar.

    Args:
        name: from `clean`; '' gives the bare address.
        address: as it stands between the angle brackets.
    """
    if not name:
        return address
    if not _is_plain(name):
        phrase = _encoded(name)
    elif _ATOMS.fullmatch(name):
        phrase = name
    else:
        phrase = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    gap = " " if len(phrase) + len(address) < WIDTH - 12 else FOLD
    return f"{phrase}{gap}<{address}>"


def message_ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Those that are Message-IDs in ASCII, each once, in order; they stay verbatim, however long."""
    return tuple(dict.fromkeys(one for one in ids if _MESSAGE_ID.fullmatch(one)))


def bounded(ids: tuple[str, ...], limit: int = _REFERENCES_BYTES) -> tuple[str, ...]:
    """The first and as many of the last Message-IDs as fit into `limit` bytes (RFC 5537 section 3.4.4 trims so too)."""
    if not ids:
        return ()
    room, kept = limit - len(ids[0]), list[str]()
    for one in reversed(ids[1:]):
        room -= len(one) + len(FOLD)
        if room < 0 and kept:
            break
        kept.append(one)
    return (ids[0], *reversed(kept))


def parameter(name: str, value: str) -> str:
    """A parameter of Content-Type or Content-Disposition (RFC 2231 when it is not plain ASCII).

    Args:
        name: of the parameter.
        value: from `clean`, at most 200 bytes in UTF-8 so that the line keeps under 998.
    """
    if _is_plain(value):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name}="{quoted}"'
    return f"{name}*=utf-8''" + "".join(_percent(byte) for byte in value.encode())


def _percent(byte: int) -> str:
    character = chr(byte)
    return character if character.isascii() and character.isalnum() else f"%{byte:02X}"
