"""A server, an organization, and a door that hurries: as for the IMAP door."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests.gateway.imap.conftest import certificate, door, near
from tests.gateway.pop.hostile import Pop

__all__ = ["certificate", "door", "near"]


@pytest.fixture
def pop(certificate: Path) -> Iterator[Pop]:
    """It behaves unless told otherwise."""
    with Pop(certificate) as running:
        yield running


@pytest.fixture
def hasty(near: Settings) -> Settings:
    """Settings with which a maildrop is looked into all the time."""
    return near.model_copy(update={"imap_poll_seconds": 0.1})
