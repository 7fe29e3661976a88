"""A server, an organization, and a door that hurries."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests import imap
from tests.workers.outbound import certificates


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the certificate of every server on this machine."""
    folder = tmp_path_factory.mktemp("imap")
    certificates.server(folder, imap.HOST)
    return folder


@pytest.fixture
def near(instance: Settings, certificate: Path) -> Iterator[Settings]:
    """Settings with which servers of tests may be reached and are trusted, and nothing waits for long."""
    del instance
    with imap.hurried(certificate) as settings:
        yield settings


@pytest.fixture
def pymap(certificate: Path) -> Iterator[imap.Pymap]:
    """A server with an empty mailbox."""
    with imap.Pymap(certificate) as running:
        yield running


@pytest.fixture
def door(near: Settings) -> Iterator[imap.FetchingDoor]:
    """The door, fetching."""
    with imap.FetchingDoor(near) as running:
        yield running
