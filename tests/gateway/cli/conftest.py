"""The desk for a test, on the real servers of the test process."""

from collections.abc import Iterator

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, file
from tests.running import Postern


@pytest.fixture
def desk(instance: Settings, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Commands run against the instance of this test process."""
    del instance
    return Desk(capsys)


@pytest.fixture
def number(tenant: Tenant, desk: Desk) -> str:
    """The number of a ticket that Carla's mail opened."""
    file(tenant)
    (found,) = desk.json("ticket", "list", "--org", tenant.slug)
    return str(found["number"])


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postern]:
    """A whole system that was started for the first time."""
    with Postern(tmp_path_factory.mktemp("desk") / "data") as system:
        yield system
