"""The link in a letter that ends letters with one click (RFC 8058), where the installation has a public address."""

from urllib.parse import quote

from models.settings import settings

PATH = "/unsubscribe"


def one_click(address: str) -> str:
    """The link, '' where the setting `public_url` is not set or there is nothing to leave.

    Args:
        address: from `marks.unsubscribe_address`, which says by itself who leaves what; may be ''.
    """
    public = settings().public_url
    return f"{public}{PATH}/{quote(address, safe='')}" if public and address else ""
