"""T1, T2: a process is killed at each place where something could be lost or done twice, for certain and under load."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres
from tests.faults.rig.system import System
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
KILLS = int(os.environ.get("POSTERN_KILLS", "1"))  # at each place

PLACES = {
    "gateway": ["accept.commit", "accept.committed"],
    "worker-inbound": ["inbound.claimed", "inbound.read", "inbound.filing", "inbound.filed"],
    "worker-outbound": ["outbound.claimed", "outbound.dotted", "outbound.answered", "outbound.recorded"],
}

ALSO = {"worker-inbound": ("worker-clock",)}  # it reads what the other one tried in vain, by the same road


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    """One for each test."""
    with System(tmp_path) as running:
        yield running


@pytest.mark.parametrize("process", PLACES)
def test_nothing_is_lost_or_doubled_wherever_a_process_dies(system: System, process: str):
    with system.world() as world:
        for place in [place for place in PLACES[process] for _ in range(KILLS)]:
            for action in ("kill", "die"):
                world.until_acknowledged(5)
                before = {name: system.pid(name) for name in (process, *ALSO.get(process, ()))}
                system.arm(place, action)
                system.await_reached(place)
                if action == "kill" or process == "gateway":
                    system.await_another(before)
    system.examine(world)


@pytest.mark.parametrize("process", PLACES)
def test_a_surprise_is_survived(system: System, process: str):
    """An exception that nobody expects, at each place."""
    with system.world() as world:
        for place in PLACES[process]:
            system.arm(place, "raise")
            system.await_reached(place)
            if place == "outbound.dotted":
                send_after_all(system)
    system.examine(world)


def send_after_all(system: System) -> None:
    """A letter whose fate is unknown is not sent again by itself: a person decides."""
    ((letter, answer),) = until(lambda: system.ask("SELECT id, answer FROM outgoing WHERE state = 'unknown'"))
    assert answer == "a fault of ours: Failed while it was handed over"
    system.postern.desk("outbox", "retry", str(letter))


def test_a_door_that_is_killed_while_the_database_commits(system: System):
    """The outcome is known to nobody but the database: the mail comes again and is recognised."""
    url = EmbeddedPostgres(system.postern.data).url("superuser")
    waits = b"SELECT count(*) FROM pg_stat_activity WHERE usename = 'postern_gateway' AND wait_event_type = 'Lock'"
    with system.world() as world:
        world.until_acknowledged(5)
        for _ in range(3 * KILLS):
            with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as watcher:
                holder.execute("LOCK TABLE raw_mail IN SHARE MODE")
                until(lambda watcher=watcher: watcher.execute(waits).fetchone() != (0,))  # type: ignore[misc]  # mypy cannot infer a default of a lambda
                system.kill("gateway")
            world.until_acknowledged(5)
    system.examine(world)


def test_a_door_that_is_killed_at_the_250(system: System):
    with system.world() as world:
        for _ in range(5 * KILLS):
            world.until_acknowledged(1)
            system.kill("gateway")
    system.examine(world)


def test_a_frozen_process_that_goes_on_does_nothing_twice(system: System):
    """As a machine that was paused: what it held is still its own, or was given to somebody else long ago."""
    with system.world() as world:
        for process, place in (("worker-outbound", "outbound.answered"), ("gateway", "accept.committed")):
            system.arm(place, "freeze")
            system.await_reached(place)
            pid = system.pid(process)
            if process != "gateway":
                world.until_acknowledged(20)
            os.killpg(pid, signal.SIGCONT)
            world.until_acknowledged(20)
    system.examine(world)
