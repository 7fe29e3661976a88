"""Where a mail leads: the hosts of its links, and links that show another host than they lead to."""

import re
from dataclasses import dataclass
from html import unescape

CHARACTERS = 60_000  # of a text that are looked at
LINKS = 50
_URL = re.compile(r"https?://([^\s<>\"'()\[\]]{1,300})", re.IGNORECASE)
_ANCHOR = re.compile(r'<a [^<>]{0,40}href="https?://([^"]{1,300})"[^<>]{0,200}>\s{0,20}([^<]{4,100})<', re.IGNORECASE)
_PORTS = ("", "80", "443")
_SHOWN = re.compile(r"(?:https?://|(?=www\.))([\w.-]+\.[a-z]{2,})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A web address.

    Attributes:
        host: in lower case, without user and port. path: what follows the host.
        odd: a user or a port stands beside the host, or it is written in `%` codes.
        shown: the host that the reader is shown, '' where none is.
    """

    host: str
    path: str
    odd: bool
    shown: str = ""


def links(text: str, html: str | None) -> tuple[Link, ...]:
    """The links of a mail, the first `LINKS` of each of its two forms.

    Args:
        text: as in `Mail`.
        html: as in `Mail`.
    """
    found = [_link(one[1]) for one in _some(_URL, text)]
    for one in _some(_ANCHOR, html or ""):
        shown = _SHOWN.match(one[2])
        found.append(_link(unescape(one[1]), shown[1].lower() if shown else ""))
    return tuple(dict.fromkeys(found))


def _some(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    if "://" not in text:
        return []
    return [found for found, _ in zip(pattern.finditer(text[:CHARACTERS]), range(LINKS), strict=False)]


def _link(rest: str, shown: str = "") -> Link:
    place, _, path = rest.partition("/")
    user, _, site = place.partition("?")[0].rpartition("@")
    host, _, port = site.partition(":")
    return Link(host.rstrip(".,;").lower(), path, bool(user or port.rstrip(".,;") not in _PORTS or "%" in site), shown)


def site(host: str) -> str:
    """The two last labels of a host, or the whole of a number address."""
    labels = host.split(".")
    return host if labels[-1].isdecimal() else ".".join(labels[-2:])
