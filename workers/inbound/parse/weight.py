"""How dear HTML would be: where a reader's cost grows with the square of what it reads, found in time linear in it."""

import re

from workers.inbound.limits import HTML_CHARACTERS, HTML_TAGS
from workers.inbound.parse.depth import deepest

# As HTML's tokenizer takes a tag apart (WHATWG HTML, 13.2.5.8 to 13.2.5.38); never backtracks.
_ATTRIBUTE = r"""[\t\n\f\r /]*+[^\t\n\f\r />][^\t\n\f\r />=]*+
                 (?>[\t\n\f\r ]*+=[\t\n\f\r ]*+(?>"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|)|)"""
_ATTRIBUTES = 80  # of one tag; all are compared with each other
_OPEN = re.compile(r"</?[a-zA-Z]")
_TAG = re.compile(rf"</?[a-zA-Z][^\t\n\f\r\ />]*+(?:{_ATTRIBUTE})*", re.VERBOSE)
_CROWDED = re.compile(rf"</?[a-zA-Z][^\t\n\f\r\ />]*+(?:{_ATTRIBUTE}){{{_ATTRIBUTES}}}", re.VERBOSE)
# A page without it has only tags that nobody reads in two ways, with fewer attributes: no need for a closer look.
_VALUE = r"""(?:"[^"<>]*+"|'[^'<>]*+'|[^\t\n\f\r <>"'=][^\t\n\f\r <>"']*+)"""
_UNTIDY = re.compile(
    rf"""<(?=[a-zA-Z/])(?!/?[a-zA-Z][a-zA-Z0-9:]*+
            (?:[\t\n\f\r ]++[a-zA-Z0-9:_.,-]++(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+{_VALUE})?){{0,{_ATTRIBUTES - 1}}}
            [\t\n\f\r ]*+/?>)""",
    re.VERBOSE,
)
_WITHIN = 50  # tags that begin inside of another one, in all of a page
_MANY = 5_000  # tags: below, no document can be deep enough to hurt
_DEEP = 1_000
_LOOKS = 10_000_000  # tags that a reader may look at for what they end
_FORMAT = re.compile(
    rf"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?![^\t\n\f\r />])(?:{_ATTRIBUTE})*",
    re.VERBOSE | re.IGNORECASE,
)
_FEW = 10  # of them, in how many ways whatever, hurt nobody
_REOPENED = 80_000  # elements that a reader may have to open anew


def too_heavy(html: str) -> bool:
    """HTML whose size, tags, attributes or open formats make it unfit for a tree."""
    return len(html) > HTML_CHARACTERS or _deep(html) or _crowded(html) or _reopened(html)


def _deep(html: str) -> bool:
    tags = html.count("<")
    return tags > HTML_TAGS or (tags >= _MANY and ((depth := deepest(html, _DEEP)) > _DEEP or depth * tags > _LOOKS))


def _crowded(html: str) -> bool:
    """Whether a tag has more attributes than any page has.

    Inside a tag, another may begin for who reads what is before it otherwise (as a comment, say), so each is looked at;
    nobody writes many of those.
    """
    if not _UNTIDY.search(html):
        return False
    within = 0
    for tag in _TAG.finditer(html):
        start, end = tag.span()
        if end - start <= _ATTRIBUTES and html.find("<", start + 1, end) < 0:
            continue
        starts = [found.start() for found in _OPEN.finditer(html, start, end)]
        within += len(starts) - 1
        if within > _WITHIN:
            return True
        if any(_CROWDED.match(html, one) for one in starts):
            return True
    return False


def _reopened(html: str) -> bool:
    """Formats left open are opened anew in every block that follows, though of equal ones three at most."""
    tags = html.count("<")
    if tags * (tags - _FEW) <= _REOPENED:  # were each of them a format of its own
        return False
    formats = {tag[0] for tag in _FORMAT.finditer(html)}
    return tags * (len(formats) - _FEW) > _REOPENED
