"""Pictures within HTML, or named by their place, become files that it shows."""

from base64 import b64encode

import pytest

from workers.inbound.limits import HTML_CHARACTERS
from workers.inbound.parse import parse
from workers.inbound.parse.pictures import MOST, split

PNG = b"\x89PNG\r\n\x1a\n rest"


def page(content: bytes = PNG, kind: str = "image/png", quote: str = '"') -> str:
    return f"<p>See <img alt='x' src={quote}data:{kind};base64,{b64encode(content).decode()}{quote}></p>"


def test_a_picture_is_taken_out_and_shown_by_its_name() -> None:
    html, (picture,) = split(page())
    assert html == f"<p>See <img alt='x' src=\"cid:{picture.content_id}\"></p>"
    assert (picture.name, picture.content_type, picture.content, picture.inline) == (
        "image.png",
        "image/png",
        PNG,
        True,
    )


def test_the_same_one_is_one_file_and_their_number_is_bounded() -> None:
    assert len(split(page() * 9)[1]) == 1
    assert len(split("".join(page(bytes([n])) for n in range(MOST + 9)))[1]) == MOST


def test_only_what_can_be_shown_is_a_picture() -> None:
    for html in (
        page(kind="image/svg+xml"),
        page(kind="text/html"),
        page().replace("base64,", "base64,!"),
        "<p>base64,</p>",
    ):
        assert split(html) == (html, [])


def test_a_page_with_a_large_picture_is_still_a_page() -> None:
    html = page(bytes(HTML_CHARACTERS))
    mail = parse(b"From: a@b.test\r\nContent-Type: text/html\r\n\r\n" + html.encode())
    (picture,) = mail.attachments
    assert mail.html == f'<p>See <img alt="x" src="cid:{picture.content_id}"></p>'
    assert (picture.name, len(picture.content), mail.text.strip()) == ("image.png", HTML_CHARACTERS, "See")


LOCATED = (
    "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n{}\r\n--b\r\n"
    "Content-Type: {}\r\n{}Content-Location:\r\n http://a.test/x.png?a=b&c\r\n\r\nPNG\r\n--b--"
)
PAGE = "<img src='http://a.test/x.png?a=b&amp;c'><img src=\"http://a.test/y.png\">"


@pytest.mark.parametrize("named", ["", "Content-ID: <one>\r\n"])
def test_a_picture_is_shown_by_where_it_lay(named: str) -> None:
    mail = parse(LOCATED.format(PAGE, "image/png", named).encode())
    (file,) = mail.attachments
    assert (file.content, file.inline) == (b"PNG", True)
    assert mail.html == f'<img src="cid:{file.content_id}">'
    assert file.content_id == "one" or not named


def test_what_is_no_picture_is_not_shown_as_one() -> None:
    mail = parse(LOCATED.format(PAGE, "text/css", "").encode())
    assert mail.html == ""
