"""Scanners outside are asked side by side, for a short time, and are missed by nobody."""

from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from models.base import uuid7
from tests.running import free_port
from tests.scanners import rspamd, spamd
from workers.inbound.facts import Received
from workers.inbound.mail import Mail
from workers.inbound.spam.asking import LARGEST, Scanners

GOOD = Received(
    uuid7(), uuid7(), "a@b.test", ("us@our.test",), datetime.now(UTC), 1, Mail(), b"Subject: x\r\n\r\nhello\r\n"
)
BAD = replace(GOOD, content=b"Subject: x\r\n\r\npills\r\n")


def shares(batch: list[Received]) -> list[list[float | None]]:
    return [[found.share and round(found.share, 1) for found in one.scanned] for one in batch]


def test_each_mail_of_a_batch_is_asked_about():
    with rspamd() as first, spamd() as second:
        found = Scanners(f"http://{first.place}", second.place).asked([GOOD, BAD, GOOD])
    assert shares(found) == [[0.1, 0.0], [1.2, 2.2], [0.1, 0.0]]
    assert [replace(one, scanned=()) for one in found] == [GOOD, BAD, GOOD]


def test_without_one_nobody_is_asked():
    assert Scanners(None, None).asked([GOOD]) == [GOOD]


def test_old_released_and_very_large_mails_are_not_asked_about():
    with spamd() as scanner:
        batch = [
            replace(BAD, protocol="import"),
            replace(BAD, released="by a person"),
            replace(BAD, content=b"x" * (LARGEST + 1)),
        ]
        assert Scanners(None, scanner.place).asked(batch) == batch
        assert scanner.asked == []


def test_one_that_is_away_is_told_of_and_left_alone_for_a_while():
    scanners = Scanners(f"http://127.0.0.1:{free_port()}", None)
    (found,) = scanners.asked([BAD])[0].scanned
    assert (found.by, found.share, found.told) == ("rspamd", None, "it is away")
    assert scanners.asked([BAD])[0].scanned[0].told == "it did not answer a moment ago"


def test_one_that_hangs_costs_a_batch_its_limit_once():
    with spamd() as scanner:
        scanner.silent = True
        scanners = Scanners(None, scanner.place, seconds=0.3)
        begun = monotonic()
        found = scanners.asked([BAD] * 40)
        assert monotonic() - begun < 3
        assert all(one.scanned[0].share is None for one in found)
        assert scanners.asked([BAD])[0].scanned[0].told == "it did not answer a moment ago"
        assert len(scanner.asked) <= 16


def test_an_answer_that_makes_no_sense_is_told_of_and_the_next_is_asked_for():
    with spamd() as scanner:
        scanners = Scanners(None, scanner.place)
        scanner.answer = b"what?"
        assert scanners.asked([BAD])[0].scanned[0].told == "its answer was not understood"
        scanner.answer = None
        assert shares(scanners.asked([BAD])) == [[2.2]]
