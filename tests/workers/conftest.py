"""Servers that one test may freeze or have refuse."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.embedded import EmbeddedRedis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis of a test's own."""
    redis = EmbeddedRedis(tmp_path / "redis", fast=True)
    redis.start()
    yield redis
    redis.stop()
