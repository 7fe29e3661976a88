"""Children that die are restarted; children that do not end are ended."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.gateway.instances import PARENT, STUBBORN, Start, row
from tests.gateway.servers import await_ends, gone, on_linux


@on_linux
def test_child_that_dies_is_restarted_and_takes_its_own_children_along(up: Start, data: Path, pipe: Path) -> None:
    running = up(data, row("worker", PARENT, pipe))
    running.until()
    grandchild, worker = int(pipe.read_text()), running.pids()["worker"]
    os.kill(worker, signal.SIGKILL)
    assert int(pipe.read_text()) != grandchild  # blocks until the next one tells
    await_ends([grandchild])
    assert running.end() == 0
    assert "killed by SIGKILL" in running.said
    assert gone(worker)


@pytest.mark.parametrize("server", ["postgres", "redis"])
def test_server_that_dies_is_restarted(up: Start, data: Path, server: str) -> None:
    running = up(data)
    running.until()
    os.kill(running.pids()[server], signal.SIGKILL)
    running.until("is restarted.")
    assert running.end() == 0
    words = {"postgres": "starting PostgreSQL", "redis": "Server initialized"}[server]
    assert (data / "logs" / f"{server}.log").read_text().count(words) == 2


def test_second_signal_hastens(up: Start, data: Path, pipe: Path) -> None:
    running = up(data, row("worker", STUBBORN, pipe))
    running.until()
    pipe.read_text()
    for _ in range(20):
        running.process.send_signal(signal.SIGINT)
        try:
            code = running.process.wait(0.5)
        except subprocess.TimeoutExpired:
            continue
        break
    assert code == 0
    assert running.process.stdout
    assert "did not end in time" in running.process.stdout.read()
    assert "database system is shut down" in (data / "logs" / "postgres.log").read_text()
