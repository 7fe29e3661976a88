"""The logins of the two doors read nothing; what they may ask are these functions and no other."""

import psycopg
import pytest
from sqlalchemy import text

from models.database import transaction
from models.settings import Login, Settings
from tests.conftest import Tenant

ALLOWED: dict[Login, set[str]] = {
    "gateway": {
        "door_blocks", "mailbox_metrics", "note_door_limit", "note_repeats", "postern_metrics", "resolve_address",
    },
    "fetcher": {
        "advance_cursor", "door_blocks", "lease_mailbox", "mailbox_login", "mailbox_metrics", "match_uidls",
        "note_fetching", "note_mailbox_health", "note_repeats", "note_survey", "note_uidls", "postern_metrics",
        "read_cursor", "release_mailbox", "renew_mailboxes", "store_access_token",
    },
}  # fmt: skip
DOORS: tuple[Login, ...] = ("gateway", "fetcher")
EVERYBODY_MAY_READ = {"alembic_version"}  # for the readiness page


TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
    " ORDER BY relname"
)
HELD = (
    "SELECT relname, held FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS held"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
    " AND has_any_column_privilege(oid, held)"
    " UNION SELECT relname, held FROM pg_class, unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER', 'MAINTAIN']) AS held"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
    " AND has_table_privilege(oid, held)"
)


@pytest.mark.parametrize("login", DOORS)
def test_the_doors_read_no_table(instance: Settings, tenant: Tenant, login: Login):
    readable = set()
    with psycopg.connect(instance.url(login), autocommit=True) as connection:
        connection.execute("SELECT set_config('app.org_id', %s, false)", [str(tenant.id)])
        connection.execute("SELECT set_config('app.role', 'system', false)")
        for (table,) in connection.execute(TABLES).fetchall():
            try:
                connection.execute(psycopg.sql.SQL("SELECT FROM {} LIMIT 1").format(psycopg.sql.Identifier(table)))
            except psycopg.errors.InsufficientPrivilege:
                continue
            readable.add(table)
        held = set(connection.execute(HELD).fetchall())
    assert readable == EVERYBODY_MAY_READ
    assert held == {(table, "SELECT") for table in EVERYBODY_MAY_READ} | {("raw_mail", "INSERT")}


@pytest.mark.parametrize("login", DOORS)
def test_the_doors_call_only_these_functions(instance: Settings, login: Login):
    query = (
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND has_function_privilege(current_user, oid, 'EXECUTE')"
    )
    with transaction(login=login) as connection:
        assert sorted(connection.scalars(text(query))) == sorted(ALLOWED[login])


@pytest.mark.parametrize("login", DOORS)
def test_the_doors_are_nobody_else(instance: Settings, login: Login):
    query = "SELECT rolname FROM pg_roles WHERE rolname <> current_user AND pg_has_role(current_user, oid, 'MEMBER')"
    with transaction(login=login) as connection:
        assert connection.scalars(text(query)).all() == []
