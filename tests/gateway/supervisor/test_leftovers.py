"""What a killed supervisor left is ended by the next, and nothing else is."""

import signal
import subprocess
import sys
from pathlib import Path

from gateway.embedded.child import Program, spawn
from gateway.supervisor import leftovers
from tests.gateway.instances import STUBBORN


def test_take_over_ends_only_what_was_recorded(tmp_path: Path) -> None:
    ours, other = (spawn(Program(["sleep", "100"]), output=subprocess.DEVNULL) for _ in range(2))
    record = tmp_path / "processes.json"
    came_later = leftovers.Recorded("worker", other.pid, "another birth", signal.SIGTERM)
    leftovers.record(record, [leftovers.now("worker", ours.pid, signal.SIGTERM), came_later])
    assert leftovers.take_over(record) == []
    assert ours.wait(5) == -signal.SIGTERM
    assert other.poll() is None
    other.kill()
    other.wait()


def test_take_over_kills_what_does_not_listen(tmp_path: Path, pipe: Path) -> None:
    stubborn = spawn(Program([sys.executable, "-c", STUBBORN, str(pipe)]), output=subprocess.DEVNULL)
    pipe.read_text()
    leftovers.record(tmp_path / "processes.json", [leftovers.now("worker", stubborn.pid, signal.SIGTERM)])
    assert leftovers.take_over(tmp_path / "processes.json", seconds=0) == ["worker"]
    assert stubborn.wait(5) == -signal.SIGKILL
