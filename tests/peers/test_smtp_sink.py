"""smtp-sink, Postfix's own, as a relay: refuses, hangs up, lags and stops at each command, and no letter is lost."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from models.database import transaction
from models.outgoing import Letter
from models.settings import Settings, settings
from tests.conftest import Tenant
from tests.peers.conftest import installed
from tests.peers.postfix import walkable
from tests.running import free_port
from tests.waiting import until
from tests.workers.outbound.outbox import Desk, open_desk
from workers.outbound import courier as module
from workers.outbound.claims import retry
from workers.outbound.courier import courier
from workers.outbound.deliver import Patience
from workers.outbound.task import send

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

COMMANDS = ("connect", "ehlo,helo", "mail", "rcpt", "data", ".")
BEFORE_ANY_LETTER = COMMANDS[:2]
HARD, SOFT, HANG_UP, DISMISS = "-f", "-r", "-q", "-Q"
PATIENCE = 3.0  # seconds, in place of 20 until the dot and 30 after it


def becomes(way: str, command: str) -> str:
    """What a letter is after it met that."""
    if command in BEFORE_ANY_LETTER:
        return "deferred"
    if command == "." and way == HANG_UP:
        return "unknown"
    return "failed" if way == HARD else "deferred"


class Sink:
    """A running one; what it takes it writes down, each letter into a file."""

    def __init__(self, folder: Path, *words: str, port: int = 0) -> None:
        self.port, self.folder = port or free_port(), folder
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)
        rights = ("-u", "nobody") if os.geteuid() == 0 else ()
        place = (f"127.0.0.1:{self.port}", "100")
        command = [installed("smtp-sink"), *rights, "-d", f"{folder}/letter.", *words, *place]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def taken(self) -> list[bytes]:
        """What it holds; a letter that it refused at its end stands there, too."""
        return [path.read_bytes() for path in sorted(self.folder.iterdir())]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that smtp-sink's own user can walk to."""
    made = walkable()
    yield made
    shutil.rmtree(made)


@contextmanager
def sink(folder: Path, *words: str, port: int = 0) -> Iterator[Sink]:
    """One that listens."""
    made = Sink(folder, *words, port=port)
    try:
        until(lambda: _listens(made.port))
        yield made
    finally:
        made.process.send_signal(signal.SIGCONT)
        made.process.kill()
        made.process.wait(30)


def _listens(port: int) -> bool:
    """Without connecting, which some of them answer by going away."""
    wanted = f"0100007F:{port:04X}"
    return any(wanted in line and " 0A " in line for line in Path("/proc/net/tcp").read_text().splitlines())


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits less long."""
    monkeypatch.setattr(module, "Patience", partial(Patience, PATIENCE, PATIENCE))


@pytest.fixture
def desk(tenant: Tenant, instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Letters of this process."""
    del instance
    yield open_desk(tenant)
    monkeypatch.undo()
    settings.cache_clear()


def sent_by(desk: Desk, relay: Sink, monkeypatch: pytest.MonkeyPatch, letters: list[UUID]) -> list[str]:
    monkeypatch.setenv("POSTERN_RELAY", relay.url)
    settings.cache_clear()
    desk.change("UPDATE outgoing SET next_try_at = now() WHERE org_id = :org AND state = 'deferred'")
    send([str(one) for one in letters])
    courier(relay.url, settings().hostname).close()
    return desk.states(*letters)


def test_whatever_it_refuses_the_state_says_so_and_the_letter_comes_later(
    desk: Desk, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, found, answers = {}, {}, {}
    letters: list[UUID] = []
    for way in (HARD, SOFT, HANG_UP, DISMISS):
        for command in COMMANDS:
            letter = desk.queue(Letter.ACKNOWLEDGEMENT, recipient=f"p{len(letters)}@customer.test")
            letters.append(letter)
            with sink(place / f"{len(letters)}", way, command) as moody:
                (found[way, command],) = sent_by(desk, moody, monkeypatch, [letter])
            wanted[way, command] = becomes(way, command)
            answers[way, command] = desk.row(letter)["answer"]
    assert found == wanted, answers
    assert all(answers.values()), "each says why"
    with transaction(desk.tenant.id) as connection:
        retry(connection, desk.tenant.id, letters)  # as a person does, who sees what failed and what is unknown
    with sink(place / "well") as well:
        assert set(sent_by(desk, well, monkeypatch, letters)) == {"sent"}
        came = well.taken()
    ids = [desk.row(one)["message_id"].encode() for one in letters]
    assert sorted(one for one in ids for mail in came if one in mail) == sorted(ids)
    assert len(came) == len(ids)


@pytest.mark.parametrize(
    ("command", "state"),
    [("connect", "deferred"), ("ehlo", "deferred"), ("mail", "deferred"), ("rcpt", "deferred"), ("data", "deferred"),
     (".", "unknown")],
)  # fmt: skip
@pytest.mark.usefixtures("hasty")
def test_one_that_is_too_slow(
    desk: Desk, place: Path, monkeypatch: pytest.MonkeyPatch, command: str, state: str
) -> None:
    letter = desk.queue()
    with sink(place / "slow", "-p", "-W", f"{command}:60") as slow:
        assert sent_by(desk, slow, monkeypatch, [letter]) == [state]
        assert "timed out" in desk.row(letter)["answer"]
    with sink(place / "slower", "-p", "-W", "rcpt:1") as patient:
        again = desk.queue()
        assert sent_by(desk, patient, monkeypatch, [again]) == ["sent"], "slow is not too slow"


def test_one_that_lags_and_then_answers_out_of_turn(desk: Desk, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It offers PIPELINING, and takes DATA before it has made up its mind about RCPT."""
    letters = [desk.queue() for _ in range(2)]
    with sink(place / "lags", "-W", "rcpt:1") as lags:
        assert sent_by(desk, lags, monkeypatch, letters) == ["deferred", "sent"]
        assert desk.row(letters[0])["answer"].startswith("503 ")
        assert sent_by(desk, lags, monkeypatch, letters) == ["sent", "sent"]
        assert len(lags.taken()) == len(letters)


@pytest.mark.usefixtures("hasty")
def test_one_that_stops_in_the_middle_and_goes_on_later(
    desk: Desk, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half-dead: the system takes connections for it, nobody answers."""
    letters = [desk.queue() for _ in range(3)]
    with sink(place / "half") as half:
        half.process.send_signal(signal.SIGSTOP)
        assert sent_by(desk, half, monkeypatch, letters) == ["deferred"] * 3
        half.process.send_signal(signal.SIGCONT)
        assert sent_by(desk, half, monkeypatch, letters) == ["sent"] * 3
        ids = [desk.row(one)["message_id"].encode() for one in letters]
        assert [sum(one in mail for mail in half.taken()) for one in ids] == [1, 1, 1]
