"""What a failure means: a sentence that says what happened and nothing of a mail, and a pause that grows."""

import ssl

import psycopg
import pytest
from imapclient import exceptions

from gateway.failures import DiskFull, Permanent, Temporary, Unavailable
from gateway.imap import trouble
from gateway.imap.bounds import Flood
from gateway.imap.session import Refused
from models.fetching import Unclear
from models.reach import Forbidden
from models.seal import Broken


def certificate() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_message = "it has expired"
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Flood("it floods"), "it floods"),
        (certificate(), "the mailbox shows a certificate that does not hold: it has expired"),
        (TimeoutError("x"), "the mailbox does not answer in time"),
        (ConnectionRefusedError(111, "Connection refused"), "the mailbox cannot be reached: Connection refused"),
        (exceptions.IMAPClientError("BAD no"), "the mailbox says: BAD no"),
        (exceptions.IMAPClientAbortError("unexpected response: b'Dear Ann'"), "the mailbox cannot be understood"),
        (exceptions.IMAPClientAbortError('socket error: unterminated line: b"Dear"'), "cannot be understood"),
        (ValueError("Dear Ann"), "the mailbox cannot be understood (ValueError)"),
        (Unavailable("12345678"), "cannot be stored now and stays there (Unavailable)"),
        (psycopg.OperationalError("Dear"), "cannot be stored now and stays there (OperationalError)"),
        (DiskFull(), "cannot be stored now and stays there (DiskFull)"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_sentences(error: Exception, said: str):
    assert said in trouble.sentence(error, None, ())
    assert "Dear" not in trouble.sentence(error, None, ())


def test_a_surprise_is_logged_with_its_trace_and_the_world_is_no_surprise():
    assert "ValueError: Dear Ann" in trouble.trace(ValueError("Dear Ann"), ())["exception"]
    for error in (Flood(), OSError(), Unavailable(), RecursionError(), certificate()):
        assert trouble.trace(error, ()) == {}


@pytest.mark.parametrize("kind", [Refused, Flood, exceptions.IMAPClientError])
def test_what_lets_us_in_is_in_no_sentence(kind: type[Exception]):
    assert trouble.sentence(kind("no, hunter2 is wrong"), None, ["hunter2"]).endswith("no, (hidden) is wrong")


def test_what_lets_us_in_is_in_no_trace():
    error = ValueError("hunter2")
    error.__cause__ = KeyError("another hunter2")
    said = trouble.trace(error, ["hunter2"])["exception"]
    assert "hunter2" not in said
    assert "ValueError: (hidden)" in said


@pytest.mark.parametrize("error", [Refused(), Permanent(), Broken(), Unclear(), Forbidden()])
def test_what_only_people_can_mend(error: Exception):
    assert trouble.is_permanent(error)


@pytest.mark.parametrize("error", [OSError(), Flood(), Unavailable(), Temporary(), certificate(), ValueError()])
def test_what_may_pass(error: Exception):
    assert not trouble.is_permanent(error)


@pytest.mark.parametrize(
    ("error", "first", "longest"), [(OSError(), 2.0, 300.0), (Refused(), 60.0, 900.0), (Unavailable(), 2.0, 5.0)]
)
def test_pauses_grow_up_to_a_limit_and_differ(error: Exception, first: float, longest: float):
    for failures, most in ((1, first), (2, 2 * first), (4, 8 * first), (50, longest), (100_000, longest)):
        found = {trouble.pause(failures, error) for _ in range(20)}
        assert len(found) > 1
        assert all(min(most, longest) / 2 <= one <= min(most, longest) for one in found)
