"""One running system for all stories of a test process; each story plays in an organization of its own."""

from collections.abc import Iterator

import pytest

from models.base import uuid7
from tests.journeys.stage import Stage
from tests.running import Postern


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postern]:
    """`postern up`, capturing its letters; one sender of a test may stand for the whole world."""
    with Postern(tmp_path_factory.mktemp("system") / "data", settings={"flood_pause_seconds": 0}) as running:
        yield running


@pytest.fixture
def stage(system: Postern) -> Stage:
    """A fresh organization in the running system."""
    return Stage(system, f"s{uuid7().hex[-10:]}")
