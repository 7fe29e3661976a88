"""The last look before the wire: the letter is parsed again and may hold what was meant and nothing else."""

import re
from email.parser import BytesHeaderParser
from email.policy import compat32

from workers.errors import Permanent
from workers.outbound.mime import Headers

ALLOWED = frozenset({
    "DKIM-Signature", "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
    "Thread-Topic", "Thread-Index", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID",
    "Auto-Submitted", "X-Auto-Response-Suppress", "X-Postern-Loop", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding",
})  # fmt: skip
NEEDED = frozenset({"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "X-Postern-Loop", "MIME-Version"})
REPEATED = frozenset({"DKIM-Signature"})  # one for each kind of key
IN_PARTS = frozenset({"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID"})
_LINE_LENGTH = 998  # RFC 5322 section 2.1.1
_DELIMITER = re.compile(rb"\r\n--=_postern\.[^\r\n]*(?:\r\n|\Z)")
_FIELDS = re.compile(rb"(?:[A-Za-z-]+: [^\r\n]+(?:\r\n [^\r\n]+)*(?:\r\n|\Z))*")
_NAME = re.compile(rb"^([A-Za-z-]+):", re.MULTILINE)
_parser = BytesHeaderParser(policy=compat32)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")


def check(content: bytes, meant: Headers, *, utf8: bool = False) -> None:
    """Refuse a letter that is not exactly what `compose` meant (CVE-2024-6923, CVE-2026-1299, RT CVE-2012-4730).

    Args:
        content: the bytes as they would go out.
        meant: top headers in order with their folded values.
        utf8: whether header values may hold UTF-8 (RFC 6532).

    Raises:
        Permanent: with the rule it breaks, never with what it says.
    """
    top, _, body = content.partition(b"\r\n\r\n")
    _require(body.isascii() and (utf8 or top.isascii()), "a byte above 127")
    _require(content.count(b"\r\n") == content.count(b"\r") == content.count(b"\n"), "a bare CR or LF")
    _require(b"\0" not in content, "a NUL")
    _require(max(map(len, content.split(b"\r\n"))) <= _LINE_LENGTH, "a line over 998 bytes")
    _check_top(_headers(top), meant)
    for piece in _DELIMITER.split(b"\r\n" + body)[1:]:
        _check_names(_names(piece.partition(b"\r\n\r\n")[0]), IN_PARTS)


def _names(head: bytes) -> list[str]:
    """Of the headers of a part, by a grammar so strict that no reader finds others."""
    _require(_FIELDS.fullmatch(head) is not None, "a part whose headers are none")
    return [name.decode() for name in _NAME.findall(head)]


def _headers(head: bytes) -> list[tuple[str, str]]:
    message = _parser.parsebytes(head)
    _require(not message.get_payload(), "a header block that ends too early")
    return [(name, str(value)) for name, value in message.raw_items()]


def _check_top(found: list[tuple[str, str]], meant: Headers) -> None:
    names = [name for name, _ in found]
    _check_names(names, ALLOWED)
    _require(set(names) >= NEEDED, "a header that is missing")
    wanted = [(name, value.encode().decode("ascii", "surrogateescape")) for name, value in meant]
    _require(found == wanted, "a header that was not meant")
    _require(_MESSAGE_ID.fullmatch(dict(found)["Message-ID"]) is not None, "a Message-ID that is none")


def _check_names(names: list[str], allowed: frozenset[str]) -> None:
    _require(set(names) <= allowed, "a header that is not on the list")
    once = [name.lower() for name in names if name not in REPEATED]
    _require(len(set(once)) == len(once), "a header that is there twice")


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise Permanent(f"the finished letter has {what}; it was not sent")
