"""The protocol of spamc and spamd, against a server that speaks it."""

import pytest

from tests.scanners import spamd
from workers.inbound.spam import spamassassin

MAIL = b"Subject: x\r\n\r\npills\r\n"


def test_a_mail_is_checked():
    with spamd() as scanner:
        found = spamassassin.ask(scanner.place, MAIL, 2)
        assert found.share == pytest.approx(11.2 / 5)
        assert found.told == "11.2 of 5.0: PILLS, HTML_MESSAGE"
        assert spamassassin.ask(scanner.place, b"x", 2).share == pytest.approx(-0.02)
    assert [content for _, content in scanner.asked] == [MAIL, b"x"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SPAMD/1.0 76 Bad header line\r\n",
        b"SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\n\r\n",
        b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 5.0 / 0.0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nSpam: True ; 5.0 / 5.0\r\n\r\n",
    ],
)
def test_nonsense_is_refused(answer: bytes):
    with spamd() as scanner:
        scanner.answer = answer
        with pytest.raises(ValueError, match="not understood"):
            spamassassin.ask(scanner.place, MAIL, 2)
