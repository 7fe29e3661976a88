"""Undo a part's transfer encoding (RFC 2045 section 6); what cannot be undone stays as it is, with a mark."""

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_PLAIN = frozenset(("", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"))


def decode(content: bytes, encoding: str) -> tuple[bytes, str | None]:
    """The decoded bytes, and a mark if something was wrong.

    Args:
        content: the body of the part.
        encoding: its Content-Transfer-Encoding, in lower case.
    """
    if encoding in _PLAIN:
        return content, None
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content), None
    if encoding == "base64":
        return _base64(content)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uuencoded(content)
    return content, "transfer encoding: unknown, left as it is"


def _base64(content: bytes) -> tuple[bytes, str | None]:
    try:
        return binascii.a2b_base64(content), None
    except binascii.Error:
        return base64_repaired(content), "transfer encoding: damaged base64 repaired"


def base64_repaired(content: bytes) -> bytes:
    """As much as base64 with missing padding or a lost character says."""
    data = _NOT_BASE64.sub(b"", content)
    if len(data) % 4 == 1:
        data = data[:-1]
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def _uuencoded(content: bytes) -> tuple[bytes, str | None]:
    pieces: list[bytes] = []
    inside = False
    for row in content.splitlines():
        if not inside:
            inside = row.startswith(b"begin ")
        elif row.rstrip() in {b"end", b"`"}:
            return b"".join(pieces), None
        else:
            try:
                pieces.append(binascii.a2b_uu(row))
            except binascii.Error:
                continue
    return (b"".join(pieces) if pieces else content), "transfer encoding: damaged uuencode"
