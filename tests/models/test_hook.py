"""What follows from a revision or a comment, whoever writes it: hook runs, timers, notices."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.doors import acting, create, rows, update

HOOK = text(
    "INSERT INTO workflow_stage_hooks (org_id, stage_id, hook_type, config)"
    " VALUES (:org, :stage, :type, CAST(:config AS jsonb)) RETURNING id"
)


def stage(tenant: Tenant, name: str) -> UUID:
    found: UUID = rows(tenant, "SELECT id FROM workflow_stages WHERE name = :name", name=name)[0].id
    return found


def add_hook(tenant: Tenant, where: str, hook_type: str, config: str) -> UUID:
    said = {"org": tenant.id, "stage": stage(tenant, where), "type": hook_type, "config": config}
    with acting(tenant.id, "admin") as connection:
        found: UUID = connection.execute(HOOK, said).scalar_one()
        return found


def move(tenant: Tenant, ticket: UUID, where: str) -> None:
    with acting(tenant.id, "agent", tenant.agent) as connection:
        update(connection, ticket, stage_id=stage(tenant, where))


@pytest.fixture
def customer(tenant: Tenant) -> UUID:
    with transaction(tenant.id) as connection:
        return add_person(connection, tenant.id, "carl@customer.test", "Carl", Role.CUSTOMER)


@pytest.fixture
def ticket(tenant: Tenant, customer: UUID) -> UUID:
    with transaction(tenant.id) as connection:
        return create(connection, customer, "Printer")


def test_each_entry_into_a_stage_runs_its_active_hooks_once(tenant: Tenant, ticket: UUID):
    hook = add_hook(tenant, "Resolved", "notification", '{"target_type": "org_admins", "message": "look"}')
    add_hook(tenant, "Closed", "tag", '{"add": ["done"]}')
    move(tenant, ticket, "Resolved")
    with acting(tenant.id, "agent", tenant.agent) as connection:
        update(connection, ticket, priority="high")
    query = "SELECT hook_id, state, ticket_id FROM hook_runs ORDER BY created_at"
    assert rows(tenant, query) == [(hook, "waiting", ticket)], "a change within the stage is no entry"
    move(tenant, ticket, "In progress")
    move(tenant, ticket, "Resolved")
    assert len(rows(tenant, query)) == 2
    with acting(tenant.id, "admin") as connection:
        connection.execute(text("UPDATE workflow_stage_hooks SET is_active = false"))
    move(tenant, ticket, "In progress")
    move(tenant, ticket, "Resolved")
    assert len(rows(tenant, query)) == 2


def test_a_new_ticket_enters_its_first_stage(tenant: Tenant, customer: UUID):
    hook = add_hook(tenant, "New", "priority", '{"priority": "high"}')
    with transaction(tenant.id) as connection:
        create(connection, customer)
    assert rows(tenant, "SELECT hook_id FROM hook_runs") == [(hook,)]


def test_an_advance_sets_a_timer_that_leaving_the_stage_cancels(tenant: Tenant, ticket: UUID):
    target = stage(tenant, "Closed")
    add_hook(tenant, "Resolved", "advance", f'{{"stage_id": "{target}", "after_minutes": 90}}')
    move(tenant, ticket, "Resolved")
    query = (
        "SELECT extract(epoch FROM due_at - created_at) AS wait, cancelled_at IS NULL AS live FROM timers ORDER BY id"
    )
    assert rows(tenant, query) == [(5400, True)]
    assert rows(tenant, "SELECT state FROM hook_runs") == [("done",)]
    move(tenant, ticket, "In progress")
    assert rows(tenant, query) == [(5400, False)]
    move(tenant, ticket, "Resolved")
    assert [row.live for row in rows(tenant, query)] == [False, True]


@pytest.mark.parametrize(
    ("hook_type", "config"),
    [
        ("notification", '{"target_type": "org_admins"}'),
        ("notification", '{"message": "x"}'),
        ("notification", '{"target_type": "everybody", "message": "x"}'),
        ("notification", '{"target_type": "specific_user", "message": "x"}'),
        ("notification", '{"target_type": "role", "target_role": "king", "message": "x"}'),
        ("notification", '{"target_type": "role", "message": "x"}'),
        ("reply", "{}"),
        ("assign", "{}"),
        ("priority", '{"priority": "medium"}'),
        ("priority", "{}"),
        ("tag", '{"add": "vip"}'),
        ("webhook", "{}"),
        ("advance", '{"stage_id": "x"}'),
        ("advance", '{"stage_id": "x", "after_minutes": -1}'),
        ("advance", '{"stage_id": "x", "after_minutes": "soon"}'),
        ("reply", "[]"),
    ],
)
def test_a_hook_that_could_not_run_is_refused(tenant: Tenant, hook_type: str, config: str):
    with pytest.raises(DBAPIError, match="valid_config"):
        add_hook(tenant, "New", hook_type, config)


def notices(tenant: Tenant, profile: UUID) -> list[str]:
    found = rows(tenant, "SELECT type FROM notifications WHERE profile_id = :it ORDER BY created_at, id", it=profile)
    return [row.type for row in found]


def say(tenant: Tenant, ticket: UUID, author: UUID, role: str, *, internal: bool = False) -> None:
    insert = text(
        "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, is_internal, text)"
        " VALUES (:org, :ticket, :author, :sender, :internal, 'hello')"
    )
    sender = "customer" if role == "customer" else "agent"
    said = {
        "org": tenant.id,
        "ticket": ticket,
        "author": author,
        "sender": sender,
        "internal": internal,
    }
    with acting(tenant.id, role, author) as connection:
        connection.execute(insert, said)


def test_notices_go_to_those_concerned_and_never_to_who_acted(tenant: Tenant, ticket: UUID, customer: UUID):
    assert notices(tenant, customer) == [], "their own mail opened it"
    with acting(tenant.id, "agent", tenant.agent) as connection:
        update(connection, ticket, assigned_to=tenant.agent)
    assert notices(tenant, tenant.agent) == [], "took it themselves"
    say(tenant, ticket, customer, "customer")
    say(tenant, ticket, tenant.agent, "agent")
    say(tenant, ticket, tenant.agent, "agent", internal=True)
    move(tenant, ticket, "Waiting for customer")
    move(tenant, ticket, "Resolved")
    move(tenant, ticket, "Closed")
    assert notices(tenant, tenant.agent) == ["ticket_commented"]
    expected = ["ticket_commented", "ticket_updated", "ticket_resolved", "ticket_closed"]
    assert notices(tenant, customer) == expected
    days = "SELECT DISTINCT round(extract(epoch FROM expires_at - created_at) / 86400) AS days FROM notifications"
    assert rows(tenant, days) == [(30,)]


def test_a_ticket_opened_and_assigned_by_an_admin_tells_both(tenant: Tenant, customer: UUID):
    with acting(tenant.id, "admin") as connection:
        create(connection, customer, "Printer", assigned_to=tenant.agent)
    assert notices(tenant, customer) == ["ticket_created"]
    assert notices(tenant, tenant.agent) == ["ticket_assigned"]


def test_who_is_assigned_for_having_answered_is_told_nothing(tenant: Tenant, ticket: UUID):
    """As filing does it, in the organization's own name and in one transaction."""
    answer = text(
        "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text)"
        " VALUES (:org, :ticket, :author, 'agent', 'hello')"
    )
    with transaction(tenant.id) as connection:
        connection.execute(answer, {"org": tenant.id, "ticket": ticket, "author": tenant.agent})
        update(connection, ticket, assigned_to=tenant.agent)
    assert notices(tenant, tenant.agent) == []
    with transaction(tenant.id) as connection:
        update(connection, ticket, assigned_to=None)
    with transaction(tenant.id) as connection:
        update(connection, ticket, assigned_to=tenant.agent)
    assert notices(tenant, tenant.agent) == ["ticket_assigned"]
