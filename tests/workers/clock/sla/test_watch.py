"""Promises as organizations make them: warned of once, broken once, resting while the customer is waited for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg

from gateway.embedded import EmbeddedPostgres
from models.database import transaction
from models.profile import Role
from models.settings import settings
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.doors import rows
from tests.workers.clock.hooks.conftest import admin, customer
from tests.workers.clock.stages import change, hook, move, notices, opened, runs, shown
from workers.clock.hooks.task import act

__all__ = ["admin", "customer"]


def promised(tenant: Tenant, **columns: Any) -> None:
    """An active policy that counts every hour: its calendar is always open."""
    always = (
        "INSERT INTO business_calendars (org_id, name, hours) SELECT :org, 'Always', jsonb_object_agg(d,"
        " '[[\"00:00\", \"24:00\"]]'::jsonb) FROM unnest('{mon,tue,wed,thu,fri,sat,sun}'::text[]) d"
        " ON CONFLICT DO NOTHING"
    )
    change(tenant, always, org=tenant.id)
    columns = {"name": "P", "first_response_minutes": 60, "resolution_minutes": 240} | columns
    names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    change(
        tenant,
        f"INSERT INTO sla_policies (org_id, calendar_id, {names}) SELECT c.org_id, c.id, {values}"
        " FROM business_calendars c WHERE c.name = 'Always'",
        **columns,
    )


def pass_minutes(tenant: Tenant, minutes: int) -> None:
    """As if all that happened had happened earlier; the history refuses changes, so its trigger looks away."""
    said = {"org": tenant.id, "past": timedelta(minutes=minutes)}
    with psycopg.connect(EmbeddedPostgres(settings().home).url("superuser")) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in (
            "UPDATE ticket_history SET changed_at = changed_at - %(past)s WHERE org_id = %(org)s",
            "UPDATE timers SET due_at = due_at - %(past)s, fired_at = fired_at - %(past)s WHERE org_id = %(org)s",
            "UPDATE tickets SET first_response_at = first_response_at - %(past)s WHERE org_id = %(org)s",
        ):
            connection.execute(statement, said)


def events(tenant: Tenant, profile: UUID) -> list[tuple[str, str]]:
    return [(one["target"], one["event"]) for one in notices(tenant, profile, "sla")]


def live(tenant: Tenant) -> list[str]:
    query = "SELECT kind FROM timers WHERE fired_at IS NULL AND cancelled_at IS NULL ORDER BY kind"
    return [row.kind for row in rows(tenant, query)]


def test_an_answer_that_is_late_is_warned_of_once_and_broken_once(tenant: Tenant, customer: UUID, admin: UUID):
    promised(tenant)
    ticket = opened(tenant, customer, assigned_to=tenant.agent)
    act()
    assert events(tenant, tenant.agent) == []
    assert abs((shown(tenant, ticket).due_at - shown(tenant, ticket).created_at).total_seconds() - 4 * 3600) < 2
    pass_minutes(tenant, 46)
    act()
    change(tenant, 'SELECT update_ticket(:it, \'{"title": "Other words"}\')', it=ticket)  # it is looked at anew
    act()
    assert events(tenant, tenant.agent) == [("first_response", "sla_warning")]
    pass_minutes(tenant, 20)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: act(), range(4)))
    assert events(tenant, tenant.agent) == [("first_response", "sla_warning"), ("first_response", "sla_breach")]
    assert events(tenant, admin) == [("first_response", "sla_breach")]
    assert events(tenant, customer) == []
    assert live(tenant) == ["resolution"]


def test_an_answer_in_time_ends_it(tenant: Tenant, customer: UUID):
    promised(tenant, resolution_minutes=None)
    ticket = opened(tenant, customer, assigned_to=tenant.agent)
    act()
    said = "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text)"
    change(tenant, f"{said} VALUES (:org, :it, :me, 'agent', 'x')", org=tenant.id, it=ticket, me=tenant.agent)
    pass_minutes(tenant, 600)
    act()
    assert (events(tenant, tenant.agent), live(tenant)) == ([], [])


def test_it_rests_while_the_customer_is_waited_for_and_goes_on_afterwards(tenant: Tenant, customer: UUID):
    promised(tenant, first_response_minutes=None)
    ticket = opened(tenant, customer, assigned_to=tenant.agent)
    act()
    pass_minutes(tenant, 100)
    move(tenant, ticket, "Waiting for customer")
    act()
    assert (live(tenant), shown(tenant, ticket).due_at) == ([], None)
    pass_minutes(tenant, 5000)
    act()
    assert events(tenant, tenant.agent) == []
    move(tenant, ticket, "In progress")
    act()
    pass_minutes(tenant, 81)
    act()
    assert events(tenant, tenant.agent) == [("resolution", "sla_warning")]
    pass_minutes(tenant, 60)
    act()
    assert events(tenant, tenant.agent)[1:] == [("resolution", "sla_breach")]


def test_the_policy_that_says_more_wins_and_a_priority_is_noticed(tenant: Tenant, customer: UUID):
    promised(tenant, name="All", first_response_minutes=None, resolution_minutes=6000)
    promised(tenant, name="Urgent", priority="urgent", first_response_minutes=None, resolution_minutes=60)
    ticket = opened(tenant, customer, assigned_to=tenant.agent)
    act()
    pass_minutes(tenant, 50)
    act()
    assert events(tenant, tenant.agent) == []
    change(tenant, 'SELECT update_ticket(:it, \'{"priority": "urgent"}\')', it=ticket)
    act()
    assert events(tenant, tenant.agent) == [("resolution", "sla_warning")]


def test_who_hears_of_a_ticket_that_is_nobodys(tenant: Tenant, customer: UUID, admin: UUID):
    promised(tenant, resolution_minutes=None)
    with transaction(tenant.id) as connection:
        bob = add_person(connection, tenant.id, f"bob@{tenant.domain}", "Bob", Role.AGENT)
    opened(tenant, customer)
    act()
    pass_minutes(tenant, 50)
    act()
    assert all(events(tenant, one) == [("first_response", "sla_warning")] for one in (tenant.agent, bob, admin))


def test_a_warning_may_have_hooks_run(tenant: Tenant, customer: UUID):
    promised(tenant, resolution_minutes=None)
    hook(tenant, "New", "priority", priority="urgent", on="sla_warning")
    ticket = opened(tenant, customer)
    act()
    assert (runs(tenant), shown(tenant, ticket).priority) == ([], "normal"), "it is not for who enters the stage"
    pass_minutes(tenant, 50)
    act()
    act()
    assert runs(tenant) == [("done", "priority urgent")]


def test_where_nothing_is_promised_nothing_waits(tenant: Tenant, customer: UUID):
    opened(tenant, customer)
    assert live(tenant) == []
