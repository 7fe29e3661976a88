"""Pages laid out as text: what stands apart, below, beside; what is not shown; and no word is lost."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse import parse
from workers.inbound.parse.html import sanitised, to_text

CITED = '<blockquote type="cite">{}</blockquote>'
PAGES = {
    "lines": ("a<br>b<br><br>c", "a\nb\n\nc"),
    "an empty line as some programs write it": ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
    "white space": (" a \n\t b <b> c</b> &nbsp;d", "a b c d"),
    "blocks": ("<div>a<div>b</div></div><section>c</section>d", "a\nb\nc\nd"),
    "paragraphs and headings": ("<h1>a</h1><p>b</p>\n<p>c</p>d", "a\n\nb\n\nc\n\nd"),
    "a list": ("a<ul><li>b<li>c</ul>d", "a\n  * b\n  * c\nd"),
    "a numbered one, with another inside": ("<ol><li>a<ul><li>b</ul><li>c<br>d</ol>", " 1. a\n      * b\n 2. c\n    d"),
    "a list in a quote": (CITED.format("<ul><li>a</ul>b"), ">   * a\n> b"),
    "text as it is": ("<pre>a\n   b\n\nc</pre>d", "a\n   b\n\nc\nd"),
    "a table": (
        "<table><tr><th>Item</th><th>Price</th></tr><tr><td><p>Kettle</p></td><td>3</td></tr></table>",
        "Item    Price\nKettle  3",
    ),
    "a table with an empty cell": ("<table><tr><td><td>a<td>b</table>", "  a  b"),
    "a table that only makes a page": ("<table><tr><td>a<br>b</td><td>c</td></tr></table>d", "a\nb\nc\nd"),
    "a table within another": (
        "<table><tr><td>a</td></tr><tr><td><table><tr><td>b</td><td>c</td></tr></table></td></tr></table>",
        "a\nb  c",
    ),
    "a long cell": (f"<table><tr><td>{'a' * 90}<td>b<tr><td>c<td>d</table>", f"{'a' * 90}  b\nc{' ' * 41}d"),
    "what is hidden": (
        "a<div style='color:red; DISPLAY : none'>b<div>c</div>d</div>e<span style=display:none>f</span>",
        "ae",
    ),
    "what only sounds hidden": ("<div style='display:block'>a</div>", "a"),
    "only hidden words": ("<p style='display:none'>a</p>", "a"),
    "no words": ("<img src=x><hr>", ""),
}


@pytest.mark.parametrize(("page", "text"), PAGES.values(), ids=PAGES)
def test_pages(page: str, text: str) -> None:
    assert to_text(page) == text.strip("\n")


_WORD = re.compile(r"w\d+w")
TAGS = [
    "table", "tr", "td", "blockquote type=cite", "/blockquote", "/table", "/td", "ul", "/ul", "li", "pre", "/pre", "p",
    "a href=https://x.test", "/a", "div",
]  # fmt: skip


@given(st.lists(st.sampled_from([f"<{tag}>" for tag in TAGS]) | st.integers(0, 99).map("w{}w ".format), max_size=30))
def test_no_word_is_lost_nor_moved_in_any_nesting(pieces: list[str]) -> None:
    clean = sanitised("".join(pieces))
    assert clean is not None
    assert _WORD.findall(to_text("".join(pieces))) == _WORD.findall(clean)


@pytest.mark.parametrize("nested", [1, 9, 10, 11, 200])
@pytest.mark.parametrize(
    "tags", [("<table><tr><td>", "</td></tr></table>"), ("<blockquote type=cite>", "</blockquote>")]
)
def test_what_is_nested_deeply_is_still_there(nested: int, tags: tuple[str, str]) -> None:
    assert to_text(f"a{tags[0] * nested}b{tags[1] * nested}c").replace(">", "").split() == ["a", "b", "c"]


@pytest.mark.parametrize(
    "piece",
    ["word ", "<br>", "<b>x</b>", "<ul><li>x</ul>", "<ul><li>x", "<table><tr><td>x", "<tr><td>x", "<div>", "&amp;",
     "<blockquote type=cite>x", "<blockquote type=cite>x</blockquote>", "<a href=https://x.test>x</a>", "<pre>\n"],
)  # fmt: skip
def test_its_time_is_linear(piece: str) -> None:
    page = (f"<table>{piece * 3_000}" if piece.startswith("<tr") else piece * 3_000)[:200_000]
    start = time.process_time()
    assert len(to_text(page)) <= 4 * len(page) + 10_000
    assert time.process_time() - start < 2


def test_what_is_nested_is_not_copied_for_each_level() -> None:
    start = time.process_time()
    assert to_text("<table><tr><td>" * 1_000 + "<pre>" + "x\n" * 20_000).count("x") == 20_000
    assert time.process_time() - start < 2


ANNOUNCED = "On Tue, 3 Nov 2026, S &lt;s@d.test&gt; wrote:<br>"
PIECES = st.sampled_from(["<blockquote type=cite>", "</blockquote>", "<p>", "x", "&#xe0f1;", "<", "\n"])


def reply(html: str) -> str:
    return parse(f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()).reply.strip()


@pytest.mark.parametrize(
    "quote",
    [
        f'<div class="gmail_quote">{ANNOUNCED}<blockquote class="gmail_quote">{{}}</blockquote></div>',
        f'<div class="moz-cite-prefix">Am 03.11.26 um 10:00 schrieb S:</div>{CITED}',
        '<blockquote style="border-left: 1px solid">{}</blockquote>',
        "<div><b>From:</b> S &lt;s@d.test&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> me<br><b>Subject:</b> x</div>{}",
        "<hr><div><b>Von:</b> S<br><b>Gesendet:</b> Dienstag<br><b>An:</b> mich<br><b>Betreff:</b> x</div>{}",
    ],
)
def test_the_quote_is_cut(quote: str) -> None:
    assert reply(f"<p>Thanks!</p>{quote.format('<p>hello</p><p>you</p>')}") == "Thanks!"


def test_an_answer_between_stays_with_what_it_answers() -> None:
    text = to_text(f"{CITED.format('one?')}<p>yes</p>{CITED.format('two?')}<p>no</p>")
    assert [row.strip() for row in text.split("\n") if row.strip()] == ["> one?", "yes", "> two?", "no"]


def test_what_is_only_indented_is_no_quote() -> None:
    assert "indented" in reply("<p>Hello</p><blockquote><p>indented</p></blockquote>")


def test_levels_are_signs() -> None:
    text = to_text(CITED.format(f"a{CITED.format('b')}"))
    assert [row for row in text.split("\n") if row] == ["> a", ">> b"]


@given(st.lists(PIECES))
def test_any_nesting_is_text(pieces: list[str]) -> None:
    assert to_text("x" + "".join(pieces)).startswith(("x", ">"))
