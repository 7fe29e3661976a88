"""Who may open and change which ticket: the doors run with their owner's rights, so they must ask themselves."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from migrations.run import upgrade
from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant, make_tenant
from tests.models.doors import CREATE, acting, create, rows, update

NOT_THERE = "not there"


def person(tenant: Tenant, name: str, role: Role = Role.CUSTOMER) -> UUID:
    with transaction(tenant.id) as connection:
        return add_person(connection, tenant.id, f"{name}@people.test", name, role)


def department(tenant: Tenant, name: str) -> UUID:
    with transaction(tenant.id) as connection:
        made = "INSERT INTO departments (org_id, name) VALUES (:org, :name) RETURNING id"
        found: UUID = connection.execute(text(made), {"org": tenant.id, "name": name}).scalar_one()
        return found


@pytest.fixture
def ticket(tenant: Tenant) -> UUID:
    with transaction(tenant.id) as connection:
        return create(connection, tenant.agent, "secret")


@pytest.mark.parametrize(
    ("role", "known"),
    [("customer", True), ("customer", False), ("guest", True), ("agent", False), ("", False), ("anybody", True)],
)
def test_who_may_not_change_a_ticket_hears_that_it_is_not_there(tenant: Tenant, ticket: UUID, role: str, known: bool):
    profile = person(tenant, "carl") if known else None
    for asked in (ticket, uuid7()):
        with pytest.raises(DBAPIError, match=NOT_THERE), acting(tenant.id, role, profile) as connection:
            update(connection, asked, title="mine")
    assert rows(tenant, "SELECT title FROM tickets") == [("secret",)]


def test_a_customer_may_not_change_their_own_ticket_by_the_door(tenant: Tenant):
    customer = person(tenant, "carl")
    with acting(tenant.id, "customer", customer) as connection:
        own = create(connection, customer, "mine", source="web")
    with pytest.raises(DBAPIError, match=NOT_THERE), acting(tenant.id, "customer", customer) as connection:
        update(connection, own, priority="urgent")


def test_a_customer_opens_tickets_of_their_own_only(tenant: Tenant):
    customer = person(tenant, "carl")
    forbidden: list[dict[str, Any]] = [
        {"requester": tenant.agent},
        {"requester": customer, "assigned_to": tenant.agent},
        {"requester": customer, "sender_verified": True},
        {"requester": customer, "stage_id": uuid7()},
    ]
    for fields in forbidden:
        with pytest.raises(DBAPIError, match="of their own"), acting(tenant.id, "customer", customer) as connection:
            create(connection, **fields)
    assert rows(tenant, "SELECT 1 FROM tickets") == []


def test_nobody_without_a_profile_opens_a_ticket_but_the_organization(tenant: Tenant):
    for role in ("agent", "customer", "guest", ""):
        with pytest.raises(DBAPIError, match="no organization"), acting(tenant.id, role) as connection:
            create(connection, tenant.agent)
    with acting(tenant.id, "admin") as connection:
        create(connection, tenant.agent)
    assert rows(tenant, "SELECT p.role FROM ticket_history h JOIN profiles p ON p.id = h.changed_by") == [("system",)]


def test_an_isolated_agent_changes_what_their_department_or_they_have(tenant: Tenant):
    ours, theirs = department(tenant, "ours"), department(tenant, "theirs")
    with transaction(tenant.id) as connection:
        near = create(connection, tenant.agent, department_id=ours)
        far = create(connection, person(tenant, "carl"), department_id=theirs)
    with acting(tenant.id, "agent", tenant.agent, department=ours) as connection:
        assert update(connection, near, title="seen")
    with pytest.raises(DBAPIError, match=NOT_THERE), acting(tenant.id, "agent", tenant.agent, department=ours) as conn:
        update(conn, far, title="seen")
    with acting(tenant.id, "admin") as connection:
        update(connection, far, assigned_to=tenant.agent)
    with acting(tenant.id, "agent", tenant.agent, department=ours) as connection:
        assert update(connection, far, title="seen")


def partners(*tenants: Tenant) -> None:
    for one, other in (tenants, reversed(tenants)):
        with acting(one.id, "admin") as connection:
            connection.execute(text("SELECT offer_partnership(:slug)"), {"slug": other.slug})


def test_only_a_partner_that_agreed_is_given_a_ticket(tenant: Tenant, neighbour: Tenant, ticket: UUID):
    with acting(tenant.id, "admin") as connection:
        connection.execute(text("SELECT offer_partnership(:slug)"), {"slug": neighbour.slug})
    for unknown in (neighbour.id, uuid7()):
        with pytest.raises(DBAPIError, match="no partner"), acting(tenant.id, "admin") as connection:
            update(connection, ticket, assigned_org_id=unknown, routing_type="hybrid")
        with pytest.raises(DBAPIError, match="no partner"), acting(tenant.id, "admin") as connection:
            create(connection, tenant.agent, assigned_org_id=unknown)


def test_a_guest_works_on_routed_tickets_and_moves_none(tenant: Tenant, neighbour: Tenant, ticket: UUID):
    partners(tenant, neighbour)
    with acting(tenant.id, "admin") as connection:
        update(connection, ticket, assigned_org_id=neighbour.id, routing_type="organization")
        other = create(connection, tenant.agent)
        called = text("SELECT add_guest(:org, :profile)")
        guest = connection.execute(called, {"org": neighbour.id, "profile": neighbour.agent}).scalar_one()
    with acting(tenant.id, "guest", guest, home=neighbour.id) as connection:
        assert update(connection, ticket, priority="high")
        assert [row.title for row in connection.execute(text("SELECT title FROM tickets"))] == ["secret"]
    with pytest.raises(DBAPIError, match="does not move"), acting(tenant.id, "guest", guest, home=neighbour.id) as conn:
        update(conn, ticket, assigned_org_id=None)
    with pytest.raises(DBAPIError, match=NOT_THERE), acting(tenant.id, "guest", guest, home=neighbour.id) as conn:
        update(conn, other, priority="high")
    with acting(tenant.id, "admin") as connection:
        update(connection, ticket, assigned_org_id=None)
    assert rows(tenant, "SELECT DISTINCT routing_type FROM tickets") == [("internal",)]


def test_a_field_that_is_none_is_named(tenant: Tenant, ticket: UUID):
    with pytest.raises(DBAPIError, match="no field colour"), acting(tenant.id, "admin") as connection:
        update(connection, ticket, colour="red")


def test_a_batch_with_one_bad_ticket_changes_none_and_takes_no_number(tenant: Tenant, ticket: UUID):
    good = {"id": uuid7(), "requester_id": tenant.agent, "title": "good"}
    bad = good | {"id": uuid7(), "stage_id": uuid7()}
    with pytest.raises(DBAPIError, match="names a stage"), acting(tenant.id, "admin") as connection:
        connection.execute(CREATE, {"rows": json.dumps([good, bad], default=str)})
    assert rows(tenant, "SELECT value FROM ticket_counters") == [(1,)]
    assert [row.id for row in rows(tenant, "SELECT id FROM tickets")] == [ticket]


def test_another_workflow_begins_at_its_start(tenant: Tenant, ticket: UUID):
    with acting(tenant.id, "admin") as connection:
        made = "INSERT INTO workflows (org_id, name) VALUES (:org, 'Returns') RETURNING id"
        flow = connection.execute(text(made), {"org": tenant.id}).scalar_one()
        stage = (
            "INSERT INTO workflow_stages (org_id, workflow_id, name, category, is_start)"
            " VALUES (:org, :flow, 'Arrived', 'in_progress', true)"
        )
        connection.execute(text(stage), {"org": tenant.id, "flow": flow})
        update(connection, ticket, workflow_id=flow)
    query = "SELECT s.name, t.status, t.workflow_id FROM tickets t JOIN workflow_stages s ON s.id = t.current_stage_id"
    assert rows(tenant, query) == [("Arrived", "in_progress", flow)]


def test_a_request_type_says_what_is_not_given(tenant: Tenant):
    queue = department(tenant, "money")
    with acting(tenant.id, "admin") as connection:
        found = connection.execute(text("SELECT id FROM request_types WHERE category = 'billing'")).scalar_one()
        changed = "UPDATE request_types SET default_priority = 'high', department_id = :queue WHERE id = :id"
        connection.execute(text(changed), {"queue": queue, "id": found})
        create(connection, tenant.agent, request_type_id=found)
        create(connection, tenant.agent, request_type_id=found, priority="low")
    assert rows(tenant, "SELECT priority, department_id FROM tickets ORDER BY id") == [("high", queue), ("low", queue)]


@pytest.mark.parametrize("column", ["title", "status", "priority", "assigned_to", "number", "current_stage_id"])
def test_direct_writes_to_guarded_columns_are_refused(tenant: Tenant, ticket: UUID, column: str):
    del ticket
    with pytest.raises(DBAPIError, match="permission denied"), acting(tenant.id, "admin") as connection:
        connection.execute(text(f"UPDATE tickets SET {column} = {column}"))
    for statement in (
        "INSERT INTO tickets SELECT * FROM tickets",
        "INSERT INTO ticket_history SELECT * FROM ticket_history",
    ):
        with pytest.raises(DBAPIError, match="permission denied"), acting(tenant.id, "admin") as connection:
            connection.execute(text(statement))


@pytest.mark.usefixtures("own_database")
def test_a_change_reads_its_own_ticket_whatever_the_plan_was_made_for():
    """Row level security makes an expression no index condition, and a kept plan stays as it was on a small table."""
    upgrade()
    tenant = make_tenant()
    with transaction(tenant.id) as connection:
        ticket = create(connection, tenant.agent, "secret")
    with acting(tenant.id, "admin") as connection:
        update(connection, ticket, title="planned while there is one")
    many = [{"id": uuid7(), "requester_id": tenant.agent, "title": "one of many"} for _ in range(2000)]
    last = UUID(str(many[-1]["id"]))
    stage = rows(tenant, "SELECT id FROM workflow_stages")[0].id
    with acting(tenant.id, "system") as connection:
        connection.execute(CREATE, {"rows": json.dumps(many, default=str)})
    said = (
        "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text)"
        " VALUES (:org, :it, :who, 'agent', 'x')"
    )
    read = (
        "SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_xact_user_tables"
        " WHERE relname IN ('tickets', 'ticket_history', 'ticket_comments')"
    )
    with acting(tenant.id, "admin") as connection:
        before = connection.scalar(text(read))
        update(connection, last, title="found", stage_id=stage)
        connection.execute(text(said), {"org": tenant.id, "it": last, "who": tenant.agent})
        assert connection.scalar(text(read)) - before < 50
