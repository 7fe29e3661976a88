"""What the database itself refuses, by the name of the constraint that does."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.database import transaction
from tests.conftest import Tenant


def write(tenant: Tenant, statement: str, role: str = "system", **said: Any) -> int:
    """Run one statement as an organization's worker, or as its agent in another role; how many rows it touched."""
    profile = None if role == "system" else tenant.agent
    with transaction(tenant.id, role=role, profile=profile) as connection:
        return connection.execute(text(statement), {"org": tenant.id, "agent": tenant.agent, **said}).rowcount


def refused(tenant: Tenant, statement: str, **said: Any) -> str:
    """The name of the constraint that refuses a statement, or the message where it is none."""
    with pytest.raises(DBAPIError) as error:
        write(tenant, statement, **said)
    assert isinstance(error.value.orig, psycopg.Error)
    return error.value.orig.diag.constraint_name or str(error.value.orig.diag.message_primary)
