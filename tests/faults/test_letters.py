"""How often a letter goes out: once if nobody dies, else at least once, and always with the same Message-ID."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.failpoint import REACHED
from models.marks import handle_of, message_id
from models.settings import Settings, settings
from tests.conftest import Tenant
from tests.faults.rig.sink import Tally
from tests.relay import FakeRelay, running
from tests.running import ROOT
from tests.workers.outbound.outbox import Desk, open_desk
from workers.outbound.task import send

WORKERS, TASK_LETTERS = 3, 50
LETTERS = [150, pytest.param(10_000, marks=[pytest.mark.long, pytest.mark.timeout(900)])]
PLACES = {"outbound.claimed": 0, "outbound.dotted": 1, "outbound.answered": 1, "outbound.recorded": 0}  # times more
LATER = "UPDATE outgoing SET leased_until = now() - interval '1 s' WHERE org_id = :org AND state = 'sending'"
_QUEUE = text("""
    INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient,
                          message_id)
    SELECT :org, id, handle, :box, :ticket, :comment, :customer, 'reply_to_customer', recipient, message_id
    FROM jsonb_to_recordset(CAST(:letters AS jsonb)) AS l (id uuid, handle bigint, recipient text, message_id text)
""")
_STATES = text("SELECT id, message_id, state, attempts FROM outgoing WHERE id = ANY (:ids) ORDER BY id")


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    return open_desk(tenant)


@pytest.fixture
def relay(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRelay]:
    del instance
    with running(letters=Tally()) as listening:
        monkeypatch.setenv("POSTERN_RELAY", listening.url)
        settings.cache_clear()
        yield listening
        monkeypatch.undo()
        settings.cache_clear()


def queue(desk: Desk, count: int) -> list[UUID]:
    """Letters to as many people."""
    made = [uuid7() for _ in range(count)]
    letters = [
        {"id": one.hex, "handle": handle_of(one), "recipient": f"p{number}@d{number % 50}.test",
         "message_id": message_id(one, desk.tenant.id, desk.tenant.domain)}
        for number, one in enumerate(made)
    ]  # fmt: skip
    about = {"box": desk.tenant.mailbox, "ticket": desk.ticket, "comment": desk.comment, "customer": desk.customer}
    with transaction(desk.tenant.id) as connection:
        connection.execute(_QUEUE, {"org": desk.tenant.id, "letters": json.dumps(letters), **about})
    return made


def shown(desk: Desk, letters: list[UUID]) -> list[tuple[UUID, str, str, int]]:
    with transaction(desk.tenant.id) as connection:
        return [tuple(row) for row in connection.execute(_STATES, {"ids": letters})]


def times(relay: FakeRelay, message: str) -> int:
    assert isinstance(relay.letters, Tally)
    return relay.letters.times[message]


def ring(letters: list[UUID]) -> None:
    send([str(one) for one in letters])


@pytest.mark.parametrize("count", LETTERS)
def test_where_nobody_dies_each_letter_comes_exactly_once(desk: Desk, relay: FakeRelay, count: int) -> None:
    """However many workers there are, and although each was rung for about every letter twice."""
    letters = queue(desk, count)
    hints = [list(letters[start : start + TASK_LETTERS]) for start in range(0, count, TASK_LETTERS)] * 2
    Random(count).shuffle(hints)
    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(ring, hints))
    ring([one for one, _, state, _ in shown(desk, letters) if state == "queued"])  # whose task had no time for them
    found = shown(desk, letters)
    assert {(state, attempts) for _, _, state, attempts in found} == {("sent", 1)}
    assert {times(relay, message) for _, message, _, _ in found} == {1}
    assert sum(relay.letters.times.values()) == count  # type: ignore[attr-defined]  # it is a Tally


def test_wherever_a_worker_is_killed_each_letter_comes_and_is_the_same_if_it_comes_again(
    desk: Desk, relay: FakeRelay, tmp_path: Path, instance: Settings
) -> None:
    doomed = {place: queue(desk, 4) for place in PLACES}
    killed = [_killed_at(place, letters, tmp_path / place, instance) for place, letters in doomed.items()]
    assert [one.wait(60) for one in killed] == [-signal.SIGKILL] * len(PLACES)
    for _ in range(4):  # those that it may have died of are tried one by one
        desk.change(LATER)
        for letters in doomed.values():
            ring(letters)
    for place, again in PLACES.items():
        assert (tmp_path / place / f"{place}{REACHED}").exists()
        found = shown(desk, doomed[place])
        assert {state for _, _, state, _ in found} == {"sent"}
        came = [times(relay, message) for _, message, _, _ in found]
        assert (place, min(came), sum(came)) == (place, 1, len(came) + again)
    assert sum(relay.letters.times.values()) == 4 * len(PLACES) + sum(PLACES.values())  # type: ignore[attr-defined]  # it is a Tally


def _killed_at(place: str, letters: list[UUID], folder: Path, instance: Settings) -> "subprocess.Popen[bytes]":
    """A worker that dies there while it sends these."""
    folder.mkdir()
    (folder / place).write_text("die")
    work = "import json, sys; from workers.outbound.task import send; send(json.loads(sys.argv[1]))"
    words = [sys.executable, "-c", work, json.dumps([str(one) for one in letters])]
    environment = {**instance.child_environment(), "POSTERN_FAILPOINTS": str(folder)}
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
