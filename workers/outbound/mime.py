"""The parts of a letter's body as bytes (RFC 2045 to 2047, 2183, 2387): seven bits, CRLF, short lines."""

import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass

from workers.outbound.headers import FOLD, clean, parameter
from workers.outbound.letter import File

Headers = tuple[tuple[str, str], ...]
FILE_NAME_BYTES = 180
MOST_NAME = 10_000
BOUNDARY = "=_postern"  # "=_" stands in no base64 and no quoted-printable text (RFC 2045 section 6.7)
_PLAIN = re.compile(rb"(?:(?!From |--)[\t\x20-\x7e]{0,900}+(?<![\t ])\r\n)*")
_CONTENT_TYPE = re.compile(r"(?!multipart/|message/)[a-z]{3,20}/[a-z0-9!#$&^_.+-]{1,100}")
_CONTENT_ID = re.compile(r"[!-;=?-~]{1,300}")


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME entity: its own headers (values folded) and its encoded body, which ends with CRLF."""

    headers: Headers
    body: bytes


def text_part(subtype: str, text: str) -> Part:
    """Text in UTF-8, in the plainest encoding that carries it unchanged.

    Args:
        subtype: `plain` or `html`.
        text: lines ended by line feeds.
    """
    raw = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode()
    raw = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    if _PLAIN.fullmatch(raw):
        encoding, body = "7bit", raw
    elif 6 * _not_ascii(text) < len(text):
        encoding, body = "quoted-printable", b2a_qp(raw, istext=True)
    else:
        encoding, body = "base64", _base64(raw)
    kind = f"text/{subtype}; charset=utf-8"
    return Part((("Content-Type", kind), ("Content-Transfer-Encoding", encoding)), body)


def file_part(file: File, *, inline: bool) -> Part:
    """A file; its name is cleaned and only ever shown.

    Args:
        file: what travels.
        inline: whether the HTML shows it by its Content-ID.
    """
    kind = file.content_type.lower()
    kind = kind if _CONTENT_TYPE.fullmatch(kind) else "application/octet-stream"
    name = file_name(file.name)
    disposition = "inline" if inline else "attachment"
    headers = [
        ("Content-Type", f"{kind};{FOLD}{parameter('name', name)}"),
        ("Content-Transfer-Encoding", "base64"),
        ("Content-Disposition", f"{disposition};{FOLD}{parameter('filename', name)}"),
    ]
    if inline:
        headers.append(("Content-ID", f"<{file.content_id}>"))
    return Part(tuple(headers), _base64(file.content))


def bundle(subtype: str, name: str, parts: tuple[Part, ...]) -> Part:
    """A multipart of the given parts.

    Args:
        subtype: `alternative`, `related` or `mixed`.
        name: makes the boundary unlike any other in the letter.
        parts: in order.
    """
    boundary = f"{BOUNDARY}.{subtype}.{name}"
    line = f"--{boundary}\r\n".encode()
    body = b"".join(piece for part in parts for piece in (line, head(part.headers), b"\r\n", part.body, b"\r\n"))
    kind = f'multipart/{subtype};{FOLD}boundary="{boundary}"'
    return Part((("Content-Type", kind),), body + f"--{boundary}--\r\n".encode())


def head(headers: Headers) -> bytes:
    """Header lines as bytes, without the empty line after them."""
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode()


def is_shown(file: File, html: str) -> bool:
    """Whether the HTML shows this file by a `cid:` reference that can be kept."""
    found = file.content_id
    return bool(found) and _CONTENT_ID.fullmatch(found or "") is not None and f"cid:{found}" in html


def file_name(name: str) -> str:
    """A file's name for display: one line, no path, no controls, its ending kept when it must be cut."""
    shown = clean(name.replace("/", "_").replace("\\", "_"), MOST_NAME).strip(". ") or "file"
    stem, dot, ending = shown.rpartition(".")
    if not stem or len(ending) > 12:  # noqa: PLR2004  longer is no ending that a system would know
        stem, dot, ending = shown, "", ""
    room = FILE_NAME_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + ending


def _not_ascii(text: str) -> int:
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))


def _base64(raw: bytes) -> bytes:
    return encodebytes(raw).replace(b"\n", b"\r\n") or b"\r\n"
