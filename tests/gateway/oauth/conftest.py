"""A token server for a test, which the installation allows."""

from collections.abc import Iterator

import pytest

from models import settings as module
from models.settings import Settings
from tests.token_server import NETWORK, TokenServer


@pytest.fixture
def allowed(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The instance of this test process with the loopback among its own networks."""
    monkeypatch.setenv("POSTERN_OWN_NETWORKS", NETWORK)
    module.settings.cache_clear()
    yield
    monkeypatch.undo()
    module.settings.cache_clear()


@pytest.fixture
def server(allowed: None) -> Iterator[TokenServer]:
    """A server that rotates refresh tokens."""
    with TokenServer() as running:
        yield running
