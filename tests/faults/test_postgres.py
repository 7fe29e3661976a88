"""T3, G4: PostgreSQL's processes killed one by one and all at once, stopped at once and restarted, under load."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.faults.rig.family import family
from tests.faults.rig.system import System
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
FIRST_SECONDS = 15.0  # five are promised where the machine has nothing else to do
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE usename = '{}' LIMIT 1"
STARTED = "SELECT pg_postmaster_start_time(), (SELECT min(backend_start) FROM pg_stat_activity)"


def one_backend(login: str) -> Callable[[System], None]:
    """One session of a login dies; PostgreSQL then ends all the others and recovers."""

    def kill(system: System) -> None:
        found = until(lambda: system.ask(BACKENDS.format(login)))  # after the last crash they may not be back yet
        os.kill(found[0][0], signal.SIGKILL)

    return kill


def all_at_once(system: System) -> None:
    """As when the machine is short of memory, at its worst."""
    for pid in family(system.pid("postgres")):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def stop(number: signal.Signals) -> Callable[[System], None]:
    """The server is asked to end, and the supervisor starts it again."""
    return lambda system: os.kill(system.pid("postgres"), number)


FAULTS = {
    "a backend of the door": one_backend("postern_gateway"),
    "a backend of the workers": one_backend("postern_app"),
    "all": all_at_once,
    "immediate": stop(signal.SIGQUIT),
    "restart": stop(signal.SIGINT),
}


def started(system: System) -> object:
    """When the server and its oldest process began; None while it does not answer."""
    try:
        return system.ask(STARTED)
    except psycopg.OperationalError:
        return None


def test_it_dies_in_every_way(tmp_path: Path):
    with System(tmp_path) as system:
        with system.world() as world:
            for name, fault in FAULTS.items():
                world.until_acknowledged(20)
                before = started(system)
                fault(system)
                until(lambda before=before: started(system) not in (None, before), 60)  # type: ignore[misc]  # mypy cannot infer a default of a lambda
                world.until_acknowledged(1, FIRST_SECONDS)
                assert world.tries.keys() <= {"250", "451"}, (name, world.tries)
        assert world.tries["451"], "nobody at the door noticed"
        system.examine(world)
