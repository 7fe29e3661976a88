"""The table of processes a mail needs: what `postern up`, compose.yml and the systemd units all start."""

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gateway.embedded.child import NO_INPUT, Program, Running, spawn
from gateway.gate import WORD


@dataclass(frozen=True, slots=True)
class Process:
    """One row.

    Attributes:
        name: of the process, its log and its service elsewhere.
        argv: the command; `python` is our own interpreter, `{data}` the instance's folder.
        needs: what has to be ready before it runs: `postgres`, `redis`, `schema`; nothing: it is started at once.
        listens: names of the settings with the addresses it opens.
        secrets: names of the settings with passwords that it uses; elsewhere it is given these and no others.
        preload: it is loaded while its needs come up (gateway.gate), since it is what everybody waits for.
        count: how many of it.
        stop_signal: asks it to finish what it has begun and end.
    """

    name: str
    argv: tuple[str, ...]
    needs: tuple[str, ...] = ()
    listens: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    preload: bool = False
    count: int = 1
    stop_signal: signal.Signals = signal.SIGTERM


# -q: its banner, printed where the disk of the logs is full, would be its end
CELERY = ("python", "-m", "celery", "-q", "-A", "workers.app")
# alone on their queue, workers need no word of each other; asking around costs a second at each start
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")

# In the order of stopping: first nothing more comes in, then what came in is finished, then the clock stands still.
PROCESSES: tuple[Process, ...] = (
    Process(
        "gateway",
        ("python", "-m", "gateway"),
        needs=("postgres", "schema"),
        listens=("smtp", "lmtp", "http"),
        secrets=("gateway_database_url", "redis_url"),
        preload=True,
    ),
    Process(
        "fetcher",
        ("python", "-m", "gateway.imap"),
        needs=("postgres", "schema"),
        secrets=("fetcher_database_url", "redis_url", "seal_keys"),
    ),
    Process(
        "worker-inbound",  # two of it: while one waits for PostgreSQL, the other reads and decides
        (*CELERY, "worker", "-n", "inbound@%h", "-Q", "inbound,inbound-bulk", "-c", "2", *QUIET),
        needs=("postgres", "redis", "schema"),
        secrets=("app_database_url", "redis_url"),
    ),
    Process(
        "worker-outbound",
        (*CELERY, "worker", "-n", "outbound@%h", "-Q", "outbound,outbound-calls", "-c", "1", *QUIET),
        needs=("postgres", "redis", "schema"),
        secrets=("app_database_url", "redis_url", "relay", "seal_keys"),
    ),
    Process(
        "worker-clock",  # and reads the mails that would hold up the others; the sweep goes first
        (*CELERY, "worker", "-n", "clock@%h", "-Q", "clock,slow", "-c", "1", *QUIET),
        needs=("postgres", "redis", "schema"),
        secrets=("app_database_url", "redis_url"),
    ),
    Process(
        "beat",
        (*CELERY, "beat", "--schedule", "{data}/beat-schedule", "--loglevel", "WARNING"),
        needs=("redis",),
        secrets=("redis_url",),
    ),
)


class Child:
    """One running instance of a row."""

    def __init__(self, row: Process, number: int, data: Path, environment: Mapping[str, str]) -> None:
        """Nothing is started yet.

        Args:
            row: of the table.
            number: from 1; appears in the name where the row counts more than one.
            data: the instance's folder.
            environment: all of its variables.
        """
        self.row = row
        self.name = row.name if row.count == 1 else f"{row.name}-{number}"
        self.stop_signal = row.stop_signal
        self.process: Running | None = None
        self.log = data / "logs" / f"{self.name}.log"
        self.open_log: Callable[[Path], IO[bytes]] = lambda path: path.open("ab")
        self._data = data
        self._argv = [word.replace("{data}", str(data)) for word in row.argv]
        self._environment = environment
        self._waits = row.preload
        self._word: int | None = None

    def launch(self) -> None:
        """Start it; does not wait. One that is to be preloaded runs when it is told to (`run`).

        Raises:
            OSError: the command cannot be run.
        """
        if self._waits:
            self._preload()
        else:
            self._spawn(self._argv)

    def run(self) -> None:
        """Let what was preloaded run, now and at every later start."""
        self._waits = False
        if self._word is not None:
            with suppress(OSError):  # it died, and its next start does not wait
                os.write(self._word, WORD)
            os.close(self._word)
            self._word = None

    def _preload(self) -> None:
        python, dash_m, *module = self._argv
        if self._word is not None:
            os.close(self._word)
        reader, self._word = os.pipe()
        try:
            self._spawn([python, dash_m, "gateway.gate", *module], reader)
        finally:
            os.close(reader)

    def _spawn(self, argv: Sequence[str], stdin: int = NO_INPUT) -> None:
        words = [sys.executable if word == "python" else word for word in argv]
        # Not in the operator's folder, whose own `models` or `workers` Python would take for ours.
        program = Program(words, self._data, environment=self._environment, death_signal=self.row.stop_signal)
        with self.open_log(self.log) as output:
            self.process = spawn(program, output=output, stdin=stdin)


def children(table: Sequence[Process], data: Path, environment: Mapping[str, str]) -> list[Child]:
    """Every instance of every row, not yet started."""
    return [Child(row, number + 1, data, environment) for row in table for number in range(row.count)]
