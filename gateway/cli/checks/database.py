"""The database that every 250 relies on: there, of this program's schema, durable, and its logins without power."""

from collections.abc import Iterable

from sqlalchemy import text

from gateway.cli.checks.finding import Finding, fail, ok
from migrations.run import head
from models.database import transaction
from models.settings import ROLES, Login

LEAST_VERSION = 180_000
LOGINS: tuple[Login, ...] = ("app", "gateway")
_POWER = text(
    "SELECT current_user AS name, r.rolsuper AS superuser, r.rolbypassrls AS bypassrls, r.rolcreaterole AS createrole,"
    " pg_has_role(current_user, 'postern_owner', 'MEMBER') AS owner,"
    " pg_has_role(current_user, 'postern_registrar', 'MEMBER') AS registrar"
    " FROM pg_roles r WHERE r.rolname = current_user"
)
_DURABLE = text(
    "SELECT name FROM pg_settings"
    " WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name"
)


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
    """Neither workers nor the door can look past a policy."""
    for login in LOGINS:
        with transaction(login=login) as connection:
            row = connection.execute(_POWER).mappings().one()
        power = [name for name, held in row.items() if name != "name" and held]
        check = f"login {login}"
        if power:
            advice = f"give it the plain login {ROLES[login]} that `postern migrate` makes"
            yield fail(check, f"{row['name']} is {', '.join(power)}: policies do not hold for it", advice)
        else:
            yield ok(check, f"{row['name']} is subject to every policy")


def durability() -> Iterable[Finding]:
    """What is committed survives a power cut, for both who commit mail."""
    for login in LOGINS:
        with transaction(login=login) as connection:
            off = connection.scalars(_DURABLE).all()
        check = f"durability {login}"
        if off:
            yield fail(check, f"off: {', '.join(off)}; a 250 may be lost", "set to on in postgresql.conf, then reload")
        else:
            yield ok(check, "fsync, full_page_writes and synchronous_commit hold")
