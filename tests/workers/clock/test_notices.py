"""Notices by letter: folded, at the hour that somebody wants, once."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres
from models.database import transaction
from models.profile import Role
from models.settings import Settings, settings
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.doors import rows
from tests.running import ROOT
from tests.waiting import until
from tests.workers.clock.boxes import letters, outbox, sent, words
from tests.workers.clock.hooks.conftest import admin, customer, ticket
from tests.workers.clock.stages import change, hook, move, opened, shown
from workers.clock.hooks.task import act
from workers.clock.notices.mailing import mail
from workers.clock.notices.saying import say
from workers.clock.notices.task import notify
from workers.clock.notices.wishes import When, Wish, is_due, read

__all__ = ["admin", "customer", "ticket"]
NOTIFIES = "from workers.clock.notices.task import notify; notify()"
ZURICH = ZoneInfo("Europe/Zurich")


def pass_minutes(tenant: Tenant, minutes: int = 2) -> None:
    """As if the notices had been written earlier."""
    with psycopg.connect(EmbeddedPostgres(settings().home).url("superuser")) as connection:
        connection.execute(
            "UPDATE notifications SET created_at = created_at - %s WHERE org_id = %s",
            [timedelta(minutes=minutes), tenant.id],
        )


def told(tenant: Tenant) -> list[str]:
    return [to for kind, to in letters(tenant) if kind == "notices"]


def test_what_happens_within_a_minute_is_one_letter(tenant: Tenant, ticket: UUID, admin: UUID, instance: Settings):
    hook(tenant, "Resolved", "notification", target_type="org_admins", message="<b>Look</b> at it")
    hook(tenant, "Resolved", "notification", target_type="role", target_role="admin", message="and again")
    move(tenant, ticket, "Resolved")
    act()
    notify()
    assert told(tenant) == [], "more may follow"
    pass_minutes(tenant)
    notify()
    notify()
    assert told(tenant) == [f"boss@{tenant.domain}"]
    letter = sent(instance, outbox(tenant)[0])
    number = shown(tenant, ticket).number
    assert (letter["Subject"], letter["Auto-Submitted"]) == (f"Printer [{number}]", "auto-generated")
    assert "- <b>Look</b> at it\n- and again\n" in words(letter, "plain").replace("\r\n", "\n")
    assert "and again" in words(letter, "html")
    assert "<b>Look" not in words(letter, "html")


def test_each_ticket_has_its_letter(tenant: Tenant, customer: UUID, admin: UUID):
    hook(tenant, "New", "notification", target_type="org_admins", message="new")
    made = {opened(tenant, customer) for _ in range(3)}
    act()
    pass_minutes(tenant)
    notify()
    assert {one["ticket_id"] for one in outbox(tenant)} == made
    assert told(tenant) == [f"boss@{tenant.domain}"] * 3


@pytest.mark.parametrize(
    ("preferences", "staff", "customers"),
    [("{}", 1, 0), ('{"letters": {"when": "none"}}', 0, 0), ('{"letters": {"when": "at_once"}}', 1, 1)],
)
def test_who_wants_none_gets_none(
    tenant: Tenant, ticket: UUID, admin: UUID, preferences: str, staff: int, customers: int
):
    hook(tenant, "Resolved", "notification", target_type="org_admins", message="m")
    hook(tenant, "Resolved", "notification", target_type="ticket_creator", message="m")
    change(tenant, "UPDATE profiles SET preferences = CAST(:said AS jsonb)", said=preferences)
    move(tenant, ticket, "Resolved")
    act()
    pass_minutes(tenant)
    notify()
    assert sorted(told(tenant)) == [f"boss@{tenant.domain}"] * staff + ["carl@customer.test"] * customers
    assert rows(tenant, "SELECT 1 FROM notifications WHERE mailed_at IS NULL") == [], "none is kept for later"


def test_an_organization_may_want_no_letters_of_notices(tenant: Tenant, ticket: UUID, admin: UUID):
    change(tenant, "UPDATE organization_settings SET email_notifications_enabled = false")
    hook(tenant, "Resolved", "notification", target_type="org_admins", message="m")
    move(tenant, ticket, "Resolved")
    act()
    pass_minutes(tenant)
    notify()
    assert told(tenant) == []


def test_the_same_task_at_the_same_time_writes_once(tenant: Tenant, ticket: UUID, admin: UUID):
    """The second one has seen the notices when the first one takes them, and waits for its end."""
    hook(tenant, "Resolved", "notification", target_type="org_admins", message="m")
    move(tenant, ticket, "Resolved")
    act()
    pass_minutes(tenant)
    waits = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
    with ThreadPoolExecutor(1) as pool:
        with transaction(tenant.id) as connection:
            assert len(mail(connection, tenant.id)) == 1
            second = pool.submit(notify)
            until(lambda: rows(tenant, waits))
        second.result()
    assert told(tenant) == [f"boss@{tenant.domain}"]


def test_a_worker_that_is_killed_has_written_it_or_not(
    tenant: Tenant, ticket: UUID, admin: UUID, instance: Settings, tmp_path: Path
):
    hook(tenant, "Resolved", "notification", target_type="org_admins", message="m")
    move(tenant, ticket, "Resolved")
    act()
    pass_minutes(tenant)
    (tmp_path / "notices.mailing").write_text("die")
    environment = instance.model_copy(update={"failpoints": tmp_path}).child_environment()
    killed = subprocess.run([sys.executable, "-c", NOTIFIES], cwd=ROOT, env=environment, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert told(tenant) == []
    notify()
    assert told(tenant) == [f"boss@{tenant.domain}"]


def test_an_internal_note_is_told_to_the_assignee_by_letter_and_what_is_public_is_not(tenant: Tenant, customer: UUID):
    it = opened(tenant, customer, assigned_to=tenant.agent)
    change(tenant, "UPDATE notifications SET mailed_at = now()")
    for internal, author in ((True, "system"), (False, "customer")):
        change(
            tenant,
            "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, is_internal, text)"
            " SELECT :org, :it, p.id, 'agent', :internal, 'words' FROM profiles p WHERE p.role = :author",
            org=tenant.id,
            it=it,
            internal=internal,
            author=author,
        )
    pass_minutes(tenant)
    notify()
    assert told(tenant) == [tenant.agent_address]
    (row,) = [one for one in outbox(tenant) if one["letter"] == "notices"]
    assert len(row["context"]["lines"]) == 1


def says(tenant: Tenant, ticket: UUID, author: UUID, words: str, *, internal: bool = False) -> None:
    """Somebody says something, and no letter carries it."""
    change(
        tenant,
        "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, is_internal, text)"
        " SELECT :org, :it, p.id, CASE p.role WHEN 'customer' THEN 'customer' ELSE 'agent' END, :internal, :words"
        " FROM profiles p WHERE p.id = :author",
        org=tenant.id,
        it=ticket,
        author=author,
        internal=internal,
        words=words,
    )


def test_who_watches_hears_of_what_others_do_and_who_is_named_hears_once(tenant: Tenant, customer: UUID, admin: UUID):
    it = opened(tenant, customer, assigned_to=tenant.agent)
    change(
        tenant,
        "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) VALUES (:org, :it, :who, 'watcher')",
        org=tenant.id,
        it=it,
        who=admin,
    )
    change(tenant, "UPDATE notifications SET mailed_at = now()")
    says(tenant, it, customer, "It burns")
    says(tenant, it, tenant.agent, "@bea: is it the old one? @ann, carl@ann.test", internal=True)
    says(tenant, it, admin, "Yes, @ann agent", internal=True)
    move(tenant, it, "Resolved")
    told_of = "SELECT type FROM notifications WHERE profile_id = :who AND mailed_at IS NULL ORDER BY created_at, id"
    told_by = {who: [row.type for row in rows(tenant, told_of, who=who)] for who in (admin, tenant.agent, customer)}
    assert told_by[admin] == ["ticket_commented", "mention", "ticket_updated"]
    assert told_by[tenant.agent] == ["mention"]
    assert told_by[customer] == ["ticket_resolved"], "nothing of what is internal"
    pass_minutes(tenant)
    notify()
    assert sorted(told(tenant)) == [tenant.agent_address, f"boss@{tenant.domain}"]
    (row,) = [one for one in outbox(tenant) if one["recipient"] == f"boss@{tenant.domain}"]
    assert row["context"]["lines"] == [
        "It burns",
        "You are named: @bea: is it the old one? @ann, carl@ann.test",
        "It is now resolved.",
    ]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("@ann look", "ann"),
        ("Look, @Ann Agent!", "ann"),
        ("(@ann)", "ann"),
        ("@{agent}", "ann"),
        ("write to {agent}", ""),
        ("@anna", ""),
        ("@ann.test", ""),
        ("carl@ann", ""),
        ("@ann and @bea", "ann bea"),
        ("@bo", ""),  # there are two of them
        ("@bo second", "second"),
        ("@carl", ""),  # a customer
    ],
)
def test_whom_a_note_names(tenant: Tenant, customer: UUID, admin: UUID, words: str, named: str):
    with transaction(tenant.id) as connection:
        for name in ("first", "second"):
            add_person(connection, tenant.id, f"{name}@{tenant.domain}", f"Bo {name}", Role.AGENT)
    it = opened(tenant, customer)
    author = rows(tenant, "SELECT id FROM profiles WHERE role = 'system'")[0].id
    says(tenant, it, author, words.format(agent=tenant.agent_address), internal=True)
    found = rows(
        tenant, "SELECT p.name FROM notifications n JOIN profiles p ON p.id = n.profile_id WHERE n.type = 'mention'"
    )
    assert {row.name.split()[row.name.startswith("Bo")].lower() for row in found} == set(named.split())


def at(hour: float, day: int = 30) -> datetime:
    return datetime(2026, 11, day, tzinfo=ZURICH) + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("wish", "oldest", "now", "due"),
    [
        (Wish(When.AT_ONCE), at(10), at(10) + timedelta(seconds=59), False),
        (Wish(When.AT_ONCE), at(10), at(10) + timedelta(seconds=60), True),
        (Wish(When.NONE), at(10), at(20), False),
        (Wish(When.AT_ONCE, (time(22), time(7))), at(21), at(22), False),
        (Wish(When.AT_ONCE, (time(22), time(7))), at(21, 29), at(6.9), False),
        (Wish(When.AT_ONCE, (time(22), time(7))), at(21, 29), at(7), True),
        (Wish(When.AT_ONCE, (time(12), time(13))), at(11), at(12.5), False),
        (Wish(When.DAILY), at(10), at(20), False),
        (Wish(When.DAILY), at(10, 29), at(7.9), False),
        (Wish(When.DAILY), at(10, 29), at(8), True),
        (Wish(When.DAILY), at(7.5), at(8.1), True),
        (Wish(When.DAILY), at(8.5), at(9), False),
    ],
)
def test_when_a_letter_is_due(wish: Wish, oldest: datetime, now: datetime, due: bool):
    assert is_due(wish, oldest.astimezone(UTC), now.astimezone(UTC), ZURICH) is due


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ({}, Wish(When.AT_ONCE)),
        (None, Wish(When.AT_ONCE)),
        ({"letters": "daily"}, Wish(When.AT_ONCE)),
        ({"letters": {"when": "daily"}}, Wish(When.DAILY)),
        ({"letters": {"when": "often", "quiet": ["22:00", "07:00"]}}, Wish(When.AT_ONCE, (time(22), time(7)))),
        ({"letters": {"when": ["daily"], "quiet": ["x"]}}, Wish(When.AT_ONCE)),
        ({"letters": {"quiet": ["22:00", 7]}}, Wish(When.AT_ONCE)),
        ({"letters": {"quiet": ["22:00+01:00", "07:00"]}}, Wish(When.AT_ONCE)),
    ],
)
def test_preferences_are_read_leniently(said: Any, wish: Wish):
    assert read(said, staff=True) == wish


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("stage_hook", {"message": "Look\nhere"}, "Look here"),
        ("ticket_assigned", {}, "It is yours now."),
        ("ticket_updated", {"new_status": "waiting_on_customer"}, "It is now waiting on customer."),
        ("sla", {"target": "resolution", "event": "sla_breach"}, "The time for the solution is over."),
        ("sla", {"target": "first_response", "event": "sla_warning"}, "The time for the first answer is nearly over."),
        ("ticket_updated", {"priority": "high", "assignee": ""}, "It is now of high priority, assigned to nobody."),
        ("ticket_updated", {}, "Look."),
        ("mention", {"excerpt": "@ann look"}, "You are named: @ann look"),
        ("stage_hook", {"message": "x" * 400}, "x" * 300 + "…"),
    ],
)
def test_what_a_notice_says(kind: str, content: dict[str, str], words: str):
    assert say(kind, content) == words
