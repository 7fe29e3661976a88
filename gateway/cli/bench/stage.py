"""Where the measuring happens: servers, organizations and a folder of its own, which are gone afterwards."""

import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from uuid import UUID

from gateway.cli.problems import Problem
from gateway.embedded import EmbeddedPostgres, EmbeddedRedis
from gateway.embedded.child import Program, Running, spawn
from gateway.embedded.server import last_lines
from gateway.supervisor.instance import any_port, split
from gateway.supervisor.processes import PROCESSES
from migrations.run import upgrade
from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.settings import Settings, configure
from models.tenancy import add_mailbox, add_organization, add_person

OPEN_SECONDS = 30.0
STOP_SECONDS = 35.0
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organization with one mailbox and one agent."""

    org: UUID
    mailbox: UUID
    address: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Running servers with the schema in them.

    Attributes:
        settings: of their data folder.
        postgres: for its process id.
    """

    settings: Settings
    postgres: EmbeddedPostgres


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary data folder."""
    with tempfile.TemporaryDirectory(prefix="postern-bench-", ignore_cleanup_errors=True) as place:
        yield Path(place) / "data"


@contextmanager
def servers() -> Iterator[Stage]:
    """PostgreSQL and Redis as `postern up` starts them, fully durable."""
    with folder() as data, ExitStack() as running:
        settings = configure(data=data, smtp=free_address(), http=free_address())
        running.callback(shutil.rmtree, settings.socket_folder, ignore_errors=True)
        postgres, redis = EmbeddedPostgres(data), EmbeddedRedis(data)
        for server in (postgres, redis):
            running.callback(server.stop)
            server.start()
        upgrade()
        yield Stage(settings, postgres)


def tenants(count: int) -> list[Tenant]:
    """New organizations on the stage."""
    return [_tenant() for _ in range(count)]


def _tenant() -> Tenant:
    org = uuid7()
    name = f"o{org.hex[-12:]}"
    with transaction(org) as connection:
        add_organization(connection, org, name.upper(), name, "BENCH")
        mailbox = add_mailbox(connection, org, f"support@{name}.test", "Support")
        add_person(connection, org, f"agent@{name}.test", "Ann Agent", Role.AGENT)
    return Tenant(org, mailbox, f"support@{name}.test")


@contextmanager
def door(settings: Settings) -> Iterator[Running]:
    """The process that `postern up` runs as its door, alone."""
    _, *words = next(row for row in PROCESSES if row.name == "gateway").argv
    log = settings.home / "logs" / "gateway.log"
    with program(words, log, settings.child_environment()) as process:
        for address in (settings.smtp, settings.http):
            await_open(address, process, log)
        yield process


@contextmanager
def program(words: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> Iterator[Running]:
    """A program of ours as a child.

    Args:
        words: what follows the interpreter.
        log: for what it prints.
        environment: all of its variables; None passes ours on.
    """
    with log.open("ab") as output:
        process = spawn(Program([sys.executable, *words], environment=environment), output=output)
    with ended(process):
        yield process


@contextmanager
def ended(process: Running) -> Iterator[None]:
    """See to it that a process is over afterwards."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.wait()


def free_address() -> str:
    """A place on the loopback address where nobody listens."""
    return f"{HOST}:{any_port(HOST)}"


def await_open(address: str, process: Running, log: Path) -> None:
    """Wait until a process listens.

    Args:
        address: where.
        process: who should.
        log: what it prints.

    Raises:
        Problem: it does not in time.
    """
    deadline = time.monotonic() + OPEN_SECONDS
    while not _listens(address):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Problem(f"nothing listens on {address}:\n{last_lines(log)}")
        pause(0.02)


def _listens(address: str) -> bool:
    try:
        socket.create_connection(split(address), timeout=1).close()
    except OSError:
        return False
    return True


def pause(seconds: float) -> None:
    """Wait by the clock: for a process that cannot tell, or so that the system is idle."""
    Event().wait(seconds)
