"""A database that no other test has filled."""

from collections.abc import Iterator

import psycopg
import pytest

from models import settings as module
from models.base import uuid7
from models.database import engine
from models.settings import ROLES, Settings, configure


@pytest.fixture
def own_database(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Another, empty database in the same cluster."""
    admin = instance.url("admin")
    name = f"moved_{uuid7().hex[-12:]}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        connection.execute(f"ALTER DATABASE {name} SET lock_timeout = '5s'".encode())
    monkeypatch.setattr(module, "_overrides", dict(module._overrides))
    own = configure(database_url=admin.replace("/postern?", f"/{name}?"))
    yield own
    for login in ROLES:
        engine(own.url(login), login).dispose()
    monkeypatch.undo()
    module.settings.cache_clear()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name}".encode())
