"""Text made of HTML says where its links lead."""

import pytest

from workers.inbound.parse import html


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ('<a href="https://x.test/y">here</a>', "here (https://x.test/y)"),
        ("<A HREF='http://x.test/?a=1&amp;b=2'>here</A>", "here (http://x.test/?a=1&b=2)"),
        ("<a href=https://x.test/y><b>he</b>re</a>", "here (https://x.test/y)"),
        ('<a href="https://x.test/y">https://x.test/y</a>', "https://x.test/y"),
        ('<a href="https://X.test/">see x.test</a>', "see x.test"),
        ('<a href="mailto:a@b.test?subject=x">write</a>', "write"),
        ('<a href="mailto:a@b.test">write</a>', "write (a@b.test)"),
        ('<a href="mailto:a@b.test">a@b.test</a>', "a@b.test"),
        ('<a href="javascript:x()">here</a>', "here"),
        ('<a href="/y">here</a>', "here"),
        ('<a name="y">here</a>', "here"),
        (f'<a href="https://x.test/{"y" * 300}">here</a>', "here"),
        ('<a href="https://x.test/y"><img src="cid:1"></a>', ""),
        (
            '<a href="https://x.test/1">one<a href="https://x.test/2">two</a>',
            "one (https://x.test/1)two (https://x.test/2)",
        ),
        ("<abbr href='https://x.test'>x</abbr>", "x"),
    ],
)
def test_links(page: str, text: str) -> None:
    assert html.to_text(page).strip() == text
