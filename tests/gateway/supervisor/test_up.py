"""The whole of `postern up`: it comes up, goes down in order, and leaves nothing running whatever happens to it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import psycopg
import pytest

from gateway.supervisor import PROCESSES, instance
from tests.gateway.instances import GATEWAY, PARENT, TELLER, Start, row
from tests.gateway.servers import ROOT, await_ends, gone, on_linux
from tests.running import Postern
from tests.waiting import until

COMMAND = Path(sys.prefix) / "bin" / "postern"
WORKERS = ("worker-inbound", "worker-outbound", "worker-clock")


def started_by(pid: int) -> list[int]:
    """The children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_comes_up_and_stops_in_order(up: Start, data: Path, pipe: Path, number: int) -> None:
    running = up(data, row("worker", TELLER, pipe))
    said = running.until()
    pipe.read_text()
    assert "--mail-rcpt support@demo.test" in said
    told, pids = running.told(), running.pids()
    assert told["pid"] == running.process.pid
    assert str(told["smtp"]) in said
    assert set(pids) == {"gateway", "worker", "redis", "postgres"}
    with socket.create_connection(instance.split(str(told["smtp"]))):
        pass
    assert running.end(number) == 0
    assert all(gone(pid) for pid in pids.values())
    assert not (data / "postern.json").exists()
    assert "database system is shut down" in (data / "logs" / "postgres.log").read_text()


@on_linux
def test_killed_supervisor_leaves_nothing_and_the_next_goes_on(up: Start, data: Path, pipe: Path) -> None:
    running = up(data, row("worker", PARENT, pipe))
    running.until()
    grandchild, pids = int(pipe.read_text()), running.pids()
    with psycopg.connect(running.settings.url("admin")) as connection:
        connection.execute("create table kept as select 42 as answer")
    assert running.end(signal.SIGKILL) == -signal.SIGKILL
    await_ends(list(pids.values()))
    again = up(data)  # a grandchild that ignored everything is still there
    again.until()
    assert gone(grandchild)
    with psycopg.connect(again.settings.url("admin")) as connection:
        assert connection.execute("select answer from kept").fetchall() == [(42,)]
    assert again.end() == 0


def test_closed_terminal_does_not_matter(up: Start, data: Path, pipe: Path) -> None:
    running = up(data, row("worker", TELLER, pipe))
    running.until()
    pipe.read_text()
    assert running.process.stdout
    running.process.stdout.close()
    os.kill(running.pids()["worker"], signal.SIGKILL)
    pipe.read_text()
    running.process.terminate()
    assert running.process.wait(30) == 0
    assert "killed by SIGKILL" in (data / "logs" / "supervisor.log").read_text()


def test_stop_while_starting(up: Start, data: Path) -> None:
    running = up(data, POSTERN_VERBOSE="true")
    running.until("redis")
    assert running.end() == 0
    assert not (data / "processes.json").exists()


def test_door_that_cannot_start_is_told_with_its_last_words(up: Start, data: Path) -> None:
    broken = {**GATEWAY, "argv": ["python", "-c", "raise SystemExit('no such certificate')"]}
    running = up(data, door=broken)
    running.until("no such certificate")
    assert running.end(0) == 1


def test_own_servers_are_not_started_when_urls_are_given(up: Start, data: Path, tmp_path: Path) -> None:
    own = up(tmp_path / "own")
    own.until()
    urls = {"POSTERN_DATABASE_URL": own.settings.url("admin"), "POSTERN_REDIS_URL": own.settings.broker()}
    guest = up(data, **urls)
    guest.until()
    assert set(guest.pids()) == {"gateway"}
    assert guest.end() == own.end() == 0


def pids_of(data: Path) -> dict[str, int]:
    """The process of each name of the table."""
    return {one["name"]: int(one["pid"]) for one in json.loads((data / "processes.json").read_text())}


@pytest.mark.long
@on_linux
def test_the_real_processes_leave_nothing_when_they_are_killed(data: Path) -> None:
    """Celery's workers have children of their own: they go with their worker, and all go with the supervisor."""
    with Postern(data) as first:
        every = {row.name for row in PROCESSES} | {"postgres", "redis"}
        until(lambda: set(pids_of(data)) == every)  # the door may be open before the last of them runs
        pids = pids_of(data)
        inbound, outbound, clock = (until(partial(started_by, pids[name])) for name in WORKERS)
        os.kill(pids["worker-inbound"], signal.SIGKILL)
        await_ends(inbound)
        assert first.process
        first.process.kill()
        await_ends([*pids.values(), *outbound, *clock], seconds=60)
    with Postern(data) as again:
        assert again.desk("mailbox", "list")
        assert again.stop() == 0


@pytest.mark.skipif(not COMMAND.exists() or not shutil.which("make"), reason="the project is not installed, or no make")
def test_ctrl_c_on_make_run(data: Path) -> None:
    """A terminal sends it to make, to its shell and to us alike."""
    environment = Path(sys.prefix)
    made = environment / ".made-from"  # told to be new enough: a test makes no environment
    doors = ["POSTERN_SMTP=127.0.0.1:0", "POSTERN_HTTP=127.0.0.1:0", f"POSTERN_DATA={data}"]
    words = ["make", "-o", str(made), "run", f"VENV={environment}", *doors]
    output = data.with_name("out")
    with output.open("wb") as said:
        process = subprocess.Popen(words, cwd=ROOT, stdout=said, stderr=said, start_new_session=True)
    until(lambda: "Ctrl-C stops." in output.read_text() or process.poll() is not None, 60)
    pids = [one["pid"] for one in json.loads((data / "processes.json").read_text())]
    os.killpg(process.pid, signal.SIGINT)
    process.wait(30)
    assert all(gone(pid) for pid in pids)
    assert not (data / "postern.json").exists()
    assert "killed" not in output.read_text()
