"""Encoded words of headers (RFC 2047), read as tolerantly as mailers write them wrongly."""

import binascii
import re
from collections.abc import Iterable

from workers.inbound import scrub
from workers.inbound.decode import charset
from workers.inbound.decode.transfer import base64_repaired
from workers.inbound.limits import RAW_FIELD_BYTES

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")  # in what was guessed: it is no text
_START = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?")


def line(raw: bytes, limit: int, hint: str = "") -> str:
    """A header value as text of one line.

    Args:
        raw: the undecoded bytes.
        limit: characters to keep.
        hint: a charset for what is outside of ASCII and of encoded words.
    """
    return scrub.line(decode(raw[:RAW_FIELD_BYTES].decode("ascii", "surrogateescape"), hint), limit)


def named(values: Iterable[bytes]) -> str:
    """The charset of the first encoded word in some header values, '' if there is none."""
    for value in values:
        if found := _START.search(value[:RAW_FIELD_BYTES].decode("latin-1")) if b"=?" in value else None:
            return found[1]
    return ""


def decode(raw: str, hint: str = "") -> str:
    """Decode every encoded word, and by guess what is outside of ASCII; the result must be scrubbed.

    Words side by side in one charset are joined as bytes, since some mailers split within a character. What makes no
    text stays as it is written (RFC 2047 section 6.3). The scan is linear: once no `?=` follows, no further word is
    looked for.

    Args:
        raw: a header value, its undecodable bytes as surrogates, as `email` has it.
        hint: as for `line`.
    """
    if "=?" not in raw:
        return _plain(raw, hint)
    pieces: list[str] = []
    run = bytearray()
    name = ""
    began = done = 0
    for found in _START.finditer(raw):
        if found.start() < done:
            continue
        end = raw.find("?=", found.end())
        if end < 0:
            break
        between = raw[done : found.start()]
        adjacent = bool(name) and not between.strip()
        if not adjacent or found[1].lower() != name:
            pieces.append(_text(run, name, raw[began:done]))
            run.clear()
            began = found.start()
        if not adjacent:
            pieces.append(_plain(between, hint))
        name = found[1].lower()
        run += _bytes(raw[found.end() : end], found[2])
        done = end + 2
    return "".join((*pieces, _text(run, name, raw[began:done]), _plain(raw[done:], hint)))


def _plain(raw: str, hint: str = "") -> str:
    return raw if raw.isascii() else charset.decode(raw.encode(errors="surrogateescape"), "", hint)[0]


def _text(run: bytearray, name: str, written: str) -> str:
    if not run:
        return ""
    text, guessed = charset.decode(bytes(run), name)
    return _plain(written) if guessed and _CONTROL.search(text) else text


def _bytes(encoded: str, kind: str) -> bytes:
    raw = encoded.encode(errors="surrogateescape")
    if kind in "qQ":
        return binascii.a2b_qp(raw, header=True)
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        return base64_repaired(raw)
