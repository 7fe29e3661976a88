"""Addresses for an envelope: checked by a strict grammar before any socket sees them."""

import re

from workers.errors import Permanent

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST = 254  # RFC 5321 section 4.5.3.1.3 with its angle brackets


def deliverable(address: str) -> str:
    """The address as the envelope takes it, an international domain in its ASCII form (RFC 5891).

    Quoted local parts, address literals and anything with a space or control are refused: they are legal here and
    there, and carry more attacks (CRLF in the envelope, GHSA-v3q9-hj7j-63hq) than letters.

    Raises:
        Permanent: it is no address that can be written to.
    """
    local, _, host = address.rpartition("@")
    host = _ascii_host(host)
    if not _is_local(local) or not _HOST.fullmatch(host) or len(local) + len(host) >= _LONGEST:
        raise Permanent("the recipient's address is not one that mail can be sent to")
    return f"{local}@{host}"


def _is_local(local: str) -> bool:
    ours = local
    if not local.isascii():
        ours = "".join("x" if character > "\x7f" and character.isprintable() else character for character in local)
    return _LOCAL.fullmatch(ours) is not None and len(local.encode()) <= 64  # noqa: PLR2004  RFC 5321, 4.5.3.1.1


def _ascii_host(host: str) -> str:
    if host.isascii() or len(host) > _LONGEST:
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""
