"""Where the links of a page lead, for its text: `word (https://…)` unless the word says so itself."""

import re
from html import escape, unescape

_TAG = re.compile(r"<(/?)a\b([^<>]{0,4000})>", re.IGNORECASE)
_TARGET = re.compile(r"""\bhref\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
_FOLLOWED = re.compile(r"https?://[^\s]+|mailto:[^\s?]+", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_LONGEST = 200  # characters: a longer one leads to a counter, and says nothing to a reader


def told(html: str) -> str:
    """The page with the target behind each link that says something else.

    Args:
        html: as it came.
    """
    pieces: list[str] = []
    done = 0
    target, begun = "", 0
    for tag in _TAG.finditer(html):
        if target and (said := _said(target, html[begun : tag.start()])):
            pieces += [html[done : tag.start()], said]
            done = tag.start()
        target, begun = ("", 0) if tag[1] else (_target(tag[2]), tag.end())
    return "".join([*pieces, html[done:]])


def _target(attributes: str) -> str:
    found = _TARGET.search(attributes)
    target = unescape(next(filter(None, found.groups()), "")).strip() if found else ""
    return target if len(target) <= _LONGEST and _FOLLOWED.fullmatch(target) else ""


def _said(target: str, inside: str) -> str:
    words = unescape(_ANY_TAG.sub("", inside)).strip()
    bare = target.partition("//" if "//" in target else ":")[2].rstrip("/")
    if not words or bare.lower() in words.lower():
        return ""
    return f" ({escape(bare if target.lower().startswith('mailto:') else target)})"
