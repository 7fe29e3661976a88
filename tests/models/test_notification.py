"""A notice is its reader's alone, and lasts thirty days."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError

from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant

NOTICE = text(
    "INSERT INTO notifications (org_id, profile_id, type, title, is_read)"
    " VALUES (:org, :who, 'mention', 'You were named', :read)"
)


@pytest.fixture
def people(tenant: Tenant) -> tuple[UUID, UUID]:
    """An agent and a customer, each with a notice."""
    with transaction(tenant.id) as connection:
        customer = add_person(connection, tenant.id, "kim@x.test", "Kim", Role.CUSTOMER)
        for who in (tenant.agent, customer):
            connection.execute(NOTICE, {"org": tenant.id, "who": who, "read": False})
    return tenant.agent, customer


def test_everybody_has_their_own(tenant: Tenant, people: tuple[UUID, UUID]):
    agent, customer = people
    for role, who in (("agent", agent), ("admin", agent), ("customer", customer), ("guest", customer)):
        with transaction(tenant.id, role=role, profile=who) as connection:
            assert connection.scalars(text("SELECT profile_id FROM notifications")).all() == [who]
    for role in ("admin", "agent"):
        with transaction(tenant.id, role=role) as connection:
            assert connection.scalar(text("SELECT count(*) FROM notifications")) == 0
    with transaction(tenant.id, role="customer", profile=customer) as connection:
        assert connection.execute(text("DELETE FROM notifications")).rowcount == 1
    with transaction(tenant.id) as connection:
        assert connection.scalars(text("SELECT profile_id FROM notifications")).all() == [agent]


def test_reading_has_its_time(tenant: Tenant, people: tuple[UUID, UUID]):
    agent, _ = people
    look = text("SELECT read_at, now() AS now FROM notifications")
    mark = text("UPDATE notifications SET is_read = :read")
    with transaction(tenant.id, role="agent", profile=agent) as connection:
        assert connection.execute(mark, {"read": True}).rowcount == 1
        first = connection.execute(look).one()
        assert first.read_at == first.now
    with transaction(tenant.id, role="agent", profile=agent) as connection:
        connection.execute(mark, {"read": True})
        assert connection.execute(look).one().read_at == first.read_at
        connection.execute(mark, {"read": False})
        assert connection.execute(look).one().read_at is None
        assert connection.scalar(text("SELECT count(*) FROM notifications WHERE is_read")) == 0


def test_it_lasts_thirty_days(tenant: Tenant, people: tuple[UUID, UUID]):
    with transaction(tenant.id) as connection:
        query = text("SELECT DISTINCT expires_at - created_at FROM notifications")
        assert connection.scalars(query).all() == [timedelta(days=30)]


def test_a_reader_writes_none_and_changes_no_words(tenant: Tenant, people: tuple[UUID, UUID]):
    agent, _ = people

    def attempt(statement: TextClause):
        with transaction(tenant.id, role="agent", profile=agent) as connection:
            connection.execute(statement, {"org": tenant.id, "who": agent, "read": False})

    with pytest.raises(DBAPIError, match="row-level security"):
        attempt(NOTICE)
    with pytest.raises(DBAPIError, match="permission denied"):
        attempt(text("UPDATE notifications SET title = 'x'"))
