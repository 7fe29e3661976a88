"""Bytes to text: by the declared charset, else as UTF-8, as a hint says, as is detected, as windows-1252.

All but the first leave a mark. The hint is a charset that another piece of the same mail declares.
"""

import re

from workers.inbound import scrub
from workers.inbound.decode import detect
from workers.inbound.decode.codecs import ONE_BYTE, codec

_META = re.compile(rb"<meta[^>]{1,200}?charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_CHANCE = 3
_UTF8_BOM = b"\xef\xbb\xbf"


def text(content: bytes, declared: str, what: str, hint: str = "") -> tuple[str, str | None]:
    """Decode the text of a part.

    Args:
        content: the bytes, transfer encoding undone.
        declared: charset parameter, '' if there is none.
        what: what to call it in the mark.
        hint: a charset for bytes that declare none, '' for no idea.

    Returns:
        scrubbed text, and a mark if it was not simply read as declared.
    """
    decoded, used = decode(content, declared, hint)
    if used is None:
        return scrub.body(decoded), None
    said = f"declared {scrub.line(declared, 40)}" if declared else "without charset"
    return scrub.body(decoded), f"charset: {what} {said}, read as {used}"


def decode(content: bytes, declared: str, hint: str = "") -> tuple[str, str | None]:
    """The ladder itself: (raw text, name of the charset used when it is not the declared one)."""
    name = codec(declared) if declared else None
    if name is not None and name != "utf-8":
        return _as(content, name)
    try:
        decoded = content[len(_UTF8_BOM) if content.startswith(_UTF8_BOM) else 0 :].decode()
    except UnicodeDecodeError:
        hinted = _hinted(content, hint) if name is None else None
        return hinted or detect.undeclared(content, prefer_utf8=name is not None)
    return decoded, None if name or not declared or content.isascii() else "utf-8"


def _hinted(content: bytes, hint: str) -> tuple[str, str] | None:
    """Text by a hint that says more than what is tried without one."""
    name = codec(hint) if hint else None
    if name in (None, "utf-8", "cp1252"):
        return None
    try:
        return content.decode(name), name
    except UnicodeError:
        return None


def _as(content: bytes, name: str) -> tuple[str, str | None]:
    if name in ONE_BYTE and not content.isascii() and (text := _surely_utf8(content)):
        return text, "utf-8"
    try:
        return content.decode(name), None
    except UnicodeError:
        pass
    if name == "cp1252":  # five of its bytes are unassigned: as latin-1 they are controls, and vanish
        return content.decode("latin-1"), None
    try:
        return content.decode(), "utf-8"
    except UnicodeDecodeError:
        pass
    partial = content.decode(name, "replace")
    if partial.count("\ufffd") * 20 <= len(partial):
        return partial, f"{name} with replacements"
    return detect.undeclared(content, prefer_utf8=False)


def _surely_utf8(content: bytes) -> str | None:
    """Text of one byte per letter is never UTF-8 by chance, but for a letter or two; mailers do mislabel."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text if len(content) - len(text) > _CHANCE else None


def of_html(content: bytes) -> str:
    """The charset that HTML names for itself in its first kilobyte, or ''."""
    found = _META.search(content[:1024])
    return found[1].decode("ascii") if found else ""
