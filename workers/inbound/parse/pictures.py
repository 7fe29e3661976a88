"""Pictures that HTML holds within itself (RFC 2397), or names by their place (RFC 2557), are shown like any other."""

import re
from binascii import Error, a2b_base64
from hashlib import sha256
from html import unescape

from workers.inbound.mail import Attachment
from workers.inbound.parse import names

MOST = 50  # of one page
_PICTURE = re.compile(
    r"""\bsrc\s{0,9}=\s{0,9}(["'])\s{0,9}data:(image/(?:png|jpe?g|gif|webp|bmp));base64,([A-Za-z0-9+/=\s]*)\1""",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"""\bsrc\s{0,9}=\s{0,9}(["'])([^"'<>]{1,2000})\1""", re.IGNORECASE)


def name_of(content: bytes) -> str:
    """A Content-ID for a picture that has none."""
    return f"{sha256(content).hexdigest()[:32]}@picture"


def placed(html: str, places: dict[str, str]) -> str:
    """The page with a `cid:` for each picture of the mail that it names by its place.

    Args:
        html: decoded and scrubbed.
        places: Content-Location to Content-ID.
    """

    def shown(source: re.Match[str]) -> str:
        found = places.get(unescape(source[2]).strip())
        return f'src="cid:{found}"' if found else source[0]

    return _SOURCE.sub(shown, html)


def split(html: str) -> tuple[str, list[Attachment]]:
    """The page with a `cid:` for each picture within it, and the pictures.

    Args:
        html: decoded and scrubbed.
    """
    if "base64," not in html:
        return html, []
    found: dict[str, Attachment] = {}

    def taken(picture: re.Match[str]) -> str:
        try:
            content = a2b_base64(picture[3])
        except Error:
            return picture[0]
        name = name_of(content)
        if name not in found and len(found) >= MOST:
            return picture[0]
        kind = picture[2].lower().replace("jpg", "jpeg")
        found.setdefault(name, Attachment(names.display("", kind), kind, content, name, inline=True))
        return f'src="cid:{name}"'

    return _PICTURE.sub(taken, html), list(found.values())
