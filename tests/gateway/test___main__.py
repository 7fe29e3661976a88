"""The door as a process: SIGTERM loses nothing (T15), SIGKILL loses nothing that was answered 250 (T1)."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, stored
from tests.door_process import Process
from tests.logins import login
from tests.running import ROOT, free_port
from tests.waiting import until


@pytest.fixture
def door(instance: Settings, tmp_path: Path) -> Iterator[Process]:
    with Process(instance, tmp_path / "log") as found:
        yield found


@contextmanager
def begun(door: Process, tenant: Tenant) -> Iterator[Client]:
    """A client in the middle of a mail."""
    with Client(door.port) as client:
        client.hello()
        client.envelope(tenant.address)
        assert client.say("DATA").startswith("354")
        yield client


def test_a_mail_and_the_pages(door: Process, tenant: Tenant):
    with Client(door.port) as client:
        client.hello()
        assert client.mail(b"Subject: private words\r\n\r\nx\r\n", tenant.address)[0].startswith("250")
    assert len(stored(tenant)) == 1
    assert json.loads(until(lambda: door.page("/readyz")))["status"] == "ready"
    assert b"postern_accepted_total 1.0" in door.page("/metrics")
    door.running.send_signal(signal.SIGINT)
    assert door.running.wait(10) == 0
    lines = [json.loads(line) for line in door.log.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["door open", "closing"]


def test_sigterm_with_fifty_open_mails(door: Process, tenant: Tenant):
    with ExitStack() as stack:
        clients = [stack.enter_context(begun(door, tenant)) for _ in range(50)]
        with Client(door.port) as idle:
            door.running.send_signal(signal.SIGTERM)
            assert idle.rest() == ["421 4.3.2 Shutting down, try again later"]
        for number, client in enumerate(clients):
            client.send(f"Subject: {number}\r\n\r\n.\r\n".encode())
            assert client.rest() == ["250 2.0.0 Stored", "421 4.3.2 Shutting down, try again later"]
    assert door.running.wait(10) == 0
    assert len(stored(tenant)) == 50


def test_sigkill_keeps_what_was_answered(door: Process, tenant: Tenant):
    with begun(door, tenant) as lost, begun(door, tenant) as kept:
        kept.send(b"kept\r\n.\r\n")
        assert kept.reply().startswith("250")
        lost.send(b"lost\r\n")
        door.running.kill()
        assert lost.rest() == []
    assert [mail["content"] for mail in stored(tenant)] == [b"kept\r\n"]


@pytest.mark.parametrize("taken", ["smtp", "http"])
def test_an_address_in_use_is_said_plainly(door: Process, instance: Settings, taken: str):
    free = {"smtp": f"127.0.0.1:{free_port()}", "http": f"127.0.0.1:{free_port()}"}
    until(lambda: door.page("/healthz"))
    ports = {"smtp": door.port, "http": door.http}
    chosen = instance.model_copy(update=free | {taken: f"127.0.0.1:{ports[taken]}"})
    second = subprocess.run(
        [sys.executable, "-m", "gateway"],
        cwd=ROOT,
        env=chosen.child_environment(),
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 1
    *_, line = second.stderr.splitlines()
    assert "address already in use" in json.loads(line)["error"].lower()


@pytest.mark.parametrize(("attributes", "safe"), [("BYPASSRLS", False), ("", True)])
def test_a_door_on_a_database_it_must_not_trust_never_opens(instance: Settings, attributes: str, safe: bool):
    free = {"smtp": f"127.0.0.1:{free_port()}", "http": f"127.0.0.1:{free_port()}"}
    with login(instance, attributes) as url:
        chosen = instance.model_copy(update=free | {"gateway_database_url": url, "unsafe_database": not safe})
        ended = subprocess.run(
            [sys.executable, "-m", "gateway"],
            cwd=ROOT,
            env=chosen.child_environment(),
            capture_output=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    told = json.loads(line)
    assert told["event"] == "cannot open the door"
    assert ("may be lost" if safe else "(BYPASSRLS)") in told["error"]
