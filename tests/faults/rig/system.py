"""A running system of a fault test's own: as durable as in production, with a relay, and processes to be killed."""

import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import psycopg

from gateway.cli.bench.processor import children
from gateway.embedded import EmbeddedPostgres
from models.captured import FOLDER
from models.failpoint import REACHED
from tests.faults.rig.ledger import Ask, examine
from tests.faults.rig.sink import Tally
from tests.faults.rig.world import World
from tests.relay import FakeRelay, Taken
from tests.running import FROM_CLONE, Postern
from tests.waiting import until

MAILBOX = "support@demo.test"
BACK_SECONDS = 40.0  # a process that was killed often is started again after ten seconds
REACH_SECONDS = 180.0  # in a siege, whoever comes there may just have been killed and wait behind a backlog
REST_SECONDS = 300.0  # a lease of 80 s, half a minute until it is rung for again, twice, on a busy machine
WORKERS = ("worker-inbound", "worker-outbound", "worker-clock")
WAITS = """
    SELECT EXISTS (SELECT FROM raw_mail WHERE stage = 'received')
        OR EXISTS (SELECT FROM outgoing WHERE state IN ('queued', 'sending', 'deferred'))
"""
SHOWN = """
    SELECT 'mail', stage::text, attempts, leased_until - now(), now() - received_at FROM raw_mail
    WHERE stage = 'received' UNION ALL
    SELECT letter::text, state::text, attempts, leased_until - now(), now() - created_at FROM outgoing
    WHERE state IN ('queued', 'sending', 'deferred') LIMIT 10
"""
COUNTED = """
    SELECT 'mail', stage::text, count(*), min(now() - received_at) FROM raw_mail GROUP BY 1, 2
    UNION ALL SELECT 'letter', state::text, count(*), min(now() - created_at) FROM outgoing GROUP BY 1, 2
"""
LAST_WORDS = 3_000  # characters of each process's log
LAST_DEEDS = 20


