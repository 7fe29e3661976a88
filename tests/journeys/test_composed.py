"""A mail through what compose.yml runs: each process with its own secrets alone, two doors, health checks."""

import os
import re
import smtplib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres
from gateway.embedded.binaries import redis_binary
from tests.composed import SERVICES, Machine
from tests.relay import FakeRelay
from tests.running import ROOT, free_port
from tests.waiting import until

pytestmark = [pytest.mark.timeout(300), pytest.mark.long]

FLEET = ("fetcher", "worker-inbound", "worker-outbound", "worker-clock", "beat")
MAIL = "From: carla@customer.test\r\nTo: support@composed.test\r\nSubject: By door {}\r\n\r\nIt does not boil.\r\n"


@pytest.fixture(scope="module")
def relay() -> Iterator[FakeRelay]:
    """Where letters go."""
    server = FakeRelay()
    yield server
    server.close()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, relay: FakeRelay) -> Iterator[Machine]:
    """Fresh secrets, a PostgreSQL that knows no login of ours yet, and Redis as compose.yml runs it."""
    folder = tmp_path_factory.mktemp("composed")
    secrets = folder / "secrets"
    subprocess.run([ROOT / ".ci" / "secrets", secrets], check=True, capture_output=True, timeout=60)
    (secrets / "relay").write_text(f"{relay.url}\n")
    postgres, port = EmbeddedPostgres(folder / "postgres", fast=True), free_port()
    rewrite(secrets, "@postgres/postern", f"@/postern?host={quote(str(postgres.settings.socket_folder), safe='')}")
    rewrite(secrets, "@redis:6379", f"@127.0.0.1:{port}")
    found = Machine(folder, secrets)
    postgres.start()
    try:
        first_statements(postgres, (secrets / "postgres_sql").read_text())
        with redis(found, port):
            yield found
            found.stop()
    finally:
        found.stop()
        postgres.stop()


def rewrite(secrets: Path, there: str, here: str) -> None:
    """Let the secrets name this machine's servers instead of containers."""
    for path in secrets.iterdir():
        path.write_text(path.read_text().replace(there, here))


def first_statements(postgres: EmbeddedPostgres, said: str) -> None:
    """What PostgreSQL's image does with the file at its first start: run it as superuser."""
    root = postgres.url("superuser").replace("/postern?", "/postgres?")
    with psycopg.connect(root, autocommit=True) as server:
        server.execute("DROP DATABASE postern")
        server.execute("DROP ROLE postern_admin")
        for statement in re.split(r";\s*", said.strip().rstrip(";")):
            server.execute(statement.encode())


def redis(machine: Machine, port: int) -> "subprocess.Popen[bytes]":
    """Redis with the words of compose.yml, on a port of our own; it is killed at the end of the block."""
    data = machine.folder / "redis"
    data.mkdir()
    program, conf, *options = SERVICES["redis"]["command"]
    assert program == "redis-server"
    conf = conf.replace("/run/secrets", str(machine.secrets))
    words = [str(redis_binary(None)), conf, *(str(data) if word == "/data" else word for word in options)]
    (machine.folder / "redis.log").touch()
    return Killed([*words, "--port", str(port), "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL)


class Killed(subprocess.Popen[bytes]):
    """A process that is killed at the end of its block."""

    def __exit__(self, *error: object) -> None:
        self.kill()
        super().__exit__(None, None, None)


def send(machine: Machine, number: int) -> None:
    """A customer's mail to one of the doors."""
    with smtplib.SMTP("127.0.0.1", machine.port(number, "2525"), timeout=30) as client:
        client.starttls()
        client.sendmail("carla@customer.test", ["support@composed.test"], MAIL.format(number))


@pytest.fixture(scope="module")
def fleet(machine: Machine) -> Machine:
    """The whole of it, running, with one mailbox."""
    assert machine.start("migrate").wait(60) == 0, machine.log("migrate").read_text()
    machine.processes.clear()
    for name in ("gateway", *FLEET):
        assert not machine.healthy(name), f"{name} is healthy before it runs"
    machine.start("gateway", 1)
    machine.start("gateway", 2)
    for name in FLEET:
        machine.start(name)
    for words in (("org", "add", "composed"), ("mailbox", "add", "support@composed.test")):
        machine.desk(*words)
    for name, number in (("gateway", 1), ("gateway", 2), *((one, 1) for one in FLEET)):
        until(lambda: machine.healthy(name, number), 60)  # noqa: B023  asked at once
    return machine


def test_a_mail_is_filed_and_answered_by_what_compose_runs(fleet: Machine, relay: FakeRelay):
    send(fleet, 1)
    send(fleet, 2)
    until(lambda: {one["subject"] for one in fleet.desk("ticket", "list")} == {"By door 1", "By door 2"}, 60)
    until(lambda: len([one for one in relay.letters if "carla@customer.test" in one.rcpt[0]]) == 2, 60)


def test_each_password_is_in_its_own_secret_alone(fleet: Machine):
    assert not (fleet.folder / "keys" / "database.json").exists()


def test_the_doctor_finds_nothing_broken(fleet: Machine):
    found = fleet.desk("doctor")
    assert [one for one in found if one["verdict"] == "fail" and not one["check"].startswith("durability")] == []


def test_health_follows_the_process_and_not_its_past(fleet: Machine):
    alive = fleet.data("worker-inbound") / "alive"
    (pulse,) = alive.iterdir()
    old = pulse.stat().st_mtime - 3600
    os.utime(pulse, (old, old))
    until(lambda: fleet.healthy("worker-inbound"))
    fleet.stop()
    os.utime(pulse, (old, old))
    assert not fleet.healthy("worker-inbound")
    assert not fleet.healthy("gateway")
