"""A door that answers 250 before the commit loses mail when PostgreSQL dies, and the ledger sees it."""

import sys
from pathlib import Path

import pytest

from tests.faults.rig import lying
from tests.faults.rig.ledger import examine, lost, stored
from tests.faults.rig.system import System

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


def test_a_door_that_lies_is_found_out(tmp_path: Path):
    with System(tmp_path, command=(sys.executable, lying.__file__)) as system:
        with system.world(rate=400.0) as world:
            for _ in range(3):
                world.until_acknowledged(100)
                system.kill("postgres")
            world.until_acknowledged(100)
        system.kill("gateway")  # now nothing can be on its way any more
        missing = lost(stored(system.ask), world)
        print(f" {len(world.acknowledged)} acknowledged, {len(missing)} lost")  # noqa: T201  a figure for people
        assert missing
        with pytest.raises(AssertionError, match="acknowledged and lost"):
            examine(system.ask, world, system.letters)
