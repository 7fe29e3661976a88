"""Mutated mails and dialogues at the front door: each answered, each 250 kept once, filed and answered, nothing dies.

`POSTERN_FUZZ` says how many or for how long, `POSTERN_FUZZ_SEED` repeats a run; `-s` shows figures.
"""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import UUID

import pytest

from models.raw_mail import digest
from tests.door import Client
from tests.fuzz.budget import LONGEST_SECONDS, SEED, rounds
from tests.fuzz.dialogues import conversation, pieces
from tests.fuzz.mutators import mutated
from tests.journeys.stage import Stage
from tests.running import Postern
from tests.waiting import until
from tests.watching import Watch

ROUND, SESSIONS = 200, 4
DIALOGUES = 5  # one of so many examples is a damaged dialogue, the others are damaged mails
ANSWER = re.compile(r"[2345]\d\d[ -][\x20-\x7e]*(\n[2345]\d\d[ -][\x20-\x7e]*)*")
STORED = "250 2.0.0 Stored"
NEW = """
    SELECT r.id, r.mailbox_id, r.digest, r.stage, r.reason FROM raw_mail r JOIN organizations o ON o.id = r.org_id
    WHERE o.slug = %(slug)s AND r.id > %(last)s ORDER BY r.id
"""
COUNTED = """
    SELECT count(*) + coalesce(sum(repeats), 0) AS number FROM raw_mail r JOIN organizations o ON o.id = r.org_id
    WHERE o.slug = %(slug)s
"""
UNSENT = """
    SELECT DISTINCT l.state, l.answer FROM outgoing l JOIN organizations o ON o.id = l.org_id
    WHERE o.slug = %(slug)s AND l.state <> 'captured'
"""
LET_GO = """
    UPDATE outgoing l SET state = 'queued', next_try_at = now() - interval '1 minute' FROM organizations o
    WHERE o.id = l.org_id AND o.slug = %(slug)s AND l.state = 'withheld' RETURNING l.id
"""  # the mails of a run have few senders, to whom few letters would go
RIGHTLY = {("failed", "the recipient's address is not one that mail can be sent to")}  # quoted, literal, too long


class Fuzz:
    """A run: what the door said so far, and what the ledger holds of it."""

    def __init__(self, stage: Stage, watch: Watch) -> None:
        self.stage, self.watch = stage, watch
        self.answers: Counter[str] = Counter()
        self.stages: Counter[str] = Counter()
        self.digests: set[bytes] = set()
        self.last = UUID(int=0)
        self.longest = 0.0
        self._lock = threading.Lock()

    def try_all(self, numbers: Sequence[int]) -> None:
        """One round: send, wait until all is read, look at the ledger."""
        with ThreadPoolExecutor(SESSIONS) as pool:
            taken = [
                one
                for some in pool.map(self._try_some, (numbers[n::SESSIONS] for n in range(SESSIONS)))
                for one in some
            ]
        self.watch.wait_until_read()
        rows = self.watch.rows(NEW, slug=self.stage.slug, last=self.last)
        self.digests.update(bytes(row.digest) for row in rows)
        self.stages.update(f"{row.stage}: {row.reason}" if row.reason else row.stage for row in rows)
        if rows:
            self.last, box = rows[-1].id, rows[0].mailbox_id
            assert [one for one in taken if digest(box, "", one) not in self.digests] == [], "a 250 that was not kept"
        (counted,) = self.watch.rows(COUNTED, slug=self.stage.slug)
        assert counted.number == self.answers[STORED], "as many are kept, or counted as repeats, as were answered 250"
        assert {one.partition(":")[0] for one in self.stages} <= {"filed", "quarantined"}
        assert self.watch.trouble() == []

    def await_letters(self) -> None:
        """Whatever a mail said, the letters that follow from it can be written."""
        self.watch.rows(LET_GO, slug=self.stage.slug)
        until(lambda: self.stage.rest()[2] == 0, 60 + LONGEST_SECONDS)
        assert set(self.watch.rows(UNSENT, slug=self.stage.slug)) <= RIGHTLY

    def _try_some(self, numbers: Sequence[int]) -> list[bytes]:
        """The mails of one session that the door took."""
        taken = []
        for number in numbers:
            start, random = time.monotonic(), Random(f"{SEED}/{number}")
            if number % DIALOGUES:
                content = mutated(random)
                said = self._mail(content)
                taken += [content] if said == STORED else []
            else:
                self._dialogue(random)
            self.longest = max(self.longest, time.monotonic() - start)
        return taken

    def _mail(self, content: bytes) -> str:
        stuffed = (b"." if content.startswith(b".") else b"") + content.replace(b"\r\n.", b"\r\n..")
        with Client(self.stage.system.smtp) as client:
            client.hello()
            (said,) = client.mail(stuffed, self.stage.support)
        self._heard([said])
        return said

    def _dialogue(self, random: Random) -> None:
        with Client(self.stage.system.smtp) as client:
            try:
                for piece in pieces(random, conversation(random, self.stage.support)):
                    client.send(piece)
                client.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # the door has said its last word, which is read all the same
            self._heard(client.rest())

    def _heard(self, said: Sequence[str]) -> None:
        for one in said:
            assert ANSWER.fullmatch(one), one
        with self._lock:
            self.answers.update(said)


@pytest.mark.timeout(LONGEST_SECONDS * 2 + 120)
def test_whatever_comes_is_answered_and_what_is_taken_is_filed(system: Postern, stage: Stage):
    stage.unbound()
    with Watch(system) as watch:
        fuzz, start, done = Fuzz(stage, watch), time.monotonic(), 0
        try:
            for numbers in rounds(ROUND):
                done = numbers[-1] + 1
                fuzz.try_all(numbers)
            fuzz.await_letters()
        except AssertionError as failure:
            failure.add_note(f"POSTERN_FUZZ_SEED={SEED}, found after {done} examples")
            raise
    seconds, codes = time.monotonic() - start, Counter[str]()
    for said, often in fuzz.answers.items():
        codes[said[:3]] += often
    print(f" seed {SEED}: {done} examples in {seconds:.0f} s, the longest {fuzz.longest:.2f} s")  # noqa: T201  figures for people
    print(f" answers {dict(codes)}, mails {dict(fuzz.stages)}")  # noqa: T201  as above
    assert fuzz.answers[STORED] > done / 4, "most are refused: too much damage finds nothing"
