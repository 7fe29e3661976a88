"""rspamd's protocol, against a server that speaks it."""

import pytest

from tests.scanners import rspamd as running
from workers.inbound.spam import rspamd

MAIL = b"Subject: x\r\n\r\npills\r\n"


def test_a_mail_is_checked():
    with running() as scanner:
        found = rspamd.ask(f"http://{scanner.place}", MAIL, "a@b.test", ("us@our.test", "too@our.test"), 2)
        assert found.share == pytest.approx(17.5 / 15)
        assert found.told == "17.5 of 15.0: PILLS"
        assert rspamd.ask(f"http://{scanner.place}/", b"x", "", (), 2).share == pytest.approx(0.1)
    (headers, content), _ = scanner.asked
    assert (headers["From"], headers["Rcpt"], content) == ("a@b.test", "us@our.test", MAIL)


def test_a_header_cannot_be_smuggled_in():
    with running() as scanner:
        rspamd.ask(f"http://{scanner.place}", MAIL, "a@b.test\r\nSettings-Id: x", ("\u00fc@our.test",), 2)
    assert not {"From", "Rcpt", "Settings-Id"} & scanner.asked[0][0].keys()


def test_an_action_says_more_than_the_score():
    said = b'{"score": 7, "required_score": 15, "action": "add header", "symbols": {"a b\\u001b": {"score": 3}}}'
    found = rspamd.read(said)
    assert (found.share, found.told) == (0.95, "7.0 of 15.0")


@pytest.mark.parametrize("answer", [b"", b"[]", b'{"score": 1}', b'{"score":1,"required_score":0,"action":"x"}', b"{"])
def test_nonsense_is_refused(answer: bytes):
    with running() as scanner:
        scanner.answer = answer
        with pytest.raises(ValueError, match=r"understood|Expecting"):
            rspamd.ask(f"http://{scanner.place}", MAIL, "", (), 2)


def test_another_program_is_refused():
    with running() as scanner, pytest.raises(ValueError, match="answered 404"):
        rspamd.ask(f"http://{scanner.place}/elsewhere", MAIL, "", (), 2)
