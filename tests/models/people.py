"""People and logins as tests make them, and questions asked in anybody's context."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import OperationalError

from gateway.embedded import EmbeddedPostgres
from models.database import transaction
from models.profile import Role
from models.settings import settings
from models.tenancy import add_person
from tests.conftest import Tenant

UNDER_WAY = (
    "SELECT pid, usename, state, now() - xact_start, pg_blocking_pids(pid), left(query, 200) FROM pg_stat_activity"
    " WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() ORDER BY xact_start"
)
JOIN_TEAM = (
    "WITH team AS (INSERT INTO teams (org_id, name) VALUES (:org, 'Field') RETURNING org_id, id)"
    " INSERT INTO team_members (org_id, team_id, profile_id) SELECT org_id, id, :member FROM team"
)


def ask(
    org: UUID | None, query: str, /, *, role: str = "system", profile: UUID | None = None, **said: Any
) -> list[Row[Any]]:
    """What a statement answers in a transaction of its own."""
    with transaction(org, role=role, profile=profile) as connection:
        found = connection.execute(text(query), said)
        return list(found) if found.returns_rows else []


@contextmanager
def unbound(*tables: str, role: str = "") -> Iterator[Connection]:
    """As the owner whom these tables do not bind meanwhile, to make what no function makes yet.

    The tables are its own until the end; who is in its way for long is named by the failure.
    """
    with _telling_who_waits(), transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL lock_timeout = '20s'"))
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.execute(text("SELECT set_config('app.role', :role, true)"), {"role": role})
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
        yield connection
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))


@contextmanager
def _telling_who_waits() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        with psycopg.connect(EmbeddedPostgres(settings().home).url("superuser")) as connection:  # who sees everybody
            error.add_note(f"transactions under way: {connection.execute(UNDER_WAY).fetchall()}")
        raise


def person(tenant: Tenant, name: str, role: Role = Role.CUSTOMER) -> UUID:
    """Somebody of an organization, with the address name@people.test."""
    with transaction(tenant.id) as connection:
        return add_person(connection, tenant.id, f"{name}@people.test", name, role)


def account(email: str, *profiles: UUID) -> UUID:
    """A login with one outside identity, of these profiles."""
    with unbound("accounts", "account_identities", "profiles", role="system") as connection:
        made = "INSERT INTO accounts (email, name, secret_hash) VALUES (:email, 'A', 'hash') RETURNING id"
        found: UUID = connection.execute(text(made), {"email": email}).scalar_one()
        known = "INSERT INTO account_identities (provider, subject, account_id) VALUES ('github', :email, :id)"
        connection.execute(text(known), {"email": email, "id": found})
        given = "UPDATE profiles SET account_id = :id WHERE id = ANY (:profiles)"
        connection.execute(text(given), {"id": found, "profiles": list(profiles)})
        return found


def invite(tenant: Tenant, role: str = "agent", digest: bytes = bytes(32)) -> None:
    """An invitation, whose token has this digest."""
    made = (
        "INSERT INTO org_invites (org_id, email, role, digest, created_by, expires_at)"
        " VALUES (:org, 'new@people.test', :role, :digest, :by, now() + interval '1 day')"
    )
    with transaction(tenant.id, role="admin") as connection:
        said = {"org": tenant.id, "role": role, "digest": digest, "by": tenant.agent}
        connection.execute(text(made), said)
