"""The tenant context lives for one transaction, in one place."""

import asyncio

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from models.base import uuid7
from models.database import door_statements, enter, hang_up, transaction
from tests.conftest import Tenant

COUNT = text("SELECT count(*) FROM profiles")


def test_no_context_sees_nothing(tenant: Tenant):
    with transaction() as connection:
        assert connection.scalar(COUNT) == 0


def test_context_ends_with_the_transaction(tenant: Tenant, neighbour: Tenant):
    for _ in range(10):
        with transaction(tenant.id) as connection:
            assert connection.scalar(COUNT) == 2
        with transaction() as connection:
            assert connection.scalar(COUNT) == 0


def test_context_can_change_within_a_transaction(tenant: Tenant, neighbour: Tenant):
    found = text("SELECT id FROM organizations")
    with transaction() as connection:
        for one in (tenant, neighbour):
            enter(connection, one.id)
            assert connection.scalars(found).all() == [one.id]


def test_a_snapshot_does_not_see_what_others_commit_meanwhile(tenant: Tenant):
    name = text("SELECT name FROM organizations")
    for snapshot in (False, True):
        with transaction(tenant.id, snapshot=snapshot) as reader:
            before = reader.scalar(name)
            with transaction(tenant.id) as writer:
                writer.execute(text("UPDATE organizations SET name = :name"), {"name": f"changed {snapshot}"})
            assert (reader.scalar(name) == before) is snapshot


def test_roles_within_an_organization(tenant: Tenant):
    with transaction(tenant.id, role="agent", profile=tenant.agent) as connection:
        assert connection.scalar(COUNT) == 2
    with transaction(tenant.id, role="customer", profile=uuid7()) as connection:
        assert connection.scalar(COUNT) == 0


def test_an_exception_rolls_back(tenant: Tenant):
    def fail():
        with transaction(tenant.id) as connection:
            connection.execute(text("UPDATE organizations SET name = 'gone'"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with transaction(tenant.id) as connection:
        assert connection.scalar(text("SELECT name FROM organizations")) == tenant.slug.upper()


def test_the_door_reads_no_mail(tenant: Tenant):
    async def look():
        async with door_statements("test") as connection:
            try:
                await connection.execute("SELECT content FROM raw_mail")
            finally:
                await hang_up()

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asyncio.run(look())


def test_guarded_columns_are_refused_to_the_application(tenant: Tenant):
    for statement in (
        "UPDATE tickets SET title = 'x'",
        "DELETE FROM tickets",
        "INSERT INTO ticket_history (org_id) VALUES (NULL)",
        "UPDATE ticket_counters SET value = 0",
        "SELECT * FROM receiving_addresses",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction(tenant.id) as connection:
            connection.execute(text(statement))


def test_an_error_shows_no_values(tenant: Tenant):
    with pytest.raises(ProgrammingError) as error, transaction(tenant.id) as connection:
        connection.execute(text("SELECT :secret FROM nowhere"), {"secret": "somebody's words"})
    assert "somebody's words" not in str(error.value)
