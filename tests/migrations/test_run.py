"""The schema goes up, down and up again, and is what the models say."""

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from migrations import run
from models import settings as module
from models.database import transaction
from models.settings import Settings, configure
from models.tables import METADATA
from tests.conftest import make_tenant

LONE_TABLES = {"alembic_version"}
SERVED_BY_THE_PRIMARY_KEY = {"fk_tickets_latest_history"}  # it leads with two of the three columns


@pytest.fixture
def own_database(instance: Settings, monkeypatch: pytest.MonkeyPatch):
    """A second, empty database in the same cluster."""
    admin = instance.url("admin")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE DATABASE moved")
    monkeypatch.setattr(module, "_overrides", dict(module._overrides))
    yield configure(database_url=admin.replace("/postern?", "/moved?"))
    monkeypatch.undo()
    module.settings.cache_clear()


def test_up_down_up_on_a_filled_database(own_database: Settings):
    run.upgrade()
    make_tenant()
    run.downgrade("base")
    with transaction(login="admin") as connection:
        left = connection.scalars(text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        assert {name for name in left if not name.endswith("_pkc")} <= LONE_TABLES
    run.upgrade()
    make_tenant()


def test_models_and_migrated_schema_agree(instance: Settings):
    with transaction(login="admin") as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        found = compare_metadata(context, METADATA)
    assert [one for one in found if getattr(one[-1], "name", None) not in LONE_TABLES] == []


def test_the_administrator_is_no_superuser(instance: Settings):
    with transaction(login="admin") as connection:
        query = text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert tuple(connection.execute(query).one()) == (False, False)


def test_every_tenant_table_forces_row_level_security(instance: Settings):
    query = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    with transaction(login="admin") as connection:
        assert set(connection.scalars(query)) == LONE_TABLES


def test_every_foreign_key_has_an_index(instance: Settings):
    query = text(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint c"
        " WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS ("
        "  SELECT FROM pg_index i WHERE i.indrelid = c.conrelid"
        "  AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)"
    )
    with transaction(login="admin") as connection:
        bare = {name: table for table, name in connection.execute(query)}
    assert set(bare) == SERVED_BY_THE_PRIMARY_KEY
