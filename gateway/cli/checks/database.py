"""The database that every 250 relies on: there, of this program's schema, durable, and its logins without power."""

from collections.abc import Iterable

from sqlalchemy import text

from gateway.cli.checks.finding import Finding, fail, ok
from migrations.run import head
from models.database import standing, transaction
from models.settings import Login, settings
from models.standing import losses, powers

LEAST_VERSION = 180_000
LOGINS: tuple[Login, ...] = ("app", "gateway", "fetcher")
_NOT_BEFORE = ("nothing starts before that", "and unset POSTERN_UNSAFE_DATABASE, which is for tests")


def reachable() -> Iterable[Finding]:
    """It answers, and is new enough."""
    with transaction() as connection:
        version = connection.execute(text("SELECT current_setting('server_version_num')::int")).scalar_one()
    said = f"PostgreSQL {version // 10_000}.{version % 10_000} answers"
    if version < LEAST_VERSION:
        yield fail("database", said, "Postern needs PostgreSQL 18 or newer")
    else:
        yield ok("database", said)


def schema() -> Iterable[Finding]:
    """It has the tables that this program writes."""
    with transaction() as connection:
        there = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if there == head():
        yield ok("schema", f"revision {there}, as this program expects")
    else:
        yield fail("schema", f"revision {there}, this program expects {head()}", "run `postern migrate`")


def logins() -> Iterable[Finding]:
    """Nobody of ours can look past a policy, and what is committed survives a power cut for those who commit mail."""
    for login in LOGINS:
        row = standing(login)
        if power := powers(login, row):
            yield fail(f"login {login}", power, "nothing starts before that")
        else:
            yield ok(f"login {login}", f"{row[0]} is subject to every policy")
        if lost := losses(row):
            yield fail(f"durability {login}", lost, _NOT_BEFORE[settings().unsafe_database])
        else:
            yield ok(f"durability {login}", "fsync, full_page_writes and synchronous_commit hold")
