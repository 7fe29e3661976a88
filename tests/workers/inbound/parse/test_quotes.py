"""What HTML quotes is quoted in its text, too; what it only indents is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse import parse
from workers.inbound.parse.html import to_text
from workers.inbound.parse.quotes import signed

ANNOUNCED = "On Tue, 3 Nov 2026, S &lt;s@d.test&gt; wrote:<br>"
CITED = '<blockquote type="cite">{}</blockquote>'
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
def test_any_nesting_is_text_without_marks(pieces: list[str]) -> None:
    assert not {"\ue0f1", "\ue0f2"} & set(signed(to_text("x" + "".join(pieces))))
