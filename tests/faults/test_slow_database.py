"""T6, G4: a database that is slow, locked or has no connection left: 451 in time, no 250 without a commit."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres
from tests.faults.rig.system import System
from tests.faults.rig.world import World
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
ANSWER_SECONDS = 5.0  # what is promised
AGAIN_SECONDS = 20.0  # five are promised where the machine has nothing else to do
GROWTH_KILOBYTES = 50_000
SLOW = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(10); RETURN NULL; END';
    CREATE TRIGGER slow BEFORE INSERT ON raw_mail EXECUTE FUNCTION slow()
"""
OURS = b"SELECT pid FROM pg_stat_activity WHERE usename LIKE 'postern%'"
END_OURS = b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'postern%'"
WAITS = b"SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND wait_event_type = 'Lock'"


def connect(system: System) -> psycopg.Connection[tuple[object, ...]]:
    """As somebody who may everything; each statement is its own transaction."""
    return psycopg.connect(EmbeddedPostgres(system.postern.data).url("superuser"), autocommit=True)


@contextmanager
def slow(system: System) -> Iterator[None]:
    """Storing a mail takes ten seconds."""
    with connect(system) as connection:
        connection.execute(SLOW.encode())
        yield
        connection.execute(b"DROP FUNCTION slow CASCADE")


@contextmanager
def locked(system: System, table: bytes, waiting: str) -> Iterator[None]:
    """Somebody holds a table, and a login of ours waits for it."""
    with connect(system) as holder, connect(system) as watcher, holder.transaction():
        holder.execute(b"LOCK TABLE " + table)
        until(lambda: watcher.execute(WAITS, (waiting,)).fetchone() != (0,))
        yield


@contextmanager
def crowded(system: System) -> Iterator[None]:
    """All connections are taken, and ours are ended until none is left."""
    with connect(system) as kept, ExitStack() as crowd:

        def ours() -> int:
            kept.execute(END_OURS)
            with suppress(psycopg.OperationalError):
                while True:
                    crowd.enter_context(connect(system))
            return len(kept.execute(OURS).fetchall())

        until(lambda: ours() == 0)
        yield


def memory(system: System) -> int:
    """Kilobytes that the gateway has in memory."""
    status = (Path("/proc") / str(system.pid("gateway")) / "status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


Fault = Callable[[System], AbstractContextManager[None]]
AT_THE_DOOR: list[Fault] = [slow, lambda system: locked(system, b"raw_mail", "postern_gateway"), crowded]
BEHIND_IT: list[Fault] = [
    lambda system: locked(system, b"tickets IN SHARE MODE", "postern_app"),  # mails can be taken and read, not filed
    lambda system: locked(system, b"outgoing", "postern_app"),
]


def refuse(world: World) -> None:
    """Nothing but 451 is said for a while, and no mail was acknowledged in that time."""
    first = world.tries["451"] + 1
    until(lambda: world.tries["451"] >= first)
    acknowledged = len(world.acknowledged)
    until(lambda: world.tries["451"] >= first + 16)
    assert len(world.acknowledged) == acknowledged, "a mail was acknowledged that nobody could have stored"


def test_the_door_waits_for_the_database(tmp_path: Path):
    with System(tmp_path) as system:
        with system.world() as world:
            world.until_acknowledged(50)
            before = memory(system)
            for fault in AT_THE_DOOR:
                with fault(system):
                    refuse(world)
                world.until_acknowledged(1, AGAIN_SECONDS)
                world.until_acknowledged(20)
            assert memory(system) < before + GROWTH_KILOBYTES
        assert world.tries.keys() == {"250", "451"}, world.tries
        assert world.slowest < ANSWER_SECONDS
        system.examine(world)


def test_the_workers_wait_for_the_database(tmp_path: Path):
    """The door takes mail meanwhile; what cannot be filed because of a lock loses no attempt by it."""
    with System(tmp_path) as system:
        log = system.postern.data / "logs" / "worker-inbound.log"
        with system.world() as world:
            world.until_acknowledged(20)
            for fault in BEHIND_IT:
                with fault(system):
                    world.until_acknowledged(200)
                    if fault is BEHIND_IT[0]:
                        until(lambda: "mails put back" in log.read_text(), 60)
                world.until_acknowledged(20)
        assert world.tries.keys() == {"250"}, world.tries
        system.examine(world)
