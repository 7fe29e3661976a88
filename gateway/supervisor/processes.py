"""The table of processes a mail needs: what `postern up`, compose.yml and the systemd units all start."""

import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gateway.embedded.child import Program, Running, spawn


@dataclass(frozen=True, slots=True)
class Process:
    """One row.

    Attributes:
        name: of the process, its log and its service elsewhere.
        argv: the command; `python` is our own interpreter, `{data}` the instance's folder.
        needs: what has to be ready before it starts: `postgres`, `redis`, `schema`. One that needs no schema is
            started at once and waits for its database by itself.
        listens: names of the settings with the addresses it opens.
        count: how many of it.
        stop_signal: asks it to finish what it has begun and end.
    """

    name: str
    argv: tuple[str, ...]
    needs: tuple[str, ...] = ()
    listens: tuple[str, ...] = ()
    count: int = 1
    stop_signal: signal.Signals = signal.SIGTERM


CELERY = ("python", "-m", "celery", "-A", "workers.app")
# alone on their queue, workers need no word of each other; asking around costs a second at each start
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING")

# In the order of stopping: first nothing more comes in, then what came in is finished, then the clock stands still.
PROCESSES: tuple[Process, ...] = (
    Process("gateway", ("python", "-m", "gateway"), listens=("smtp", "lmtp", "http")),
    Process(
        "worker-inbound",
        (*CELERY, "worker", "-n", "inbound@%h", "-Q", "inbound", "-c", "1", *QUIET),
        needs=("postgres", "redis", "schema"),
    ),
    Process(
        "worker-outbound",
        (*CELERY, "worker", "-n", "outbound@%h", "-Q", "outbound,clock", "-c", "1", *QUIET),
        needs=("postgres", "redis", "schema"),
    ),
    Process("beat", (*CELERY, "beat", "--schedule", "{data}/beat-schedule", "--loglevel", "WARNING"), needs=("redis",)),
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
        self._program = Program(
            [sys.executable if word == "python" else word.replace("{data}", str(data)) for word in row.argv],
            environment=environment,
            death_signal=row.stop_signal,
        )

    def launch(self) -> None:
        """Start it; does not wait.

        Raises:
            OSError: the command cannot be run.
        """
        with self.open_log(self.log) as output:
            self.process = spawn(self._program, output=output)


def children(table: Sequence[Process], data: Path, environment: Mapping[str, str]) -> list[Child]:
    """Every instance of every row, not yet started."""
    return [Child(row, number + 1, data, environment) for row in table for number in range(row.count)]
