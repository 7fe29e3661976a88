"""The bound for the depth of HTML is never far below what a reader makes of it, nor above it where tags are closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from workers.inbound.parse.depth import deepest

NAMES = [
    "div",
    "span",
    "b",
    "a",
    "font",
    "table",
    "td",
    "tr",
    "p",
    "li",
    "ul",
    "x",
    "svg",
    "title",
    "button",
    "h1",
    "form",
    "section",
    "object",
    "select",
    "template",
    "nobr",
    "math",
    "mi",
    "label",
    "center",
    "tbody",
    "dd",
    "dl",
    "dt",
    "foreignobject",
    "caption",
    "pre",
    "textarea",
    "style",
    "marquee",
    "ruby",
    "rt",
]
TAGS = st.sampled_from([f"<{end}{name}>" for name in NAMES for end in ("", "/")])
NO_LIMIT = 1_000_000


def real(html: str) -> int:
    """The depth of the tree that a reader makes."""
    found, level = 0, [LexborHTMLParser(html).root]
    while level:
        found += 1
        level = [child for node in level if node for child in node.iter(include_text=True)]
    return found


@given(st.lists(TAGS, min_size=1, max_size=7))
def test_it_grows_as_the_tree_does(tags: list[str]) -> None:
    """A table in a cell is four levels, and counts as one."""
    html = "".join(tags) * 60
    assert real(html) <= 4 * deepest(html, NO_LIMIT) + 10


@pytest.mark.parametrize("html", ["<div></x>" * 2_000, "<span><div></span></div>" * 2_000, "<svg>" + "<tr>" * 2_000])
def test_an_end_tag_of_nothing_ends_nothing(html: str) -> None:
    assert deepest(html, 1_000) > 1_000


@pytest.mark.parametrize(
    "html",
    [
        "<div><b><i>x</b></i></div>" * 3_000,
        "<table><tr><td><font><span>x</span></font></td></tr></table>" * 3_000,
        "<ul><li>one<li>two</ul>" * 3_000,
        "<p>one<br>two<p>three" * 3_000,
    ],
)
def test_what_people_write_is_flat(html: str) -> None:
    assert deepest(html, NO_LIMIT) < 10


def test_where_ends_take_long_to_find_all_tags_count() -> None:
    html = "<div>" * 63 + "<b>" + "</i>" * 20_000
    assert deepest(html, NO_LIMIT) == html.count("<")
