"""A provider for a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests.gateway.cli.mailbox.provider import Provider, providing


@pytest.fixture
def provider(instance: Settings, tmp_path: Path) -> Iterator[Provider]:
    """A provider whose mailbox is empty."""
    with providing(instance, tmp_path) as made:
        yield made
