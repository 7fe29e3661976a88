"""The schema goes up, down and up again with what is in it, and is what the models say."""

from pathlib import Path
from typing import Any
from uuid import UUID

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.types import TypeEngine

from migrations import run
from models.base import uuid7
from models.database import engine, transaction
from models.settings import Settings
from models.tables import METADATA
from tests.conftest import make_tenant
from tests.migrations.above import Rows, above, all_rows, missing

LONE_TABLES = {"alembic_version"}
FIRST_RELEASE = Path(__file__).with_name("first_release.sql").read_text()
ACME = UUID("00000000-0000-7000-8000-000000000001")

_CATALOGUE = """
SELECT 'relation ' || c.relname || ' ' || c.oid || ' ' || c.relfilenode || ' ' || c.xmin FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'policy ' || p.polname || ' ' || p.oid || ' ' || p.xmin FROM pg_policy p
UNION ALL SELECT 'function ' || f.oid || ' ' || f.xmin FROM pg_proc f WHERE f.pronamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger ' || t.tgname || ' ' || t.oid || ' ' || t.xmin FROM pg_trigger t
UNION ALL SELECT 'constraint ' || k.conname || ' ' || k.oid || ' ' || k.xmin FROM pg_constraint k
WHERE k.contype <> 't'
"""
# Tables as they are. Names of constraints count, since migrations drop by name; a domain's check has none of ours.
_SHAPES = """
SELECT format('%s.%s %s%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              CASE WHEN a.attnotnull THEN ' NOT NULL' END, pg_get_expr(d.adbin, d.adrelid))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relname <> 'alembic_version'
UNION ALL
SELECT format('%s.%s %s', coalesce(c.relname, 'domain'), CASE WHEN c.oid IS NULL THEN t.typname ELSE k.conname END,
              pg_get_constraintdef(k.oid))
FROM pg_constraint k LEFT JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_type t ON t.oid = k.contypid
WHERE k.connamespace = 'public'::regnamespace AND k.contype NOT IN ('n', 't') AND k.conname <> 'alembic_version_pkc'
UNION ALL
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid
JOIN pg_class c ON c.oid = i.indrelid AND c.relkind = 'r'
WHERE n.relnamespace = 'public'::regnamespace AND n.relname <> 'alembic_version_pkc'
""".replace("%", "%%")
# What an organization starts with, by the names a person sees.
_DEFAULTS = text("""
SELECT 'type ' || name || ' is ' || category FROM request_types WHERE org_id = :org
UNION ALL SELECT 'macro ' || title FROM macros WHERE org_id = :org
UNION ALL SELECT 'category ' || name FROM categories WHERE org_id = :org
UNION ALL SELECT concat('team ', name, ' ', is_support_team) FROM teams WHERE org_id = :org
ORDER BY 1
""")


def rows(settings: Settings) -> Rows:
    with above(settings).connect() as connection:
        return all_rows(connection)


def fill_as_the_first_release() -> None:
    """Rows of every table of the first revision, which nobody sees there before a program gives it policies."""
    with transaction(login="admin") as connection:
        connection.exec_driver_sql(run.sql("lift.sql").replace("%", "%%"))
        connection.exec_driver_sql("SET LOCAL ROLE postern_owner")
        connection.exec_driver_sql(FIRST_RELEASE.replace("%", "%%"))
        connection.exec_driver_sql("RESET ROLE")
        connection.exec_driver_sql(run.sql("force.sql").replace("%", "%%"))


def defaults(connection: Connection, org: UUID) -> list[str]:
    return list(connection.scalars(_DEFAULTS, {"org": org}))


