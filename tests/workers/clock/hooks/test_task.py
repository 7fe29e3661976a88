"""Each hook runs once for an entry, in order, whatever happens to the tasks that carry it out; what fails is seen."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_hex
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from models.database import transaction
from models.failpoint import REACHED, Failed
from models.hook import HookType
from models.profile import Role
from models.settings import Settings
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.doors import rows
from tests.running import ROOT
from tests.workers.clock.boxes import letters
from tests.workers.clock.stages import change, hook, move, notices, opened, runs, shown, stage
from workers.clock.hooks import carrying, priority
from workers.clock.hooks import task as hooks
from workers.clock.hooks.carrying import go_round
from workers.clock.hooks.run import Kind, Result, Row, Run
from workers.clock.hooks.task import act

ACTS = "from workers.clock.hooks.task import act; act()"


def three(tenant: Tenant) -> None:
    hook(tenant, "Resolved", "notification", target_type="ticket_creator", message="solved")
    hook(tenant, "Resolved", "reply", message="It is solved.")
    hook(tenant, "Resolved", "tag", add=["solved"])


def test_the_same_task_many_times_at_once_does_each_once(tenant: Tenant, customer: UUID):
    three(tenant)
    for one in [opened(tenant, customer) for _ in range(3)]:
        move(tenant, one, "Resolved")
    together = Barrier(6)

    def acted(_: int) -> None:
        together.wait()
        act()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(acted, range(6)))
    act()
    assert len(notices(tenant, customer, "stage_hook")) == 3
    assert letters(tenant) == [("letter_of_stage", "carl@customer.test")] * 3
    assert {state for state, _ in runs(tenant)} == {"done"}
    assert {row.attempts for row in rows(tenant, "SELECT attempts FROM hook_runs")} == {1}


@pytest.mark.parametrize("place", ["hooks.claimed", "hooks.carried", "hooks.committed"])
def test_a_worker_that_is_killed_has_done_a_run_or_not(
    tenant: Tenant, ticket: UUID, customer: UUID, instance: Settings, tmp_path: Path, place: str
):
    three(tenant)
    move(tenant, ticket, "Resolved")
    (tmp_path / place).write_text("die")
    environment = instance.model_copy(update={"failpoints": tmp_path}).child_environment()
    killed = subprocess.run([sys.executable, "-c", ACTS], cwd=ROOT, env=environment, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / f"{place}{REACHED}").exists()
    before = 1 if place == "hooks.committed" else 0
    assert (len(notices(tenant, customer, "stage_hook")), letters(tenant)) == (before, [])
    act()
    assert len(notices(tenant, customer, "stage_hook")) == 1
    assert letters(tenant) == [("letter_of_stage", "carl@customer.test")]
    assert [state for state, _ in runs(tenant)] == ["done"] * 3


def test_an_organization_whose_round_fails_keeps_no_other_waiting(
    tenant: Tenant, ticket: UUID, neighbour: Tenant, monkeypatch: pytest.MonkeyPatch
):
    with transaction(neighbour.id) as connection:
        theirs = add_person(connection, neighbour.id, "dora@customer.test", "Dora", Role.CUSTOMER)
    other = opened(neighbour, theirs)
    for one, its in ((tenant, ticket), (neighbour, other)):
        hook(one, "Resolved", "priority", priority="low")
        move(one, its, "Resolved")

    def trips(connection: Connection, org: UUID) -> carrying.Round:
        if org == tenant.id:
            raise Failed
        return go_round(connection, org)

    with monkeypatch.context() as patches:
        patches.setattr(hooks, "go_round", trips)
        act()
    assert (shown(tenant, ticket).priority, shown(neighbour, other).priority) == ("normal", "low")
    act()
    assert shown(tenant, ticket).priority == "low"


def test_a_fault_of_ours_in_one_hook_is_its_own(tenant: Tenant, customer: UUID, monkeypatch: pytest.MonkeyPatch):
    hook(tenant, "Resolved", "priority", priority="low")
    bad, good = opened(tenant, customer), opened(tenant, customer)

    def carry(connection: Connection, org: UUID, asked: Sequence[tuple[Run, Row]]) -> list[Result]:
        assert bad not in [run.ticket for run, _ in asked], "a fault"
        return priority.carry(connection, org, asked)

    monkeypatch.setattr(carrying, "KINDS", {HookType.PRIORITY: Kind(priority.read, carry)})
    for one in (bad, good):
        move(tenant, one, "Resolved")
    act()
    assert (shown(tenant, bad).priority, shown(tenant, good).priority) == ("normal", "low")
    assert sorted(state for state, _ in runs(tenant)) == ["done", "waiting"]


def test_another_entry_runs_them_again_and_a_change_within_the_stage_does_not(tenant: Tenant, ticket: UUID, customer):
    hook(tenant, "Resolved", "notification", target_type="ticket_creator", message="solved")
    for _ in range(2):
        move(tenant, ticket, "Resolved")
        act()
        hook_of_priority = 'SELECT update_ticket(:it, \'{"priority": "high"}\')'
        change(tenant, hook_of_priority, it=ticket)
        act()
        move(tenant, ticket, "In progress")
    assert len(notices(tenant, customer, "stage_hook")) == 2


def test_what_fails_is_tried_again_holds_up_its_entry_only_and_is_given_up(
    tenant: Tenant, ticket: UUID, customer: UUID, monkeypatch: pytest.MonkeyPatch
):
    """A tag that the database refuses, as it is longer than an index takes."""
    monkeypatch.setattr(carrying, "PAUSES", (60.0, 60.0))
    hook(tenant, "Resolved", "tag", add=[token_hex(4000)])
    hook(tenant, "Resolved", "priority", priority="low")
    other = opened(tenant, customer)
    hook(tenant, "Closed", "priority", priority="urgent")
    move(tenant, ticket, "Resolved")
    move(tenant, other, "Closed")
    act()
    act()
    (failed, why), waits, fine = runs(tenant)
    assert (failed, waits, fine) == ("waiting", ("waiting", ""), ("done", "priority urgent"))
    assert why
    move(tenant, ticket, "In progress")
    assert shown(tenant, ticket).stage == "In progress", "it never holds up the ticket"
    for _ in range(2):
        change(tenant, "UPDATE hook_runs SET next_try_at = now() WHERE state = 'waiting'")
        act()
    (failed, why), done, _ = runs(tenant)
    assert (failed, done) == ("failed", ("done", "priority low"))
    assert why.startswith("given up after 3 attempts: ")
    assert rows(tenant, "SELECT max(attempts) AS most FROM hook_runs") == [(3,)]


def test_hooks_of_one_entry_follow_each_other(tenant: Tenant, ticket: UUID):
    for urgency in ("low", "high", "urgent", "normal"):
        hook(tenant, "Resolved", "priority", priority=urgency)
    move(tenant, ticket, "Resolved")
    act()
    said = rows(tenant, "SELECT priority FROM ticket_history ORDER BY id")
    assert [row.priority for row in said] == ["normal", "normal", "low", "high", "urgent", "normal"]


def test_a_ticket_that_somebody_works_on_is_passed_over(tenant: Tenant, ticket: UUID, customer: UUID):
    other = opened(tenant, customer)
    hook(tenant, "Resolved", "priority", priority="low")
    for one in (ticket, other):
        move(tenant, one, "Resolved")
    with transaction(tenant.id) as holder:
        holder.execute(text("SELECT FROM tickets WHERE id = :it FOR UPDATE"), {"it": ticket})
        with transaction(tenant.id) as connection:
            assert go_round(connection, tenant.id).runs == 1
    assert (shown(tenant, ticket).priority, shown(tenant, other).priority) == ("normal", "low")
    act()
    assert shown(tenant, ticket).priority == "low"


def test_a_hook_that_was_switched_off_and_a_ticket_that_was_merged_are_left_alone(
    tenant: Tenant, ticket: UUID, customer: UUID
):
    off = hook(tenant, "Resolved", "reply", message="Solved.")
    hook(tenant, "Closed", "reply", message="Closed.")
    other = opened(tenant, customer)
    move(tenant, ticket, "Resolved")
    change(tenant, "UPDATE workflow_stage_hooks SET is_active = false WHERE id = :off", off=off)
    patch = f'{{"merged_into_id": "{ticket}", "stage_id": "{stage(tenant, "Closed")}"}}'
    change(tenant, "SELECT update_ticket(:it, CAST(:patch AS jsonb))", it=other, patch=patch)
    act()
    assert runs(tenant) == [("skipped", "the hook was switched off"), ("skipped", "the ticket goes on in another one")]
    assert letters(tenant) == []


def test_one_that_fails_among_many_harms_no_other(tenant: Tenant, customer: UUID):
    hook(tenant, "New", "advance", stage_id=stage(tenant, "Resolved"), after_minutes=0)
    tickets = [opened(tenant, customer) for _ in range(5)]
    act()
    no_stage = "UPDATE workflow_stage_hooks SET config = jsonb_set(config, '{stage_id}', to_jsonb(CAST(:it AS text)))"
    change(tenant, no_stage, it=str(tickets[0]))
    broken = opened(tenant, customer)
    act()
    assert {shown(tenant, one).stage for one in tickets} == {"Resolved"}
    assert shown(tenant, broken).stage == "New"
    state, why = runs(tenant)[-1]
    assert state == "waiting"
    assert "that stage is not in the ticket's workflow" in why
