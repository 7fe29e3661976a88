"""Bring a database to the schema this program expects, as its administrator (no superuser needed).

Tables belong to `versions/`, each a step up or down that keeps what is in them. What only says how tables behave
(functions, triggers, policies, views, privileges) stands in `sql/` as it is today and is replaced as a whole.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from models.database import transaction
from models.settings import settings

HERE = Path(__file__).parent
BEHAVIOUR = ("functions", "definers.sql", "triggers", "policies", "views", "backup.sql", "privileges.sql")
_ONE_AT_A_TIME = 0x706F7374  # an advisory lock, so that two processes starting together do not both migrate
_UNCOUNTED = text("SELECT EXISTS (SELECT FROM pg_matviews WHERE schemaname = 'public' AND NOT ispopulated)")
_MARK = text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    return config


def head() -> str:
    """The revision that this program's code expects."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found
    return found


def sql(*names: str) -> str:
    """The text of files below `migrations/sql/`, folders in the order of their names."""
    found = [path for name in names for path in (sorted((HERE / "sql" / name).glob("*.sql")) or [HERE / "sql" / name])]
    return "\n".join(path.read_text() for path in found)


def upgrade(revision: str = "head") -> None:
    """Migrate up and give the logins their passwords; what is up to date is not touched.

    Args:
        revision: where to; the newest unless told.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away, or the administrator may not create roles.
    """
    _migrate(command.upgrade, revision)
    passwords = settings().role_passwords()
    with transaction(login="admin") as connection:
        for role, password in passwords.items():
            quoted = connection.scalar(text("SELECT quote_literal(:it)"), {"it": password})
            connection.exec_driver_sql(f"ALTER ROLE {role} PASSWORD {quoted}".replace("%", "%%"))
    _count()


def _count() -> None:
    """Fill what was materialized anew; after the commit, so that the doors do not wait until all is counted."""
    with transaction(login="admin") as connection:
        if connection.scalar(_UNCOUNTED):
            run(connection, "SET LOCAL ROLE postern_registrar; SELECT refresh_ticket_stats()")


def downgrade(revision: str) -> None:
    """Migrate down to a revision; `base` empties the schema.

    The tables of a revision below the head are left without policies, so nobody sees a row until a program that expects
    that revision migrates.
    """
    _migrate(command.downgrade, revision)


def _migrate(move: Callable[[Config, str], object], revision: str) -> None:
    config = _config()
    with transaction(login="admin") as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        if move is command.upgrade and revision in ("head", head()) and _is_current(connection):
            return
        before = _revision(connection)
        config.attributes["connection"] = connection
        run(connection, sql("roles.sql", "lift.sql"))
        move(config, revision)
        run(connection, sql("force.sql"))
        if _revision(connection) == head():
            install(connection)
            _complete(connection, before)


def _complete(connection: Connection, before: str | None) -> None:
    """What a version gives to organizations that were there before it, said in its module as `COMPLETE`."""
    passed = list(ScriptDirectory.from_config(_config()).iterate_revisions(head(), before or "base"))
    for script in reversed(passed):
        run(connection, getattr(script.module, "COMPLETE", ""))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _behaviour() -> str:
    return sql(*BEHAVIOUR)


def _is_current(connection: Connection) -> bool:
    return _revision(connection) == head() and connection.scalar(_MARK) == _mark()


def _mark() -> str:
    return f"behaviour {sha256(_behaviour().encode()).hexdigest()}"


def install(connection: Connection) -> None:
    """Put functions, triggers, policies, views and privileges where there are none."""
    run(connection, "SET LOCAL ROLE postern_owner")
    run(connection, "SET LOCAL check_function_bodies = off")  # functions stand in the order of their names
    run(connection, _behaviour())
    run(connection, "RESET ROLE")
    run(connection, f"COMMENT ON TABLE alembic_version IS '{_mark()}'")


def run(connection: Connection, statements: str) -> None:
    """Say some of our own SQL; nothing for an empty text."""
    if statements:
        connection.exec_driver_sql(statements.replace("%", "%%"))
