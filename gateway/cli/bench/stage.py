"""Where the measuring happens: servers, organizations and a folder of its own, which are gone afterwards."""

import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from uuid import UUID

from gateway.cli.problems import Problem
from gateway.embedded import EmbeddedPostgres, EmbeddedRedis
from gateway.embedded.child import Program, Running, spawn
from gateway.supervisor import processes
from gateway.supervisor.instance import any_port, split
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
    row = next(row for row in processes.PROCESSES if row.name == "gateway")
    child = processes.Child(row, 1, settings.home, settings.child_environment())
    child.launch()
    assert child.process
    with ended(child.process):
        await_open(settings.smtp)
        await_open(settings.http)
        yield child.process


@contextmanager
def program(words: Sequence[str], log: Path) -> Iterator[Running]:
    """A program of ours as a child.

    Args:
        words: what follows the interpreter.
        log: for what it prints.
    """
    with log.open("ab") as output:
        process = spawn(Program([sys.executable, *words]), output=output)
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


def await_open(address: str) -> None:
    """Wait until somebody listens.

    Raises:
        Problem: nobody does in time.
    """
    deadline = time.monotonic() + OPEN_SECONDS
    while True:
        try:
            socket.create_connection(split(address), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise Problem(f"nothing listens on {address} after {OPEN_SECONDS:.0f} s") from None
            pause(0.02)
        else:
            return


def pause(seconds: float) -> None:
    """Wait by the clock: for a process that cannot tell, or so that the system is idle."""
    Event().wait(seconds)
