"""What a running system shows of itself: whether a process died, what went wrong in its logs, what its ledger holds."""

import json
import re
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg.rows import namedtuple_row

from gateway.embedded import EmbeddedPostgres
from tests.running import Postern
from tests.waiting import until

# What a process says when something happened that nobody thought of; `mail not filed`: the database refused it.
_WRONG = re.compile(
    r'Traceback|"exception"|"level": ?"(?:error|critical)"|ended after|WorkerLost|[Tt]ime ?[Ll]imit|mail not filed'
)
_SERVERS = {"postgres", "redis"}  # they have words of their own


class Watch:
    """A running system, from now on; a context manager, since it keeps a connection."""

    def __init__(self, system: Postern) -> None:
        self.system = system
        url = EmbeddedPostgres(system.data).url("superuser")
        self._database = psycopg.connect(url, autocommit=True, row_factory=namedtuple_row)
        self._pids = self._running()
        self._heard = {path: path.stat().st_size for path in self._logs()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._database.close()

    def pid(self, name: str) -> int:
        """The process that runs under a name of the table."""
        return self._running()[name]

    def rows(self, query: str, **said: Any) -> list[Any]:
        """What the database answers to a superuser, whom no policy hides anything from."""
        return self._database.execute(query.encode(), said).fetchall()

    def wait_until_read(self, seconds: float = 60) -> None:
        """Wait until no mail waits any more."""
        until(lambda: not self.rows("SELECT id FROM raw_mail WHERE stage = 'received' LIMIT 1"), seconds)

    def trouble(self) -> list[str]:
        """Lines of logs that should not be there, and processes that are not those of the beginning."""
        new = {
            path.stem: path.read_bytes()[self._heard.get(path, 0) :].decode(errors="replace") for path in self._logs()
        }
        lines = [f"{name}: {line}" for name, said in new.items() for line in said.splitlines()]
        died = [name for name, pid in self._running().items() if self._pids.get(name) != pid]
        return [line for line in lines if _WRONG.search(line)] + [f"{name} has another pid" for name in died]

    def _logs(self) -> list[Path]:
        return [path for path in (self.system.data / "logs").glob("*.log") if path.stem not in _SERVERS]

    def _running(self) -> dict[str, int]:
        told = json.loads((self.system.data / "processes.json").read_text())
        return {one["name"]: int(one["pid"]) for one in told}
