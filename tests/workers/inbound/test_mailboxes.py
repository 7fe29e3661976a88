"""The reader of address headers: what it sees, what it doubts, and that it takes linear time."""

import time

import pytest

from workers.inbound.mailboxes import Mailbox, read


def test_it_returns_undecoded_names_and_addresses() -> None:
    reading = read(b'=?utf-8?q?J?= <a@b.test>, "c \\"d\\"" <e@f.test>', 10)
    assert reading.mailboxes == (Mailbox(b"=?utf-8?q?J?=", b"a@b.test"), Mailbox(b'c "d"', b"e@f.test"))
    assert reading.doubts == ()


@pytest.mark.parametrize(
    ("value", "doubt"),
    [
        (b"a: b@c.test;", "a group"),
        (b"<a@b.test> c", "text after the address"),
        (b'"a <b@c.test>', "an unclosed quote"),
        (b"a (b", "an unclosed comment"),
        (b"<a@b.test", "an unclosed angle bracket"),
        (b"a> b@c.test", "a stray bracket or backslash"),
        (b"<a@b.test> <c@d.test>", "several angle brackets"),
        (b"a@b.test\x01", "a control character"),
    ],
)
def test_it_says_what_it_doubts(value: bytes, doubt: str) -> None:
    assert doubt in read(value, 10).doubts


def test_a_comment_never_joins_what_it_separates() -> None:
    assert read(b"ceo@good(x).test", 10).mailboxes == ()


def test_it_stops_at_the_limit() -> None:
    reading = read(b"a@b.test, c@d.test, e@f.test", 2)
    assert len(reading.mailboxes) == 2
    assert "too many mailboxes" in reading.doubts


@pytest.mark.parametrize(
    "piece",
    [b'\\"', b'"\\"', b"(", b"[", b"<", b"@", b"a.", b"=?a?q?", b"=?a?q?,", b'"a', b"\\", b" ", b"(a)", b"a@b.test,"],
)
def test_its_time_is_linear(piece: bytes) -> None:
    """A quarter of a megabyte of anything takes well under a second; quadratic time would take minutes."""
    start = time.process_time()
    read(b'"' + piece * (250_000 // len(piece)), 100_000)
    read(piece * (250_000 // len(piece)), 100_000)
    assert time.process_time() - start < 4
