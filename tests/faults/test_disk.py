"""T5, G4: on a full disk the door answers 451 or 452, nothing is lost, and soon after there is space all is well."""

from pathlib import Path

import psycopg
import pytest

from models.captured import FOLDER
from tests.faults.rig.disk import small_disk
from tests.faults.rig.system import System
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
HEALED_SECONDS = 30.0  # what is promised
MEGABYTES = 300  # the log of PostgreSQL's changes takes most of it
DEATHS = 6  # of a server that has no space to start; its next start is then six seconds away or more
MORE_LOG = "SELECT pg_logical_emit_message(true, 'test', repeat('x', 1000000)) FROM generate_series(1, 40)"
REFUSED = "SELECT count(*) FROM outgoing WHERE state = 'deferred' AND answer LIKE 'cannot write%No space left%'"
AT_ONCE = "UPDATE outgoing SET next_try_at = now() WHERE state = 'deferred'"  # else they wait for minutes


def test_the_disk_of_everything_is_full(tmp_path: Path):
    """Database, its log of changes, Redis and all logs lie on it; first the tables cannot grow, then nothing can."""
    with small_disk(tmp_path / "small", MEGABYTES) as disk, System(disk.folder) as system:
        with system.world() as world:
            world.until_acknowledged(50)
            until(lambda: disk.full() and world.tries["452"] >= 20)
            with pytest.raises(psycopg.Error):
                system.ask(MORE_LOG)
            until(lambda: disk.full() and system.postern.said().count("postgres ended") >= DEATHS, 60)
            disk.clear()
            world.until_acknowledged(50, HEALED_SECONDS)
        assert set(world.tries) == {"250", "451", "452"}, world.tries
        system.examine(world)


def test_the_disks_of_logs_and_of_captured_letters_are_full(tmp_path: Path):
    """Nobody stops for what cannot be written down; a letter that cannot be captured waits."""
    data = tmp_path / "data"
    with (
        small_disk(data / "logs", 1) as logs,
        small_disk(data / FOLDER, 32) as capture,
        System(tmp_path, settings={"relay": None}) as system,
    ):
        with system.world() as world:
            logs.fill()
            world.until_acknowledged(20)
            system.kill("worker-outbound")
            capture.fill()
            world.until_acknowledged(20)
            until(lambda: system.ask(REFUSED) != [(0,)])
            capture.clear()
        system.change(AT_ONCE)
        system.rest()
        assert not list(capture.folder.glob(".*.part")), "a half letter lies there"
        system.note_captured()
        system.examine(world)
        assert world.tries.keys() == {"250"}, world.tries
