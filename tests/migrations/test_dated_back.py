"""Tickets and changes that are told, not done: dated back by the organization, numbered then, and without effect."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.doors import CREATE, UPDATE, acting, create, rows

THEN = datetime(2019, 3, 31, 21, 30, tzinfo=UTC)
ROLES = ["admin", "agent"]


@pytest.fixture
def customer(tenant: Tenant) -> UUID:
    with transaction(tenant.id) as connection:
        return add_person(connection, tenant.id, "carl@customer.test", "Carl", Role.CUSTOMER)


def change(tenant: Tenant, ticket: UUID, at: datetime, role: str = "system", **patch: Any) -> None:
    row = {"ticket_id": ticket, "patch": patch, "reason": "told", "at": at}
    with acting(tenant.id, role, tenant.agent if role == "agent" else None) as connection:
        connection.execute(UPDATE, {"rows": json.dumps([row], default=str)})


def stage(tenant: Tenant, category: str) -> UUID:
    found: UUID = rows(tenant, "SELECT id FROM workflow_stages WHERE category = :name", name=category)[0].id
    return found


def test_a_ticket_has_the_number_of_its_own_month_and_every_month_its_own_count(tenant: Tenant):
    months = [THEN, None, THEN + timedelta(days=40), THEN, None]
    made = [{"id": uuid7(), "requester_id": tenant.agent, "title": "x", "created_at": at} for at in months]
    with transaction(tenant.id) as connection:
        connection.execute(CREATE, {"rows": json.dumps(made, default=str)})
    found = {row.id: row for row in rows(tenant, "SELECT id, number, created_at, last_activity_at FROM tickets")}
    now = f"{datetime.now(UTC):%Y-%m}"
    ends = ["2019-03-00001", f"{now}-00001", "2019-05-00001", "2019-03-00002", f"{now}-00002"]
    assert [found[one["id"]].number for one in made] == [f"TST-{end}" for end in ends]
    assert found[made[0]["id"]].created_at == found[made[0]["id"]].last_activity_at == THEN


def test_the_month_is_that_of_the_organizations_clock(tenant: Tenant):
    with acting(tenant.id, "admin") as connection:
        connection.execute(text("UPDATE organization_settings SET timezone = 'Asia/Tokyo'"))
    with transaction(tenant.id) as connection:
        create(connection, tenant.agent, created_at=THEN)
    assert rows(tenant, "SELECT number FROM tickets") == [("TST-2019-04-00001",)]


def test_nothing_is_of_the_future(tenant: Tenant):
    with transaction(tenant.id) as connection:
        ticket = create(connection, tenant.agent, created_at=datetime(2319, 1, 1, tzinfo=UTC))
    change(tenant, ticket, datetime(2319, 1, 1, tzinfo=UTC), title="y")
    late = (
        "SELECT greatest(max(t.created_at), max(h.changed_at), max(t.last_activity_at)) <= now()"
        " FROM tickets t, ticket_history h"
    )
    assert rows(tenant, late) == [(True,)]


@pytest.mark.parametrize("role", ROLES)
def test_only_the_organization_itself_dates_back(tenant: Tenant, role: str):
    with (
        pytest.raises(DBAPIError, match="itself dates a ticket back"),
        acting(tenant.id, role, tenant.agent if role == "agent" else None) as connection,
    ):
        create(connection, tenant.agent, created_at=THEN)
    with transaction(tenant.id) as connection:
        ticket = create(connection, tenant.agent)
    with pytest.raises(DBAPIError, match="itself dates a change back"):
        change(tenant, ticket, THEN, role, title="y")


def test_a_change_that_is_told_is_as_old_as_it_says(tenant: Tenant, customer: UUID):
    with transaction(tenant.id) as connection:
        ticket = create(connection, customer, created_at=THEN)
    change(tenant, ticket, THEN + timedelta(hours=1), stage_id=stage(tenant, "closed"))
    found = rows(tenant, "SELECT resolved_at, closed_at, last_activity_at FROM tickets")
    assert found == [(THEN + timedelta(hours=1),) * 3]
    history = rows(tenant, "SELECT changed_at FROM ticket_history ORDER BY changed_at")
    assert history == [(THEN,), (THEN + timedelta(hours=1),)]


def test_a_ticket_may_begin_closed(tenant: Tenant, customer: UUID):
    with transaction(tenant.id) as connection:
        create(connection, customer, created_at=THEN, stage_id=stage(tenant, "closed"))
    assert rows(tenant, "SELECT status, resolved_at, closed_at FROM tickets") == [("closed", THEN, THEN)]


def test_no_hook_timer_or_notice_follows_from_what_is_told(tenant: Tenant, customer: UUID):
    hook = (
        "INSERT INTO workflow_stage_hooks (org_id, stage_id, hook_type, config) VALUES"
        " (:org, :stage, 'priority', '{\"priority\": \"high\"}'), (:org, :stage, 'advance', CAST(:advance AS jsonb))"
    )
    first, last = stage(tenant, "open"), stage(tenant, "closed")
    with acting(tenant.id, "admin") as connection:
        for one, to in ((first, last), (last, first)):
            advance = json.dumps({"stage_id": str(to), "after_minutes": 5})
            connection.execute(text(hook), {"org": tenant.id, "stage": one, "advance": advance})
    with transaction(tenant.id) as connection:
        told = create(connection, customer, created_at=THEN)
    change(tenant, told, THEN + timedelta(hours=1), stage_id=last, assigned_to=tenant.agent)
    for table in ("hook_runs", "timers", "notifications"):
        assert rows(tenant, f"SELECT * FROM {table}") == []
    with transaction(tenant.id) as connection:
        done = create(connection, customer)
    change(tenant, done, datetime.now(UTC) + timedelta(hours=1), stage_id=last, assigned_to=tenant.agent)
    for table, count in (("hook_runs", 4), ("timers", 2), ("notifications", 2)):
        assert [row.ticket_id for row in rows(tenant, f"SELECT ticket_id FROM {table}")] == [done] * count, table
