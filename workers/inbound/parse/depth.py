"""How deep HTML nests, at most, without making its tree: a tag counts as closed only where every reader closes it.

The rules are those of WHATWG HTML, 13.2.6.4.7: what an end tag closes depends on what stands open between it and its
start. Where that takes long to find, it counts as open.
"""

import re

_NAME = re.compile(r"<(/?)([a-zA-Z][^\t\n\f\r />]*)")
# They never nest, or (table parts, paragraphs) only together with others, which count.
_BARE = frozenset({"br", "embed", "hr", "img", "meta", "p"})
_VOID = _BARE | frozenset({
    "area", "base", "col", "input", "link", "option", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track",
    "wbr",
})  # fmt: skip
_FORMATS = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "button", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "header", "hgroup", "li", "main", "menu", "nav", "ol", "pre",
    "section", "summary", "ul",
})  # fmt: skip
_PLAIN = frozenset({
    "abbr", "acronym", "cite", "del", "dfn", "ins", "kbd", "label", "q", "samp", "span", "sub", "sup", "var",
})  # fmt: skip
_FOREIGN = re.compile(r"<(?:svg|math)", re.IGNORECASE)  # where names mean nothing, and all of them nest
_NEAR = 64  # open tags that are looked through for the one that ends
_STEPS = 500_000  # of looking, in all of a page


def deepest(html: str, limit: int) -> int:
    """A bound for the depth of the tree, above it by what is not closed properly.

    Args:
        html: any text.
        limit: above which it matters no more.

    Returns:
        The bound; the number of tags where it takes long to find.
    """
    opened: list[str] = []
    uncounted = _BARE if _FOREIGN.search(html) else _VOID
    found = steps = 0
    for tag in _NAME.finditer(html):
        name = tag[2].lower()
        if name in uncounted:
            continue
        if not tag[1]:
            opened.append(name)
            found = max(found, len(opened))
            if found > limit:
                return found
            continue
        place, looked = _closed(opened, name)
        steps += looked
        if steps > _STEPS:
            return html.count("<")
        if place is not None:
            del opened[place : place + 1 if name in _FORMATS else None]
    return found


def _closed(opened: list[str], name: str) -> tuple[int | None, int]:
    """Where the tag that an end tag certainly closes is, and how many were looked at."""
    end = len(opened)
    for place in range(end - 1, max(-1, end - 1 - _NEAR), -1):
        other = opened[place]
        if other == name:
            return place, end - place
        if not _passes(other, name):
            return None, end - place
    return None, min(end, _NEAR)


def _passes(other: str, name: str) -> bool:
    """Whether an end tag looks for its start behind another open tag."""
    if name == "table":
        return True
    if name in _BLOCKS or name in _FORMATS:
        return other in _BLOCKS or other in _FORMATS or other in _PLAIN
    return name in _PLAIN and (other in _PLAIN or other in _FORMATS)