def test_up_down_up_on_a_filled_database(own_database: Settings) -> None:
    run.upgrade()
    make_tenant()
    run.downgrade("base")
    with transaction(login="admin") as connection:
        left = connection.scalars(text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        assert {name for name in left if not name.endswith("_pkc")} <= LONE_TABLES
        domains = text("SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'd'")
        assert connection.scalars(domains).all() == []
    run.upgrade()
    make_tenant()


def test_the_first_release_fills_every_table_it_had(own_database: Settings) -> None:
    """Else the next test would prove nothing about the table that was left out."""
    run.upgrade("0001")
    fill_as_the_first_release()
    assert [table for table, found in rows(own_database).items() if not found] == []


def test_what_the_first_release_wrote_is_kept_up_down_and_up_again(own_database: Settings) -> None:
    run.upgrade("0001")
    fill_as_the_first_release()
    written = rows(own_database)
    run.upgrade()
    assert missing(written, rows(own_database)) == []
    run.downgrade("0001")
    found = rows(own_database)
    assert set(found) == set(written)
    assert missing(written, found) == []
    run.upgrade()
    assert missing(written, rows(own_database)) == []


def test_organizations_that_were_there_get_what_a_new_one_starts_with(own_database: Settings) -> None:
    run.upgrade("0001")
    fill_as_the_first_release()
    run.upgrade()
    fresh = make_tenant()
    with above(own_database).connect() as connection:
        given = defaults(connection, fresh.id)
        assert {"type " + it for it in ("billing is billing", "event is event")} <= {it.lower() for it in given}
        assert defaults(connection, ACME) == given
    run.downgrade("0001")
    run.upgrade()
    with above(own_database).connect() as connection:
        assert defaults(connection, ACME) == given


def test_rows_of_the_first_release_obey_the_policies(own_database: Settings) -> None:
    run.upgrade("0001")
    fill_as_the_first_release()
    with transaction(login="admin") as connection:
        assert connection.scalar(text("SELECT count(*) FROM tickets")) == 0
    run.upgrade()
    for org, seen in ((ACME, 1), (uuid7(), 0)):
        with transaction(org) as connection:
            assert connection.scalar(text("SELECT count(*) FROM tickets")) == seen
            assert connection.scalar(text("SELECT count(*) FROM raw_mail")) == seen


def test_what_is_up_to_date_is_not_touched(own_database: Settings) -> None:
    """Nor is a lock awaited that readers would hold up: the second start of a program finds it at work."""
    run.upgrade()
    with above(own_database).connect() as reader:
        before = set(reader.exec_driver_sql(_CATALOGUE).scalars())
        reader.exec_driver_sql("LOCK TABLE tickets, raw_mail, alembic_version IN ACCESS SHARE MODE")
        run.upgrade()
        assert set(reader.exec_driver_sql(_CATALOGUE).scalars()) == before


def test_what_behaves_otherwise_is_replaced(own_database: Settings) -> None:
    run.upgrade()
    with above(own_database).begin() as connection:
        before = set(connection.exec_driver_sql(_CATALOGUE).scalars())
        connection.exec_driver_sql("COMMENT ON TABLE alembic_version IS 'behaviour of another program'")
    run.upgrade()
    with above(own_database).connect() as connection:
        gone = before - set(connection.exec_driver_sql(_CATALOGUE).scalars())
    assert {it.partition(" ")[0] for it in gone} >= {"policy", "function", "trigger"}
    assert not [it for it in gone if it.startswith("constraint ")]


def test_models_and_migrated_schema_agree(instance: Settings) -> None:
    with transaction(login="admin") as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        found = compare_metadata(context, METADATA)
    assert [one for one in found if getattr(one[-1], "name", None) not in LONE_TABLES] == []


def test_the_models_make_the_same_tables(instance: Settings, own_database: Settings) -> None:
    """Alembic compares neither checks nor domains, nor which rows an index holds or which column is unset."""
    with engine(own_database.url("admin"), "admin").begin() as connection:
        for table in METADATA.tables.values():
            for column in table.columns:
                make_domain(connection, getattr(column.type, "item_type", column.type))
        METADATA.create_all(connection)
        made = set(connection.exec_driver_sql(_SHAPES).scalars())
    with engine(instance.url("admin"), "admin").begin() as connection:
        migrated = set(connection.exec_driver_sql(_SHAPES).scalars())
    assert len(made) > 10 * len(METADATA.tables)
    assert sorted(migrated - made) == []
    assert sorted(made - migrated) == []


def make_domain(connection: Connection, of: TypeEngine[Any]) -> None:
    if isinstance(of, DOMAIN):
        there = text("SELECT to_regtype(:name) IS NOT NULL")
        if not connection.scalar(there, {"name": of.name}):
            connection.exec_driver_sql(f"CREATE DOMAIN {of.name} AS text CHECK ({of.check})")


def test_the_administrator_is_no_superuser(instance: Settings) -> None:
    with transaction(login="admin") as connection:
        query = text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert tuple(connection.execute(query).one()) == (False, False)
