"""May this envelope enter? A strict grammar on the raw bytes of MAIL and RCPT, before anything decodes them.

What is not understood here exactly as it was written could be routed elsewhere than it seemed to go, so nothing is
repaired, unquoted or decoded; quoted local parts and routing (`@a:`, `%`, address literals) are refused.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST_LOCAL_PART = 64  # RFC 5321 section 4.5.3.1.1
LONGEST_DOMAIN = 255  # RFC 5321 section 4.5.3.1.2

BAD_SENDER = b"501 5.1.7 Bad sender address syntax\r\n"
BAD_RECIPIENT = b"501 5.1.3 Bad recipient address syntax\r\n"
FORBIDDEN_SENDER = b"553 5.1.7 This form of sender address is not accepted\r\n"
FORBIDDEN_RECIPIENT = b"553 5.1.3 This form of address is not accepted; no routing, no quotes\r\n"
NEEDS_SMTPUTF8 = b"501 5.6.7 Address needs the SMTPUTF8 parameter\r\n"
SYNTAX_MAIL = b"501 5.5.4 Syntax: MAIL FROM:<address> [parameters]\r\n"
SYNTAX_RCPT = b"501 5.5.4 Syntax: RCPT TO:<address>\r\n"
UNKNOWN_PARAMETER = b"555 5.5.4 Unknown parameter\r\n"
BAD_PARAMETER = b"501 5.5.4 Bad parameter value\r\n"
TOO_BIG = b"552 5.3.4 Message is larger than this server takes\r\n"

_ARGUMENT = re.compile(rb"(FROM|TO): *<([^<>]*)>(?: +(.*?) *)?", re.IGNORECASE | re.DOTALL)
_PARAMETER = re.compile(rb"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([\x21-\x3c\x3e-\x7e]+))?")
_ATEXT = rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\xff.-]+"  # dots anywhere: real return paths end in one
_LABEL = rb"[A-Za-z0-9_\x80-\xff](?:[A-Za-z0-9_\x80-\xff-]{0,61}[A-Za-z0-9_\x80-\xff])?"
_PLAIN = re.compile(rb"(" + _ATEXT + rb")@(" + _LABEL + rb"(?:\." + _LABEL + rb")*)")
_LITERAL = re.compile(rb"(" + _ATEXT + rb")@(\[[0-9A-Fa-f:.IPv]{3,60}\])")
_FORBIDDEN = re.compile(rb'^@[^:]*:|["\\()]|@\[|%')


@dataclass(frozen=True, slots=True)
class Sender:
    """What MAIL said.

    Attributes:
        address: the return path, '' for `<>`.
        size: bytes announced by SIZE= (RFC 1870), 0 if none.
        utf8: whether SMTPUTF8 (RFC 6531) was asked for.
    """

    address: str
    size: int = 0
    utf8: bool = False


def sender(argument: bytes, *, extended: bool, max_bytes: int) -> Sender | bytes:
    """Read the argument of MAIL (RFC 5321 section 4.1.1.2).

    Args:
        argument: the bytes after the verb.
        extended: whether the client said EHLO or LHLO; only then are there parameters.
        max_bytes: largest message taken, in bytes.

    Returns:
        The sender, or the SMTP reply that refuses it.
    """
    found = _ARGUMENT.fullmatch(argument)
    if found is None or found[1].upper() != b"FROM":
        return SYNTAX_MAIL
    size, utf8 = 0, False
    if found[3]:
        parameters = _parameters(found[3]) if extended else UNKNOWN_PARAMETER
        read = parameters if isinstance(parameters, bytes) else _mail_parameters(parameters)
        if isinstance(read, bytes):
            return read
        size, utf8 = read
    if size > max_bytes:
        return TOO_BIG
    if not found[2]:
        return Sender("", size, utf8)
    address = _address(found[2], utf8=utf8, recipient=False)
    return address if isinstance(address, bytes) else Sender(address, size, utf8)


def recipient(argument: bytes, *, utf8: bool) -> str | bytes:
    """Read the argument of RCPT (RFC 5321 section 4.1.1.3).

    Args:
        argument: the bytes after the verb.
        utf8: whether this mail's MAIL asked for SMTPUTF8.

    Returns:
        The address exactly as written, or the SMTP reply that refuses it.
    """
    found = _ARGUMENT.fullmatch(argument)
    if found is None or found[1].upper() != b"TO":
        return SYNTAX_RCPT
    if not found[2]:
        return BAD_RECIPIENT
    return UNKNOWN_PARAMETER if found[3] else _address(found[2], utf8=utf8, recipient=True)


def _address(raw: bytes, *, utf8: bool, recipient: bool) -> str | bytes:
    bad, forbidden = (BAD_RECIPIENT, FORBIDDEN_RECIPIENT) if recipient else (BAD_SENDER, FORBIDDEN_SENDER)
    if b"=?" in raw:
        return bad
    found = _PLAIN.fullmatch(raw) or (None if recipient else _LITERAL.fullmatch(raw))
    if found is None or (recipient and b"%" in found[1]):
        return forbidden if _FORBIDDEN.search(raw) else bad
    if len(found[1]) > LONGEST_LOCAL_PART or len(found[2]) > LONGEST_DOMAIN:
        return bad
    if raw.isascii():
        return raw.decode("ascii")
    return _international(raw, bad) if utf8 else NEEDS_SMTPUTF8


def _international(raw: bytes, bad: bytes) -> str | bytes:
    """RFC 6531 section 3.3: UTF-8, of which we take no invisible, unassigned or private characters."""
    try:
        address = raw.decode("utf-8")
    except UnicodeDecodeError:
        return bad
    invisible = any(unicodedata.category(letter)[0] in "CZ" for letter in address)
    return bad if invisible else address


def _parameters(raw: bytes) -> dict[bytes, bytes] | bytes:
    read: dict[bytes, bytes] = {}
    for word in filter(None, raw.split(b" ")):
        found = _PARAMETER.fullmatch(word)
        if found is None or found[1].upper() in read:
            return BAD_PARAMETER
        read[found[1].upper()] = found[2] or b""
    return read


def _mail_parameters(read: dict[bytes, bytes]) -> tuple[int, bool] | bytes:
    """SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531), which are what EHLO announces."""
    size, body, utf8 = read.pop(b"SIZE", b"0"), read.pop(b"BODY", b"8BITMIME"), read.pop(b"SMTPUTF8", None)
    if read:
        return UNKNOWN_PARAMETER
    if not size.isdigit() or len(size) > 20 or body.upper() not in {b"7BIT", b"8BITMIME"} or utf8:  # noqa: PLR2004  RFC 1870: 20 digits
        return BAD_PARAMETER
    return int(size), utf8 is not None
