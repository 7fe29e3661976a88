"""A database of its own in the instance's cluster, filled once for a test process and never changed after."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from migrations import run
from models import settings as module
from models.database import engine
from models.settings import Settings, configure
from tests.migrations.isolation.cases import Stage
from tests.migrations.isolation.catalogue import Admin, read
from tests.migrations.isolation.contexts import LOGINS
from tests.migrations.isolation.filled import fill

WATCHER = "watcher"
"""A policy of the test's own on every table, by which the administrator sees what became of the rows."""


@pytest.fixture(scope="session")
def isolated(instance: Settings) -> Settings:
    """Settings of the filled database."""
    admin = instance.url("admin")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE DATABASE isolated")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_overrides", dict(module._overrides))
        settings = configure(database_url=admin.replace("/postern?", "/isolated?"))
        run.upgrade()
        with psycopg.connect(settings.url("admin")) as connection:
            tables = read(connection)
            _watch(connection, list(tables))
            fill(connection, tables)
        with psycopg.connect(settings.url("admin"), autocommit=True) as connection:
            connection.execute("ANALYZE")
        engine(settings.url("admin")).dispose()
    module.settings.cache_clear()
    return settings


def _watch(admin: Admin, tables: list[str]) -> None:
    for table in tables:
        statement = SQL("CREATE POLICY {} ON {} TO CURRENT_USER USING (true) WITH CHECK (true)")
        admin.execute(statement.format(Identifier(WATCHER), Identifier(table)))


@pytest.fixture
def stage(isolated: Settings) -> Iterator[Stage]:
    """The filled database in a transaction that is rolled back, whose administrator may act as any login."""
    with psycopg.connect(isolated.url("admin")) as connection:
        act_as_logins(connection)
        yield Stage(connection, read(connection))
        connection.rollback()


def act_as_logins(admin: Admin) -> None:
    """Let the administrator be any login until the transaction ends."""
    for login in LOGINS:
        admin.execute(SQL("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE").format(Identifier(login)))
