"""Sealing keys of a test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models import settings as module
from models.settings import Settings


@contextmanager
def fresh_keys(monkeypatch: pytest.MonkeyPatch, data: Path, **flags: object) -> Iterator[Settings]:
    """Settings of another data folder for the block; nothing is in it."""
    with monkeypatch.context() as patch:
        patch.setattr(module, "_overrides", {"data": data, **flags})
        module.settings.cache_clear()
        yield module.settings()
    module.settings.cache_clear()
