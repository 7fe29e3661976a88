"""Mails through the sandbox: hostile ones cost themselves at most their content, and their neighbours nothing."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from tests.hostile import HEADERS, HOSTILE, pages
from tests.waiting import until
from workers.inbound.parse import parse
from workers.inbound.reading import Sandbox
from workers.inbound.spam import signs

GOOD = b"From: a@b.test\r\nSubject: good\r\n\r\nhello\r\n"
OTHER = b"From: b@c.test\r\nSubject: other\r\n\r\nhello too\r\n"
SECONDS = 20
NEIGHBOUR_SECONDS = 5  # promised: no mail holds up another one for longer


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with_child = Sandbox()
    yield with_child
    with_child.close()


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
    """12 million lines that may be joined are that many strings."""
    bomb = HEADERS + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"ab\r\n" * 12_000_000
    mail, after = sandbox.parse([bomb, GOOD])
    assert mail.unreadable == "The mail could not be read: it needs too much memory."
    assert (mail.subject, mail.message_id, mail.references) == ("hostile", "<h@x.test>", ("<r@x.test>",))
    assert after == parse(GOOD)


SIGNED = b"From: a@b.test\r\nSubject: ADV: kettles\r\n\r\nThis is not spam.\r\n"


def test_signs_of_spam_are_found_where_it_is_read() -> None:
    with closing(Sandbox(signs=True)) as sandbox:
        mails = [GOOD, SIGNED, *(HEADERS + one for one in HOSTILE.values())]
        good, spam, *others = sandbox.parse(mails)
    assert replace(good, signs=None) == parse(GOOD)
    assert spam.signs == signs.of(parse(SIGNED), SIGNED) != ()
    assert all(one.signs is not None for one in others)


SLOW = HEADERS + pages(250)


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


def test_at_a_glance_one_that_needs_longer_is_put_aside() -> None:
    sandbox = Sandbox()
    try:
        sandbox.parse([GOOD])
        child, start = sandbox.pid, time.monotonic()
        assert [*sandbox.glance([GOOD, SLOW, OTHER], inf)] == [parse(GOOD), None, parse(OTHER)]
        assert time.monotonic() - start < NEIGHBOUR_SECONDS
        assert sandbox.pid != child
    finally:
        sandbox.close()


def test_where_time_is_up_no_further_mail_is_begun(sandbox: Sandbox) -> None:
    """But one always is, and the child forgets what it was already told about the rest."""
    mails = [OTHER, *[GOOD] * 100]
    assert [*sandbox.glance(mails, time.monotonic())] == [parse(OTHER)]
    assert [*sandbox.glance(mails, inf)] == [parse(mail) for mail in mails]


def test_the_next_mails_are_read_while_one_is_looked_at(sandbox: Sandbox) -> None:
    with closing(sandbox.glance([GOOD, *[OTHER] * 10], inf)) as found:
        assert next(found) == parse(GOOD)
        child = sandbox.pid or 0
        until(lambda: state(child) == "S")  # it waits for more
        os.kill(child, signal.SIGSTOP)
        try:
            assert [*found] == [parse(OTHER)] * 10, "answered before anybody asked"
        finally:
            os.kill(child, signal.SIGCONT)


def state(pid: int) -> str:
    """What a process does, in the one letter of proc(5)."""
    return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]


def test_who_wants_no_more_leaves_nothing_behind_for_the_next(sandbox: Sandbox) -> None:
    with closing(sandbox.glance([GOOD, OTHER], inf)) as found:
        assert next(found) == parse(GOOD)
    assert sandbox.parse([GOOD]) == [parse(GOOD)]


@pytest.mark.long
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
