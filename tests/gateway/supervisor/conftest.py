"""Instances of a test's own; none is left when the test ends, however it does."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests.gateway.instances import Instance, Row, Start


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder that is not there yet."""
    yield tmp_path / "data"
    shutil.rmtree(Settings(data=tmp_path / "data").socket_folder, ignore_errors=True)


@pytest.fixture
def up() -> Iterator[Start]:
    """Starts instances; none is left when the test ends, however it does."""
    started: list[Instance] = []

    def start(data: Path, *rows: Row, door: Row | None = None, **variables: str) -> Instance:
        started.append(Instance(data, *rows, door=door, **variables))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()
        assert one.process.stdout
        one.process.stdout.close()


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"
