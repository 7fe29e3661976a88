"""Children that die are restarted; children that do not end are ended."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from gateway.embedded import EmbeddedRedis, cluster
from gateway.supervisor.keeper import told
from tests.gateway.instances import PARENT, STUBBORN, Instance, Start, row
from tests.gateway.servers import await_ends, gone, on_linux
from tests.waiting import until


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


def serves(running: Instance, server: str) -> bool:
    if server == "redis":
        return EmbeddedRedis(running.data).ready()
    state = cluster.pid_file(running.data / "postgres" / "cluster")
    return (state.pid, state.status) == (running.pids()["postgres"], "ready")


@pytest.mark.parametrize("server", ["postgres", "redis"])
def test_server_that_dies_is_restarted(up: Start, data: Path, server: str) -> None:
    running = up(data)
    running.until()
    os.kill(running.pids()[server], signal.SIGKILL)
    running.until("is restarted.")
    until(lambda: serves(running, server))
    assert running.end() == 0


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
    assert code in (0, -signal.SIGINT)  # one signal more may meet an interpreter that is leaving already
    assert running.process.stdout
    assert "did not end in time" in running.process.stdout.read()
    assert "database system is shut down" in (data / "logs" / "postgres.log").read_text()


@pytest.mark.parametrize(
    ("code", "words"), [(0, "exit code 0"), (3, "exit code 3"), (-9, "killed by SIGKILL"), (-40, "killed by signal 40")]
)
def test_how_it_ended_is_told_in_words(code: int, words: str) -> None:
    assert told(code) == words
