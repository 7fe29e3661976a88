"""The two doors to a ticket as tests call them, in anybody's context."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from models.base import uuid7
from models.database import transaction
from tests.conftest import Tenant

CREATE = text("SELECT * FROM create_tickets(CAST(:rows AS jsonb))")
UPDATE = text("SELECT * FROM update_tickets(CAST(:rows AS jsonb))")
_MORE = text("SELECT set_config('app.department_id', :department, true), set_config('app.home_org_id', :home, true)")


@contextmanager
def acting(
    org: UUID, role: str, profile: UUID | None = None, *, department: UUID | None = None, home: UUID | None = None
) -> Iterator[Connection]:
    """A transaction in a context that names everything it can name."""
    with transaction(org, role=role, profile=profile) as connection:
        connection.execute(_MORE, {"department": str(department or ""), "home": str(home or "")})
        yield connection


def create(connection: Connection, requester: UUID, title: str = "x", **fields: Any) -> UUID:
    """One ticket through the first door; its identifier."""
    row = {"id": uuid7(), "requester_id": requester, "title": title} | fields
    found: UUID = connection.execute(CREATE, {"rows": json.dumps([row], default=str)}).one().ticket_id
    return found


def update(connection: Connection, ticket: UUID, **patch: Any) -> list[Row[Any]]:
    """One change through the second door; the new revision, or nothing."""
    row = {"ticket_id": ticket, "patch": patch, "reason": "test"}
    return list(connection.execute(UPDATE, {"rows": json.dumps([row], default=str)}))


def rows(tenant: Tenant, query: str, **said: Any) -> list[Row[Any]]:
    """What is there, seen by the organization itself."""
    with transaction(tenant.id) as connection:
        return list(connection.execute(text(query), said))
