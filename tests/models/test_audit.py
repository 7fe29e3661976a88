"""Who changed which setting is noted for any writer, without secrets, and stays."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant

LOG = text("SELECT actor_id, actor_role, action, noun, subject_id, changes FROM audit_log ORDER BY at, id")
WATCHED = {
    "allowed_sealers", "business_calendars", "departments", "events", "field_definitions", "field_visibility_rules",
    "legal_holds", "letter_templates", "macros", "mailbox_tokens", "mailboxes", "org_invites", "organization_partners",
    "organization_settings", "organizations", "profiles", "rate_limits", "request_types", "routing_rules",
    "signing_keys", "sla_policies", "team_members", "teams", "webhooks", "workflow_stage_hooks", "workflow_stages",
    "workflows",
}  # fmt: skip


def noted(tenant: Tenant) -> list[Row[Any]]:
    """What the log says since the organization was made."""
    with transaction(tenant.id, role="admin") as connection:
        rows = list(connection.execute(LOG))
    assert [(row.action, row.noun) for row in rows[:1]] == [("insert", "organizations")]
    return rows[1:]


def change(tenant: Tenant, *statements: str, role: str = "admin", who: UUID | None = None, **said: Any) -> None:
    with transaction(tenant.id, role=role, profile=who) as connection:
        for statement in statements:
            connection.execute(text(statement), {"org": tenant.id} | said)


def test_what_an_organization_starts_with_is_nobodys_change(tenant: Tenant):
    assert noted(tenant) == []


def test_who_changed_what_from_what_to_what(tenant: Tenant):
    change(tenant, "UPDATE organization_settings SET locale = 'de', timezone = timezone", who=tenant.agent)
    change(tenant, "UPDATE mailboxes SET signature = 'Yours'", role="system")
    assert [tuple(row) for row in noted(tenant)] == [
        (
            tenant.agent, "admin", "update", "organization_settings", str(tenant.id),
            {"locale": {"from": "en", "to": "de"}},
        ),
        (
            None, "system", "update", "mailboxes", str(tenant.mailbox),
            {"signature": {"from": None, "to": "Yours"}},
        ),
    ]  # fmt: skip


def test_a_change_that_changes_nothing_is_not_noted(tenant: Tenant):
    change(tenant, "UPDATE workflows SET name = name", "UPDATE organizations SET settings = '{}'")
    assert noted(tenant) == []


def test_what_is_made_and_removed_is_noted_whole(tenant: Tenant):
    department = uuid7()
    change(tenant, "INSERT INTO departments (org_id, id, name) VALUES (:org, :id, 'Sales')", id=department)
    change(tenant, "DELETE FROM departments")
    made, removed = noted(tenant)
    assert (made.action, made.subject_id, removed.action) == ("insert", str(department), "delete")
    assert made.changes.keys() == {"name", "is_active", "created_at"}
    assert made.changes["name"] == {"from": None, "to": "Sales"}
    assert removed.changes["name"] == {"from": "Sales", "to": None}


def test_every_table_of_settings_is_watched(instance: object):
    query = text(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'note_setting'"
    )
    with transaction(login="admin") as connection:
        assert set(connection.scalars(query)) == WATCHED


def test_a_secret_is_known_to_have_changed_and_not_kept(tenant: Tenant):
    name = "INSERT INTO webhooks (org_id, name, url, sealed_secret) VALUES (:org, 'hook', 'https://x.test', :secret)"
    change(tenant, name, secret=b"first secret")
    change(tenant, "UPDATE webhooks SET sealed_secret = :secret", secret=b"second secret")
    change(tenant, "UPDATE webhooks SET sealed_secret = NULL")
    rows = noted(tenant)
    assert [row.changes["sealed_secret"] for row in rows] == [
        {"from": None, "to": "hidden"},
        {"from": "hidden", "to": "hidden"},
        {"from": "hidden", "to": None},
    ]
    assert b"secret".hex() not in str([row.changes for row in rows])


def test_of_people_only_what_they_may_do(tenant: Tenant):
    with transaction(tenant.id) as connection:
        person = add_person(connection, tenant.id, "kim@x.test", "Kim", Role.CUSTOMER)
        connection.execute(text("UPDATE profiles SET name = 'Kim K', preferences = '{\"a\": 1}'"))
    assert noted(tenant) == []
    change(tenant, "UPDATE profiles SET role = 'agent', name = 'Agent Kim' WHERE id = :id", id=person)
    change(tenant, "UPDATE profiles SET email = 'k@x.test' WHERE id = :id", id=person)
    with transaction(tenant.id, role="admin") as connection:
        boss = add_person(connection, tenant.id, "boss@x.test", "Boss", Role.ADMIN)
    rows = noted(tenant)
    assert [(row.action, row.noun, row.subject_id, row.changes) for row in rows] == [
        ("update", "profiles", str(person), {"role": {"from": "customer", "to": "agent"}}),
        ("update", "profiles", str(person), {"email": {"from": "hidden", "to": "hidden"}}),
        (
            "insert", "profiles", str(boss),
            {"role": {"from": None, "to": "admin"}, "email": {"from": None, "to": "hidden"}},
        ),
    ]  # fmt: skip


def test_a_mailboxs_health_is_no_setting(tenant: Tenant):
    change(tenant, "UPDATE mailboxes SET last_seen_at = now(), error_count = 3, last_error = 'refused'", role="system")
    change(tenant, "UPDATE mailboxes SET failing_since = now(), error_is_permanent = true, trouble_told_at = now()")
    assert noted(tenant) == []


def test_what_workers_note_by_themselves_is_not_a_setting(tenant: Tenant):
    limit = (
        "INSERT INTO rate_limits (org_id, identifier_type, identifier, action, is_blocked)"
        " VALUES (:org, 'email', 'a@x.test', 'ticket_create', true)"
    )
    change(tenant, limit, role="system")
    assert noted(tenant) == []
    change(tenant, "UPDATE rate_limits SET is_blocked = false", who=tenant.agent)
    (lifted,) = noted(tenant)
    assert (lifted.actor_id, lifted.noun) == (tenant.agent, "rate_limits")
    assert lifted.changes == {"is_blocked": {"from": True, "to": False}}


def test_a_function_of_the_registrar_is_noted_too(tenant: Tenant):
    """It changes rows without any organization in its context."""
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.execute(text("ALTER TABLE mailboxes NO FORCE ROW LEVEL SECURITY"))
        query = text("UPDATE mailboxes SET is_active = false WHERE org_id = :org")
        connection.execute(query, {"org": tenant.id})
        connection.execute(text("ALTER TABLE mailboxes FORCE ROW LEVEL SECURITY"))
    (row,) = noted(tenant)
    assert (row.actor_id, row.actor_role, row.changes) == (None, None, {"is_active": {"from": True, "to": False}})


@pytest.mark.parametrize("role", ["system", "admin", "agent", "customer", "guest"])
def test_who_reads_it_and_that_nobody_writes_it(tenant: Tenant, neighbour: Tenant, role: str):
    with transaction(tenant.id, role=role, profile=tenant.agent) as connection:
        found = connection.scalars(text("SELECT DISTINCT org_id FROM audit_log")).all()
    assert found == ([tenant.id] if role in ("system", "admin") else [])
    for statement in (
        "INSERT INTO audit_log (org_id, action, noun, subject_id, changes) VALUES (:org, 'update', 'x', 'x', '{}')",
        "UPDATE audit_log SET actor_id = NULL",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            change(tenant, statement, role=role, who=tenant.agent)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET noun = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"]
)
def test_not_even_its_owner_changes_it(tenant: Tenant, statement: str):
    with transaction(login="admin") as connection, pytest.raises(DBAPIError, match="audit_log is append-only"):
        connection.exec_driver_sql(f"SET LOCAL ROLE postern_owner; {statement}")


def test_it_goes_with_its_organization(tenant: Tenant):
    change(tenant, "UPDATE workflows SET name = 'Ours'")
    tables = ("organizations", "audit_log")
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
        removed = connection.execute(text("DELETE FROM organizations WHERE id = :org"), {"org": tenant.id})
        assert removed.rowcount == 1
        query = text("SELECT count(*) FROM audit_log WHERE org_id = :org")
        assert connection.scalar(query, {"org": tenant.id}) == 0
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))
