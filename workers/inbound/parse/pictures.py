"""Pictures that HTML holds within itself (RFC 2397) become files that it shows, like any other picture of a mail."""

import re
from binascii import Error, a2b_base64
from hashlib import sha256

from workers.inbound.mail import Attachment
from workers.inbound.parse import names

MOST = 50  # of one page
_PICTURE = re.compile(
    r"""\bsrc\s{0,9}=\s{0,9}(["'])\s{0,9}data:(image/(?:png|jpe?g|gif|webp|bmp));base64,([A-Za-z0-9+/=\s]*)\1""",
    re.IGNORECASE,
)


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
        name = f"{sha256(content).hexdigest()[:32]}@picture"
        if name not in found and len(found) >= MOST:
            return picture[0]
        kind = picture[2].lower().replace("jpg", "jpeg")
        found.setdefault(name, Attachment(names.display("", kind), kind, content, name, inline=True))
        return f'src="cid:{name}"'

    return _PICTURE.sub(taken, html), list(found.values())
