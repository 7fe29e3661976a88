"""Servers of a test's own, not those that the other tests share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.embedded import EmbeddedPostgres
from models.settings import Settings


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder that is not there yet."""
    yield tmp_path / "data"
    shutil.rmtree(Settings(data=tmp_path / "data").socket_folder, ignore_errors=True)


@pytest.fixture
def postgres(data: Path) -> Iterator[EmbeddedPostgres]:
    """A running server."""
    server = EmbeddedPostgres(data, fast=True)
    server.start()
    yield server
    server.stop()
