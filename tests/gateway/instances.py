"""A running `up` with a table of the test's own: small real processes instead of the door and the workers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.supervisor import instance
from models.settings import Settings
from tests.gateway.servers import ROOT

DRIVER = """
import json, sys
from gateway.supervisor import Process, up
from models.settings import settings
table = [Process(**{**row, "argv": tuple(row["argv"])}) for row in json.loads(sys.argv[1])]
sys.exit(up(settings(), prepare=lambda: None, table=table))
"""
DOOR = """
import os, signal, socket, sys
doors = []
for name in ("SMTP", "HTTP"):
    host, _, port = os.environ["POSTERN_" + name].rpartition(":")
    doors.append(socket.create_server((host, int(port))))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    signal.pause()
"""
# Tells each of its starts through a named pipe, then waits to be stopped.
TELLER = "import os, signal, sys; open(sys.argv[1], 'w').write(f'{os.getpid()}\\n'); signal.pause()"
STUBBORN = (
    "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'w').close(); signal.pause()"
)
# Leaves a child of its own behind that ignores everything.
PARENT = (
    "import os, signal, sys\n"
    "if not os.fork():\n"
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'w').write(f'{os.getpid()}\\n')\n"
    "signal.pause()"
)

Row = dict[str, object]
GATEWAY: Row = {"name": "gateway", "argv": ["python", "-c", DOOR], "listens": ["smtp", "http"]}


def row(name: str, code: str, *words: object) -> Row:
    return {"name": name, "argv": ["python", "-c", code, *map(str, words)], "needs": ["schema"]}


class Instance:
    """A running `up` with a table of our own."""

    def __init__(self, data: Path, *rows: Row, door: Row | None = None, **variables: str) -> None:
        self.data = data
        self.settings = Settings(data=data)
        chosen = {"POSTERN_SMTP": "127.0.0.1:0", "POSTERN_HTTP": "127.0.0.1:0", **variables, "POSTERN_DATA": str(data)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("POSTERN_")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, json.dumps([door or GATEWAY, *rows])],
            cwd=ROOT,
            env={**kept, **{name: value for name, value in chosen.items() if value}},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def until(self, words: str = "Ctrl-C stops.") -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return self.said
        pytest.fail(f"it ended before saying {words!r}: {self.said}")

    def pids(self) -> dict[str, int]:
        return {one["name"]: one["pid"] for one in json.loads((self.data / "processes.json").read_text())}

    def told(self) -> dict[str, object]:
        return instance.read(self.settings)

    def end(self, number: int = signal.SIGTERM, seconds: float = 30) -> int:
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        assert self.process.stdout
        self.said += self.process.stdout.read()
        return code


Start = Callable[..., Instance]
