"""What a signed S/MIME message says, where its words lie within the signature (RFC 8551 section 3.5.2, RFC 5652).

Outlook writes such mails when it is told to "encode" them. Nothing is verified here; the signed message stays a file.
"""

KINDS = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SEQUENCE, _CONTEXT, _OCTETS, _CHUNKS, _INTEGER, _SET, _OBJECT = 0x30, 0xA0, 0x04, 0x24, 0x02, 0x31, 0x06
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_LENGTH_BYTES = 8
_UNTIL_MARKED = 0x80  # the end is marked by two zeros (BER, X.690 section 8.1.3.6)


class _Other(Exception):  # noqa: N818  it is no error: most of what comes here is encrypted
    """It is no signed message."""


def opened(content: bytes) -> bytes | None:
    """The MIME entity that was signed; None if it is something else (as an encrypted one is), or damaged.

    Args:
        content: of the part, as DER or BER.
    """
    try:
        place = _enter(content, 0, _SEQUENCE)
        kind, place = _take(content, place, _OBJECT)
        if kind != _SIGNED_DATA:
            return None
        for tag in (_CONTEXT, _SEQUENCE):
            place = _enter(content, place, tag)
        for tag in (_INTEGER, _SET):
            _, place = _take(content, place, tag)
        _, place = _take(content, _enter(content, place, _SEQUENCE), _OBJECT)
        return _octets(content, _enter(content, place, _CONTEXT))
    except (_Other, IndexError):
        return None


def _octets(content: bytes, place: int) -> bytes:
    if content[place] == _OCTETS:
        return _take(content, place, _OCTETS)[0]
    pieces: list[bytes] = []
    place = _enter(content, place, _CHUNKS)
    while content[place : place + 1] == bytes([_OCTETS]):
        piece, place = _take(content, place, _OCTETS)
        pieces.append(piece)
    return b"".join(pieces)


def _enter(content: bytes, place: int, tag: int) -> int:
    """Where the content of an element begins."""
    return _header(content, place, tag)[0]


def _take(content: bytes, place: int, tag: int) -> tuple[bytes, int]:
    """The content of an element, and where the next one begins."""
    start, length = _header(content, place, tag)
    if length is None or start + length > len(content):
        raise _Other
    return content[start : start + length], start + length


def _header(content: bytes, place: int, tag: int) -> tuple[int, int | None]:
    if content[place] != tag:
        raise _Other
    first = content[place + 1]
    if first < _UNTIL_MARKED:
        return place + 2, first
    if first == _UNTIL_MARKED:
        return place + 2, None
    size = first - _UNTIL_MARKED
    if size > _LENGTH_BYTES:
        raise _Other
    return place + 2 + size, int.from_bytes(content[place + 2 : place + 2 + size], "big")
