"""HTML of a mail: made harmless for showing, and turned into text where the mail has no other.

Nothing is ever loaded from elsewhere: images only by `cid:` from the mail itself, no forms, no frames; of styles and
classes only what hides something or makes it a quote, in our own words.
"""

import re
from html import escape, unescape

import nh3

from workers.inbound import scrub
from workers.inbound.limits import HTML_CHARACTERS
from workers.inbound.parse import layout
from workers.inbound.parse.weight import too_heavy

_TAGS = frozenset({
    "a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "br", "caption", "center", "cite", "code",
    "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "nav", "ol", "p", "pre", "q", "s",
    "samp", "section", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "tt", "u", "ul", "var",
})  # fmt: skip
_DROPPED = frozenset({
    "script", "style", "title", "svg", "math", "template", "iframe", "object", "embed", "noembed", "noframes",
    "applet",
})  # fmt: skip
_EVERYWHERE = frozenset({"align", "valign", "dir", "lang", "title", "width", "height", "bgcolor", "color"})
_ATTRIBUTES = {
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt"}),
    "font": frozenset({"face", "size"}),
    "ol": frozenset({"start", "type"}),
    "table": frozenset({"border", "cellpadding", "cellspacing"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan"}),
    "blockquote": frozenset({"type", "class"}),
}
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
_CID = re.compile(r"[cC][iI][dD]:([^\s<>\"']{1,200})")
_SHOWN = re.compile(r' src="cid:([^"]*)"')
_IMAGE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
_SPEAKS = re.compile(r' alt="[^"]*[^"\s]')
_ANY_TAG = re.compile(r"<[^<>]*>")
_HIDES = re.compile(r"\bdisplay\s{0,9}:\s{0,9}none\b", re.IGNORECASE)
_BORDERS = re.compile(r"\bborder-left\b", re.IGNORECASE)
_QUOTES = re.compile(r"\bcite\b|quote|moz-", re.IGNORECASE)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if not value.isprintable():
        value = scrub.line(value, HTML_CHARACTERS)
    if name == "href":
        return value if tag == "a" and _LINK.fullmatch(value) else None
    if name == "src":
        found = _CID.fullmatch(value)
        return f"cid:{found[1]}" if found else None
    if name == "class":
        return "quote" if _QUOTES.search(value) else None
    return _style(tag, value) if name == "style" else value


def _style(tag: str, value: str) -> str | None:
    if tag == "blockquote" and _BORDERS.search(value):
        return "border-left:1px solid"
    return "display:none" if _HIDES.search(value) else None


def _cleaner(everywhere: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED,
        attributes=_ATTRIBUTES | {"*": everywhere},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "cid"},
        url_relative="deny",
        link_rel="noopener noreferrer",
    )


# Asking about each style costs as much as all the rest, and few pages have one that means something here.
_STYLED, _CLEANER = _cleaner(_EVERYWHERE | {"style"}), _cleaner(_EVERYWHERE)
_MEANT = ("display", "border-left")


def sanitised(html: str) -> str | None:
    """What of it may be shown, or None when that grows out of proportion.

    Args:
        html: decoded and scrubbed, not `too_heavy`.
    """
    small = html.lower()
    cleaner = _STYLED if any(word in small for word in _MEANT) else _CLEANER
    clean = _IMAGE.sub(_seen, scrub.body(cleaner.clean(html)))
    return clean if len(clean) <= 20 * len(html) + 10_000 else None


def _seen(image: re.Match[str]) -> str:
    """An image that shows something or says something; what is left of one that only counts readers is neither."""
    return image[0] if ' src="' in image[0] or _SPEAKS.search(image[0]) else ""


def shown(html: str) -> frozenset[str]:
    """Content-IDs of the images that sanitised HTML shows."""
    return frozenset(unescape(found) for found in _SHOWN.findall(html))


def from_text(text: str) -> str:
    """Plain text as HTML."""
    return f"<pre>{escape(text)}</pre>"


def to_text(html: str) -> str:
    """Readable text of HTML; never raises, never empty where there is text."""
    return laid_out(html, None if too_heavy(html) else sanitised(html))


def laid_out(html: str, clean: str | None) -> str:
    """The same where it is sanitised already.

    Args:
        html: as it came.
        clean: sanitised, None if it must not be shown.
    """
    text = layout.text(clean) if clean else ""
    return text if text.strip() and len(text) <= 4 * len(html) + 10_000 else stripped(html)


def stripped(html: str) -> str:
    """The text between the tags, whatever they are."""
    return scrub.body(unescape(_ANY_TAG.sub(" ", html))).strip()
