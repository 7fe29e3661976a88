"""Plain text with a question mark for each letter that its charset lacked; people's own question marks are none."""

import pytest

from workers.inbound.parse import parse
from workers.inbound.parse.bereft import of_letters


@pytest.mark.parametrize(
    ("plain", "rich", "bereft"),
    [
        ("???????, ???", "<p>Здравствуйте, мир</p>", True),
        ("Gr?? Gott", "<p>Grüß Gott</p>", True),
        ("Gr????? Gott", "<p>Gr&uuml;&szlig; Gott</p>", True),
        ("?? :-)", "<div>\U0001f604\U0001f603</div>", True),
        ("How are you? Gruess Gott", "<p>How are you? Grüß Gott</p>", False),
        ("How are you?", "<p>How are you?&nbsp;</p>", False),
        ("See http://a.test/?b=c", '<p>See <a href="http://a.test/?b=c">hier für Sie</a></p>', False),
        ("Why??????????", "<p>Über alles</p>", False),
        ("Grüß Gott?", "<p>Grüß Gott</p>", False),
        ("", "<p>ü</p>", False),
    ],
)
def test_letters_that_were_lost(plain: str, rich: str, bereft: bool) -> None:
    assert of_letters(plain, rich) is bereft


def test_a_mail_is_read_by_the_form_that_kept_them() -> None:
    mail = parse(
        "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
        "?????? ???\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Привет мир</p>\r\n--b--".encode()
    )
    assert (mail.text.strip(), mail.reply.strip()) == ("Привет мир", "Привет мир")
    assert mail.marks == ("text: of the HTML, since the plain one lost its letters",)
