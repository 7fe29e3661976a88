"""T3, T6, G4: whatever PostgreSQL does, the door answers in five seconds and takes mail within five of its return."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import text

from gateway.embedded import EmbeddedPostgres
from migrations.run import upgrade
from models.database import engine, transaction
from models.settings import Settings, configure, settings
from tests.conftest import Tenant, make_tenant
from tests.door import Client, OpenDoor, greeted, open_door, stored
from tests.faults.rig.family import family
from tests.waiting import until

ANSWER, RECOVERY = 5.0, 5.0  # seconds: what is promised


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of these tests' own, that they may stop; the settings point to it meanwhile."""
    before = settings()
    chosen = configure(data=tmp_path_factory.mktemp("own"), unsafe_database=True)
    running = EmbeddedPostgres(chosen.home, fast=True)
    try:
        running.start()
        upgrade()
        yield running
    finally:
        forget_engines(chosen)
        running.stop()
        configure(data=before.data)


def forget_engines(chosen: Settings) -> None:
    """Connections that workers and desk keep."""
    for login in ("admin", "app"):
        engine(chosen.url(login), login).dispose()


@pytest.fixture
def door(server: EmbeddedPostgres) -> Iterator[OpenDoor]:
    """A door on that server."""
    del server
    with open_door(settings()) as found:
        yield found


@pytest.fixture
def tenant(server: EmbeddedPostgres) -> Tenant:
    """An organization there."""
    del server
    return make_tenant()


def deliver(door: OpenDoor, tenant: Tenant) -> str:
    """Try to hand in one mail; the first answer that is not what it should be, or the last."""
    began = time.monotonic()
    with greeted(door) as client:
        client.say("MAIL FROM:<a@b.test>")
        said = client.say(f"RCPT TO:<{tenant.address}>")
        if said.startswith("250"):
            client.say("DATA")
            client.send(f"Subject: {time.monotonic_ns()}\r\n\r\n.\r\n".encode())
            said = client.reply()
    assert time.monotonic() - began < ANSWER
    return said


def takes_mail_again(door: OpenDoor, tenant: Tenant) -> None:
    """The first 250 comes in time."""
    until(lambda: deliver(door, tenant).startswith("250"), RECOVERY)


@contextmanager
def stopped(server: EmbeddedPostgres) -> Iterator[None]:
    """The server does not exist."""
    server.stop()
    try:
        yield
    finally:
        server.start()


@contextmanager
def frozen(server: EmbeddedPostgres) -> Iterator[None]:
    """The server exists, but does nothing."""
    assert server.pid
    pids = family(server.pid)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):  # a session may have ended before it was stopped
                os.kill(pid, signal.SIGCONT)


@contextmanager
def locked(server: EmbeddedPostgres) -> Iterator[None]:
    """Somebody holds the table."""
    del server
    with transaction(login="admin") as connection:
        connection.execute(text("LOCK TABLE raw_mail IN ACCESS EXCLUSIVE MODE"))
        yield


@pytest.mark.parametrize(
    ("fault", "warm"),
    [
        (stopped, True),
        (frozen, True),
        (locked, True),
        pytest.param(stopped, False, marks=pytest.mark.long),
        pytest.param(frozen, False, marks=pytest.mark.long),
    ],
)
def test_451_in_time_and_250_soon_after(
    server: EmbeddedPostgres,
    door: OpenDoor,
    tenant: Tenant,
    fault: Callable[[EmbeddedPostgres], Iterator[None]],
    warm: bool,
):
    if warm:
        assert deliver(door, tenant).startswith("250")
    forget_engines(settings())
    with fault(server):  # type: ignore[attr-defined]  # a context manager, which the parameter hides
        for _ in range(2):
            assert deliver(door, tenant).startswith("451 4.3.0")
    takes_mail_again(door, tenant)


def test_an_unknown_address_is_not_refused_for_good(server: EmbeddedPostgres, door: OpenDoor, tenant: Tenant):
    with stopped(server), greeted(door) as client:
        assert client.envelope(f"nobody@{tenant.domain}")[1].startswith("451")
        assert client.envelope(tenant.address)[1].startswith("451")


def test_many_clients_at_a_frozen_server(server: EmbeddedPostgres, door: OpenDoor, tenant: Tenant):
    """Nobody waits longer because others wait too, and what comes later is taken."""
    assert deliver(door, tenant).startswith("250")
    clients = [Client(door.port) for _ in range(20)]
    for client in clients:
        client.hello()
        client.envelope(tenant.address)
        client.say("DATA")
    with frozen(server):
        began = time.monotonic()
        for number, client in enumerate(clients):
            client.send(f"Subject: {number}\r\n\r\n.\r\n".encode())
        assert {client.reply()[:9] for client in clients} == {"451 4.3.0"}
        assert time.monotonic() - began < ANSWER
    takes_mail_again(door, tenant)
    for client in clients:
        assert client.mail(b"Subject: again\r\n\r\n", tenant.address)[0].startswith("250")
        client.socket.close()
    assert 2 <= len(stored(tenant)) <= 3 + len(clients)  # a commit that was answered 451 may have happened
