"""Plain text in too small a charset, with a question mark for each letter that its mailer could not write."""

import re

from workers.inbound.parse import html

_LINK = re.compile(r"[a-z]{2,8}://[^\s<>\"]{1,2000}", re.IGNORECASE)  # may hold question marks of its own
_OUTSIDE = re.compile(r"[^\x00-\x7f\xa0]")
_BYTES = 4  # of a letter, at most; some write a mark for each


def of_letters(plain: str, rich: str) -> bool:
    """Whether a text has question marks where the HTML beside it has letters.

    Args:
        plain: the text.
        rich: the same as HTML.
    """
    if not plain.isascii() or "?" not in plain:
        return False
    marks = _marks(plain)
    if not marks:
        return False
    whole = html.stripped(rich)
    return 0 < marks - _marks(whole) <= _BYTES * len(_OUTSIDE.findall(whole))


def _marks(text: str) -> int:
    return _LINK.sub("", text).count("?")
