"""Mails through the sandbox: hostile ones cost themselves at most their content, and their neighbours nothing."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import until
from workers.inbound.parse import parse
from workers.inbound.reading import Sandbox

HEADERS = b"From: Ann <ann@good.test>\r\nSubject: hostile\r\nMessage-ID: <h@x.test>\r\nReferences: <r@x.test>\r\n"
GOOD = b"From: a@b.test\r\nSubject: good\r\n\r\nhello\r\n"
OTHER = b"From: b@c.test\r\nSubject: other\r\n\r\nhello too\r\n"
SECONDS = 20


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with_child = Sandbox()
    yield with_child
    with_child.close()


def multipart(count: int, kind: bytes = b"mixed") -> bytes:
    return b"".join(b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind, n, n) for n in range(count))


def html(page: bytes) -> bytes:
    return b"Content-Type: text/html\r\n\r\n" + page


HOSTILE = {
    "10,000 deep multipart": multipart(10_000) + b"\r\nx",
    "1,000 deep multipart": multipart(1_000) + b"\r\nx",
    "10,000 deep alternatives": multipart(10_000, b"alternative") + b"\r\nx",
    "one boundary 10,000 times": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 10_000,
    "10,000 deep message/rfc822": b"Content-Type: message/rfc822\r\n\r\n" * 10_000,
    "100,000 parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    "200,000 semicolons": b"Content-Type: text/plain" + b";" * 200_000 + b"\r\n\r\nx",
    "50,000 escaped quotes": b'Content-Type: multipart/mixed; a="' + b'\\";' * 50_000 + b"\r\n\r\nx",
    "20,000 encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 18_000 + b"\r\n\r\nx",
    "20,000 addresses": b"To: " + b", ".join(b"a%d@b.test" % n for n in range(20_000)) + b"\r\n\r\nx",
    "5,000 pieces of a name": b"Content-Type: image/png"
    + b"".join(b"; name*%d*=a" % n for n in range(5_000))
    + b"\r\n\r\nx",
    "5,000 parentheses": b"To: " + b"(" * 5_000 + b"\r\n\r\nx",
    "a folded header of 1 MB": b"X: " + b"a\r\n " * 250_000 + b"\r\n\r\nx",
    "100,000 headers": b"X: y\r\n" * 100_000 + b"\r\nx",
    "20,000 references": b"References: " + b" ".join(b"<%d@x.test>" % n for n in range(20_000)) + b"\r\n\r\nx",
    "E9": b"Content-Type: message/rfc822\r\nz",
    "deep HTML": html(b"<div>" * 100_000 + b"x"),
    "wide HTML table": html(b"<table><tr><td>" + b"x" * 90_000 + b"</td></tr>" + b"<tr><td>y</td></tr>" * 5_000),
    "padded HTML": html(b'<div style="padding-left:99999999em">x</div>' * 10),
    "growing HTML": html(
        b"<p>" + b"".join(b"<font color=%d>" % n for n in range(1_500)) + b"</p>" + b"<p>x</p>" * 1_500
    ),
    "one line for 60 kB": b"\r\n" + b"On " * 20_000,
    "30 MB in one line": b"\r\n" + b"a" * 30_000_000,
    "20 MB of base64": b"Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + (b"QUJD" * 19 + b"\r\n") * 256_000,
    "a dangerous charset": b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a" * 200_000 + b"-\xff",
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_mail_is_answered_and_its_neighbours_are_read(hostile: bytes, sandbox: Sandbox) -> None:
    start = time.monotonic()
    before, mail, after = sandbox.parse([GOOD, HEADERS + hostile, GOOD])
    assert time.monotonic() - start < SECONDS
    assert before == after == parse(GOOD)
    assert mail.subject.startswith(("hostile", "aaa"))
    assert mail.sender is not None or mail.unreadable is not None
    assert mail.text or mail.unreadable or mail.attachments


def test_what_needs_too_much_memory_is_unreadable(sandbox: Sandbox) -> None:
    """15 million empty lines of a multipart are that many strings."""
    bomb = HEADERS + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + b"\r\n" * 15_000_000
    mail, after = sandbox.parse([bomb, GOOD])
    assert mail.unreadable == "The mail could not be read: it needs too much memory."
    assert (mail.subject, mail.message_id, mail.references) == ("hostile", "<h@x.test>", ("<r@x.test>",))
    assert after == parse(GOOD)


SLOW = HEADERS + html(b"<a " + b" ".join(b"a%d=1" % n for n in range(190_000)) + b">x")  # quadratic in its attributes


def test_what_takes_too_long_kills_only_the_child() -> None:
    sandbox = Sandbox(seconds=1)
    try:
        sandbox.parse([GOOD])
        child = sandbox.pid
        before, mail, after = sandbox.parse([GOOD, SLOW, OTHER])
        assert mail.unreadable == "The mail could not be read: it took too long."
        assert (mail.subject, mail.sender and mail.sender.address) == ("hostile", "ann@good.test")
        assert (mail.message_id, mail.references) == ("<h@x.test>", ("<r@x.test>",))
        assert (before, after) == (parse(GOOD), parse(OTHER))
        assert sandbox.pid != child
    finally:
        sandbox.close()


def test_computing_time_is_limited_by_the_kernel() -> None:
    patient = Sandbox(seconds=100)
    try:
        mail, after = patient.parse([SLOW, GOOD])
        assert mail.unreadable == "The mail could not be read: it needed too much computing time."
        assert mail.subject == "hostile"
        assert after == parse(GOOD)
    finally:
        patient.close()


def test_a_child_killed_by_somebody_else_harms_no_mail() -> None:
    """Killed while it works: the mail it had is read again by the next child."""
    sandbox = Sandbox()
    try:
        sandbox.parse([GOOD])
        child = sandbox.pid
        assert child is not None
        answers: list[bool] = []
        mails = [GOOD] * 10_000
        reader = threading.Thread(target=lambda: answers.append(sandbox.parse(mails) == [parse(GOOD)] * 10_000))
        started = cpu(child)
        reader.start()
        until(lambda: cpu(child) > started)
        os.kill(child, signal.SIGKILL)
        reader.join()
        assert answers == [True]
        assert sandbox.pid != child
    finally:
        sandbox.close()


def cpu(pid: int) -> int:
    """Clock ticks that a process has used."""
    fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_a_child_killed_while_idle_is_replaced(sandbox: Sandbox) -> None:
    sandbox.parse([GOOD])
    assert sandbox.pid is not None
    os.kill(sandbox.pid, signal.SIGKILL)
    assert sandbox.parse([GOOD]) == [parse(GOOD)]


def test_every_mail_of_a_large_batch_is_read_in_order(sandbox: Sandbox) -> None:
    mails = [b"Subject: %d\r\n\r\n" % number + b"x" * (number % 7) * 100_000 for number in range(200)]
    assert [mail.subject for mail in sandbox.parse(mails)] == [str(number) for number in range(200)]


def test_nothing_to_read_starts_nothing() -> None:
    sandbox = Sandbox()
    assert sandbox.parse([]) == []
    assert sandbox.pid is None
