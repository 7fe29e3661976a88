"""What a database and a broker have to be before a mail is trusted to them; asked at every connection that is made."""

from collections.abc import Sequence
from typing import Any

from models.settings import Login, settings

# Who the login is or may become by SET ROLE, and what of what is committed could be lost. Asked by the login itself;
# roles that are not there yet (before the first migration) give nobody power.
STANDING = """
SELECT session_user::text,
    ARRAY(SELECT p.what || CASE WHEN o.rolname IN (session_user, current_user) THEN ''
                                ELSE ' by membership in ' || o.rolname END
          FROM pg_roles o CROSS JOIN LATERAL (VALUES
              (1, o.rolsuper, 'a superuser'),
              (2, o.rolbypassrls AND NOT o.rolsuper, 'free of row level security (BYPASSRLS)'),
              (3, o.rolcreaterole AND NOT o.rolsuper, 'allowed to make roles (CREATEROLE)'),
              (4, o.rolname = 'postern_owner', 'the owner of the tables'),
              (5, o.rolname = 'postern_registrar', 'the registrar, who sees all organizations'),
              (6, o.rolname = 'postern_backup', 'the role of backups, which sees all organizations')
          ) AS p (place, held, what)
          WHERE p.held AND (o.rolname IN (session_user, current_user)
                            OR pg_has_role(session_user, o.oid, 'MEMBER') AND NOT l.rolsuper)
          ORDER BY p.place, o.rolname),
    ARRAY(SELECT name FROM unnest(ARRAY['fsync', 'full_page_writes', 'synchronous_commit']) AS name
          WHERE current_setting(name) = 'off')
FROM pg_roles l WHERE l.rolname = session_user
"""


class Unsafe(RuntimeError):  # noqa: N818  it reads as the sentence it carries
    """A server that Postern refuses to work with; the sentence says why and what to do."""


def powers(login: Login, row: Sequence[Any]) -> str | None:
    """Why policies would not hold for a login, or None.

    Args:
        login: which of ours it is used as.
        row: the answer to `STANDING`.
    """
    name, held, _ = row
    if not held:
        return None
    plain = f"use the login postern_{login} as `postern migrate` makes it, or take that from this one"
    return f"the database login {name} is {' and '.join(held)}, so that no policy would hold for it: {plain}"


def losses(row: Sequence[Any]) -> str | None:
    """Why what is committed could be lost, or None.

    Args:
        row: the answer to `STANDING`.
    """
    name, _, off = row
    if not off:
        return None
    said = f"the database has {', '.join(off)} off for the login {name}, so a mail that was taken may be lost"
    return f"{said}: set to on in postgresql.conf (or where ALTER ROLE or ALTER DATABASE says off), then reload"


def trust(login: Login, row: Sequence[Any] | None) -> None:
    """Let a new connection be used.

    Args:
        login: which of ours it was made as; the administrator's, which only migrates, may be anything.
        row: the answer to `STANDING`.

    Raises:
        Unsafe: it must not.
    """
    if login == "admin":
        return
    if row is None:
        raise Unsafe(f"the database does not say who the login of {login} is: look at that server")
    if objection := powers(login, row) or (None if settings().unsafe_database else losses(row)):
        raise Unsafe(objection)


def trust_broker(policy: str) -> None:
    """Let a Redis be used.

    Args:
        policy: its `maxmemory-policy`.

    Raises:
        Unsafe: it throws away keys that never expire, which Celery's queues are, without telling anybody.
    """
    if policy.startswith("allkeys"):
        raise Unsafe(f"Redis has maxmemory-policy {policy} and would throw work away: set maxmemory-policy noeviction")