class System:
    """`postern up` under attack; a context manager.

    Attributes:
        postern: the instance.
        relay: where its letters go.
        killed: names of the processes that were killed, in order.
        deeds: every blow, with its time of day.
    """

    def __init__(
        self,
        folder: Path,
        *,
        command: Sequence[str] = FROM_CLONE,
        settings: Mapping[str, object] | None = None,
        relay: type[FakeRelay] = FakeRelay,
    ) -> None:
        self.letters = Tally()
        self.relay = relay(letters=self.letters)
        self.failpoints = folder / "failpoints"
        self.failpoints.mkdir()
        chosen = {"relay": self.relay.url, "failpoints": self.failpoints, **(settings or {})}
        given = {name: value for name, value in chosen.items() if value is not None}
        self.postern = Postern(folder / "data", command=command, settings=given)
        self.killed: list[str] = []
        self.deeds: list[str] = []

    def __enter__(self) -> Self:
        self.postern.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.postern.stop()
        finally:
            self.relay.close()

    def note_captured(self) -> None:
        """Count the letters in the capture folder as the relay counts those that it takes."""
        for letter in sorted((self.postern.data / FOLDER).glob("*.eml")):
            envelope, _, content = letter.read_bytes().partition(b"Delivered-To: ")
            recipient, _, content = content.partition(b"\r\n")
            self.letters.append(Taken(envelope.decode(), [f"TO:<{recipient.decode()}>"], content, False, ""))

    def world(self, **how: Any) -> World:
        """Somebody who sends to it."""
        return World(self.postern.smtp, how.pop("recipients", [MAILBOX]), **how)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The answer to a query, as somebody who sees everything."""
        with psycopg.connect(EmbeddedPostgres(self.postern.data).url("superuser")) as connection:
            return connection.execute(query.encode()).fetchall()

    def change(self, statement: str) -> int:
        """Change rows, as somebody who may everything; how many they were."""
        with psycopg.connect(EmbeddedPostgres(self.postern.data).url("superuser")) as connection:
            return connection.execute(statement.encode()).rowcount

    # Killing

    def pid(self, name: str) -> int:
        """The process that runs under a name of the table, 0 while there is none."""
        try:
            running = json.loads((self.postern.data / "processes.json").read_text())
        except FileNotFoundError:
            return 0
        return next((one["pid"] for one in running if one["name"] == name), 0)

    def kill(self, name: str) -> None:
        """`kill -9`, and wait until the supervisor has started another."""
        pid = self.pid(name)
        assert pid, f"{name} does not run"
        self._note(f"kill {name}: {pid}")
        os.kill(pid, signal.SIGKILL)
        self.killed.append(name)
        self.await_another({name: pid})

    def strike(self, target: str) -> bool:
        """`kill -9` without waiting; whether there was somebody to kill.

        Args:
            target: a name of the table, `backend` (a session of PostgreSQL), or `child` (a worker's pool process).
        """
        found = sorted(self._alive(target))
        self._note(f"strike {target}: {found[:1]}")
        with suppress(IndexError, ProcessLookupError):  # nobody there, or just gone by itself
            os.kill(found[0], signal.SIGKILL)
            self.killed.append(target)
            return True
        return False

    def _alive(self, target: str) -> frozenset[int]:
        assert self.postern.process
        if target == "backend":
            return frozenset(pid for pid in children(self.pid("postgres")) if b"postern_" in _words(pid))
        if target == "child":
            return frozenset().union(*(children(self.pid(name)) for name in WORKERS))
        return children(self.postern.process.pid) & {self.pid(target)}

    def await_another(self, before: Mapping[str, int]) -> None:
        """Wait until the supervisor has started another process in the place of one of these, which died."""
        until(lambda: any(self.pid(name) not in {0, pid} for name, pid in before.items()), BACK_SECONDS)

    def arm(self, failpoint: str, action: str) -> None:
        """The next process that reaches a place must do this there."""
        self._note(f"{action} at {failpoint}")
        draft = self.failpoints / f".{failpoint}"
        draft.write_text(action)
        draft.rename(self.failpoints / failpoint)

    def await_reached(self, failpoint: str) -> None:
        """Wait until a process was there, or fail: an attack that did not happen proves nothing."""
        reached = self.failpoints / f"{failpoint}{REACHED}"
        with self._told():
            until(reached.exists, REACH_SECONDS)
        reached.unlink()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What fails in it tells what was done before, what the processes said last, and what waits."""
        try:
            yield
        except AssertionError as error:
            error.add_note(f"done to it: {', '.join(self.deeds[-LAST_DEEDS:])}\n{self._last_words()}")
            with suppress(psycopg.Error):  # it may be what is away
                error.add_note(f"counted: {self.ask(COUNTED)}\nsome that wait: {self.ask(SHOWN)}")
            raise

    def _note(self, deed: str) -> None:
        self.deeds.append(f"{datetime.now(UTC):%H:%M:%S} {deed}")

    def _last_words(self) -> str:
        logs = [self.postern.data.with_name("data.out"), *sorted((self.postern.data / "logs").glob("*.log"))]
        return "\n".join(f"{log.name}: …{log.read_text(errors='replace')[-LAST_WORDS:]}" for log in logs)

    # Coming to rest

    def rest(self, seconds: float = REST_SECONDS) -> None:
        """Wait until every mail is filed and every letter is sent."""
        with self._told():
            until(self._is_at_rest, seconds)

    def send_what_is_unknown(self) -> int:
        """Letters that crashed too often are shown and not sent again, until a person says so; how many there were."""
        unknown = self.ask("SELECT id FROM outgoing WHERE state = 'unknown'")
        for (letter,) in unknown:
            self.postern.desk("outbox", "retry", str(letter))
        return len(unknown)

    def file_what_was_given_up(self) -> int:
        """Mails whose worker was killed at each of their three attempts are kept, until a person says so; how many."""
        given_up = self.ask(
            "SELECT id FROM raw_mail WHERE stage = 'quarantined' AND reason LIKE '%interrupted each time'"
        )
        for (mail,) in given_up:
            self.postern.desk("quarantine", "release", str(mail))
        return len(given_up)

    def _is_at_rest(self) -> bool:
        try:
            return self.ask(WAITS) == [(False,)]
        except psycopg.OperationalError:
            return False

    def examine(self, world: World) -> None:
        """Come to rest, then see whether all promises were kept."""
        self.rest()
        ask: Ask = self.ask
        examine(ask, world, self.letters)


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
