"""Hooks that wait first: reminders and closing by itself, in hours of business; leaving the stage ends them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from models.database import transaction
from tests.conftest import Tenant
from tests.models.doors import rows, update
from tests.workers.clock.boxes import letters
from tests.workers.clock.stages import change, hook, move, notices, runs, shown, stage
from workers.clock import calendars, hours
from workers.clock.hooks import delay
from workers.clock.hooks.task import act

WAITS = "Waiting for customer"


def live(tenant: Tenant) -> list[Any]:
    return rows(tenant, "SELECT kind, due_at, created_at FROM timers WHERE fired_at IS NULL AND cancelled_at IS NULL")


def pass_time(tenant: Tenant) -> None:
    """As if all timers were due."""
    change(tenant, "UPDATE timers SET due_at = now() WHERE fired_at IS NULL AND cancelled_at IS NULL")


def test_a_reminder_then_the_end_unless_the_customer_answers(tenant: Tenant, ticket: UUID):
    hook(tenant, WAITS, "reply", message="Do you still need us?", after_minutes=2880)
    hook(tenant, WAITS, "advance", stage_id=stage(tenant, "Closed"), after_minutes=7200)
    move(tenant, ticket, WAITS)
    act()
    assert letters(tenant) == []
    assert sorted(one.kind for one in live(tenant)) == ["advance", "reminder"]
    assert all("a timer was set for" in answer for _, answer in runs(tenant))
    change(tenant, "UPDATE timers SET due_at = now() WHERE kind = 'reminder'")
    act()
    assert letters(tenant) == [("letter_of_stage", "carl@customer.test")]
    assert shown(tenant, ticket).stage == WAITS
    pass_time(tenant)
    act()
    assert shown(tenant, ticket).stage == "Closed"
    assert runs(tenant) == [("done", "a letter to carl@customer.test"), ("done", "it moved on")]


def test_leaving_the_stage_ends_what_waits_in_it(tenant: Tenant, ticket: UUID):
    hook(tenant, WAITS, "reply", message="Do you still need us?", after_minutes=60)
    hook(tenant, WAITS, "advance", stage_id=stage(tenant, "Closed"), after_minutes=60)
    move(tenant, ticket, WAITS)
    act()
    move(tenant, ticket, "In progress")
    assert live(tenant) == []
    pass_time(tenant)
    act()
    assert (letters(tenant), shown(tenant, ticket).stage) == ([], "In progress")


def test_a_ticket_that_leaves_before_its_timer_is_set_gets_none(tenant: Tenant, ticket: UUID):
    hook(tenant, WAITS, "reply", message="Do you still need us?", after_minutes=60)
    move(tenant, ticket, WAITS)
    move(tenant, ticket, "In progress")
    act()
    assert (runs(tenant), live(tenant)) == ([("skipped", "the ticket had left the stage")], [])


def test_another_entry_waits_anew(tenant: Tenant, ticket: UUID):
    hook(tenant, WAITS, "reply", message="Do you still need us?", after_minutes=60)
    for _ in range(2):
        move(tenant, ticket, WAITS)
        act()
        pass_time(tenant)
        act()
        act()
        move(tenant, ticket, "In progress")
    assert letters(tenant) == [("letter_of_stage", "carl@customer.test")] * 2


def test_a_delay_may_count_in_hours_of_business(tenant: Tenant, ticket: UUID):
    hook(tenant, WAITS, "advance", stage_id=stage(tenant, "Closed"), after_minutes=480, business_hours=True)
    move(tenant, ticket, WAITS)
    assert live(tenant) == [], "its time is reckoned by the calendar"
    act()
    with transaction(tenant.id) as connection:
        week = calendars.default(connection, tenant.id)
    assert isinstance(week, hours.Hours)
    (one,) = live(tenant)
    assert hours.between(week, one.created_at, one.due_at) == timedelta(hours=8)
    assert one.due_at > one.created_at + timedelta(hours=8)
    pass_time(tenant)
    act()
    assert shown(tenant, ticket).stage == "Closed"


@pytest.mark.parametrize("calendar", ["'{}'", '\'{"mon": [["nine", "five"]]}\''])
def test_a_calendar_in_which_no_hour_counts_is_said(tenant: Tenant, ticket: UUID, calendar: str):
    change(tenant, f"UPDATE business_calendars SET hours = {calendar}")
    hook(tenant, WAITS, "reply", message="Hello?", after_minutes=5, business_hours=True)
    move(tenant, ticket, WAITS)
    act()
    ((state, why),) = runs(tenant)
    assert (state, "calendar" in why) == ("failed", True)


def test_stages_that_lead_to_each_other_come_to_rest(tenant: Tenant, ticket: UUID):
    hook(tenant, "In progress", "advance", stage_id=stage(tenant, "Resolved"), after_minutes=0)
    hook(tenant, "Resolved", "advance", stage_id=stage(tenant, "In progress"), after_minutes=0)
    move(tenant, ticket, "Resolved")
    for _ in range(30):
        act()
    moved = rows(tenant, "SELECT 1 FROM ticket_history WHERE reason = 'its stage goes on by itself'")
    assert len(moved) == 20
    state, why = runs(tenant)[-1]
    assert (state, "stages go in a circle" in why) == ("failed", True)


def test_what_was_promised_moves_by_itself_only_where_it_stands(tenant: Tenant, ticket: UUID, customer: UUID):
    """The timer fires in the moment in which the customer answers."""
    hook(tenant, WAITS, "advance", stage_id=stage(tenant, "Closed"), after_minutes=5)
    hook(tenant, WAITS, "reply", message="Do you still need us?", after_minutes=5)
    move(tenant, ticket, WAITS)
    act()
    pass_time(tenant)
    with transaction(tenant.id) as connection:
        delay.fire(connection, tenant.id)
        update(connection, ticket, stage_id=stage(tenant, "In progress"))
    act()
    assert shown(tenant, ticket).stage == "In progress"
    assert runs(tenant) == [("skipped", "the ticket had left the stage")] * 2
    assert letters(tenant) == []
    assert notices(tenant, customer, "ticket_closed") == []
