from pathlib import Path

import pytest

from workers.outbound.relay import Relay, Starttls, parse_relay


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mx.test", Relay("mx.test", 25)),
        ("smtp://u:p@mx.test", Relay("mx.test", 587, "u", "p", starttls=Starttls.REQUIRED)),
        ("smtps://u%40x.test:p%2F%23@mx.test", Relay("mx.test", 465, "u@x.test", "p/#", True, Starttls.REQUIRED)),
        ("smtp://127.0.0.1:2500", Relay("127.0.0.1", 2500, starttls=Starttls.NEVER)),
        ("smtp://u:p@[::1]:2500", Relay("::1", 2500, "u", "p", starttls=Starttls.NEVER)),
        ("smtp://localhost?starttls=required", Relay("localhost", 25, starttls=Starttls.REQUIRED)),
        ("smtp://u:p@mx.test:26?starttls=never", Relay("mx.test", 26, "u", "p", starttls=Starttls.NEVER)),
        ("smtp://mx.test?ca=own.pem", Relay("mx.test", 25, authority=Path("own.pem"))),
    ],
)
def test_what_an_operator_may_write(url: str, relay: Relay) -> None:
    assert parse_relay(url) == relay


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mx.test:25", "smtp"),
        ("http://mx.test", "smtp"),
        ("smtp://", "smtp"),
        ("smtp://u:secret@mx.test/x", "nothing after"),
        ("smtp://u:sec/ret@mx.test", "percent-encode"),
        ("smtp://mx.test?startls=never", "no option startls"),
        ("smtp://mx.test?starttls=maybe", "one of never, opportunistic, required"),
        ("smtp://u:secret@mx.test?starttls=opportunistic", "password"),
    ],
)
def test_what_it_may_not(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        parse_relay(url)
    assert "secret" not in str(caught.value)


def test_a_relay_never_shows_its_password() -> None:
    assert "secret" not in repr(parse_relay("smtps://u:secret@mx.test"))
