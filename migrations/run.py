"""Bring a database to the schema this program expects, as its administrator (no superuser needed)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from models.database import transaction
from models.settings import ROLES, settings

HERE = Path(__file__).parent
_ONE_AT_A_TIME = 0x706F7374  # an advisory lock, so that two processes starting together do not both migrate


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
    """Migrate up and give the logins their passwords.

    Args:
        revision: where to; the newest unless told.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away, or the administrator may not create roles.
    """
    _migrate(command.upgrade, revision)
    passwords = settings().make_passwords()
    with transaction(login="admin") as connection:
        for login in ("app", "gateway"):
            role = ROLES[login]
            quoted = connection.scalar(text("SELECT quote_literal(:it)"), {"it": passwords[role]})
            connection.exec_driver_sql(f"ALTER ROLE {role} PASSWORD {quoted}".replace("%", "%%"))


def downgrade(revision: str) -> None:
    """Migrate down to a revision; `base` empties the schema."""
    _migrate(command.downgrade, revision)


def _migrate(move: object, revision: str) -> None:
    assert callable(move)
    config = _config()
    with transaction(login="admin") as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        config.attributes["connection"] = connection
        move(config, revision)
