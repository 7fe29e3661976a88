"""HTML of a mail: made harmless for showing, and turned into text where the mail has no other.

Nothing is ever loaded from elsewhere: images only by `cid:` from the mail itself, no styles, no forms, no frames.
"""

import re
from html import escape, unescape

import nh3
from inscriptis import get_text  # type: ignore[import-untyped]  # it ships no types
from selectolax.lexbor import LexborHTMLParser

from workers.inbound import scrub
from workers.inbound.limits import HTML_CHARACTERS

_TAGS = frozenset({
    "a", "abbr", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd",
    "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd",
    "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
})  # fmt: skip
_DROPPED = frozenset({
    "script", "style", "title", "svg", "math", "template", "iframe", "object", "embed", "noembed", "noframes",
    "applet",
})  # fmt: skip
_ATTRIBUTES = {
    "*": frozenset(["align", "valign", "dir", "lang", "title", "width", "height", "bgcolor", "color"]),
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt"}),
    "font": frozenset({"face", "size"}),
    "ol": frozenset({"start", "type"}),
    "table": frozenset({"border", "cellpadding", "cellspacing"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan"}),
    "blockquote": frozenset({"type"}),
}
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_CID = re.compile(r"[cC][iI][dD]:([^\s<>\"']{1,200})")
_SHOWN = re.compile(r' src="cid:([^"]*)"')
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li",
    "td", "tr", "th", "option",
})  # fmt: skip
_MANY = 5_000  # tags: below, no document can be deep enough to hurt
_DEEP = 1_000
_INSCRIPTIS_CHARACTERS = 200_000  # it pads table cells: its output can grow with the square of its input


def _attribute(tag: str, name: str, value: str) -> str | None:
    if not value.isprintable():
        value = scrub.line(value, HTML_CHARACTERS)
    if name == "href":
        return value if tag == "a" and _LINK.fullmatch(value) else None
    if name == "src":
        found = _CID.fullmatch(value)
        return f"cid:{found[1]}" if found else None
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "cid"},
    url_relative="deny",
    link_rel="noopener noreferrer",
)


def too_heavy(html: str) -> bool:
    """HTML whose size or nesting makes it unfit for a tree (the cost grows with the square of the depth)."""
    if len(html) > HTML_CHARACTERS:
        return True
    if html.count("<") < _MANY:
        return False
    depth = deepest = 0
    for found in _TAG.finditer(html):
        if found[2].lower() not in _VOID:
            depth = max(0, depth + (-1 if found[1] else 1))
            deepest = max(deepest, depth)
    return deepest > _DEEP


def sanitised(html: str) -> str | None:
    """What of it may be shown, or None when that grows out of proportion.

    Args:
        html: decoded and scrubbed, not `too_heavy`.
    """
    clean = scrub.body(_CLEANER.clean(html))
    return clean if len(clean) <= 20 * len(html) + 10_000 else None


def shown(html: str) -> frozenset[str]:
    """Content-IDs of the images that sanitised HTML shows."""
    return frozenset(unescape(found) for found in _SHOWN.findall(html))


def from_text(text: str) -> str:
    """Plain text as HTML."""
    return f"<pre>{escape(text)}</pre>"


def to_text(html: str) -> str:
    """Readable text of HTML; never raises, never empty where there is text."""
    if too_heavy(html):
        return _stripped(html)
    for reader in (_laid_out, _plain):
        try:
            text = scrub.body(reader(html))
        except Exception:  # noqa: BLE001, S112  the next reader is simpler; the last cannot fail
            continue
        if text.strip() and len(text) <= 4 * len(html) + 10_000:
            return text
    return _stripped(html)


def _laid_out(html: str) -> str:
    return get_text(html) if len(html) <= _INSCRIPTIS_CHARACTERS else ""


def _plain(html: str) -> str:
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "head", "title", "template"])
    return tree.text(separator="\n", strip=True)


def _stripped(html: str) -> str:
    return scrub.body(unescape(_ANY_TAG.sub(" ", html))).strip()
