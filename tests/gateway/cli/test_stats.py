"""What is counted: by the hours that count, by what it is asked for, and of one organization only."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.cli.stats import BY, SHOW, TICKETS, lasting
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, a_mail, change, file, rows, store
from tests.models.doors import UPDATE, create

HOUR = 3600.0
DAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def moves(tenant: Tenant, ticket: UUID, hours: float, category: str, **patch: Any) -> None:
    stage = rows(tenant, "SELECT id FROM workflow_stages WHERE category = :name", name=category)[0].id
    row = {"ticket_id": ticket, "patch": {"stage_id": stage, **patch}, "reason": "told", "at": at(hours)}
    with transaction(tenant.id) as connection:
        connection.execute(UPDATE, {"rows": json.dumps([row], default=str)})


def answers(tenant: Tenant, ticket: UUID, hours: float) -> None:
    change(
        tenant,
        "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text, created_at)"
        " VALUES (:org, :it, :agent, 'agent', 'x', :at)",
        org=tenant.id,
        it=ticket,
        agent=tenant.agent,
        at=at(hours),
    )


@pytest.fixture
def past(tenant: Tenant, neighbour: Tenant) -> Tenant:
    """Two tickets of two days ago. The mornings count; of one a first answer and a solution were promised."""
    change(
        tenant,
        'UPDATE business_calendars SET hours = (SELECT jsonb_object_agg(d, \'[["00:00", "12:00"]]\'::jsonb)'
        " FROM unnest('{mon,tue,wed,thu,fri,sat,sun}'::text[]) AS d)",
    )
    change(
        tenant,
        "INSERT INTO sla_policies (org_id, name, priority, first_response_minutes, resolution_minutes)"
        " VALUES (:org, 'Gold', 'normal', 420, 480)",
        org=tenant.id,
    )
    for one in (tenant, neighbour):
        with transaction(one.id) as connection:
            carl = add_person(connection, one.id, "carl@customer.test", "Carl", Role.CUSTOMER)
            create(connection, carl, created_at=at(6))
            create(connection, carl, created_at=at(6), priority="high")
    other, promised = (row.id for row in rows(tenant, "SELECT id FROM tickets ORDER BY priority"))
    answers(tenant, promised, 18)
    moves(tenant, promised, 18, "waiting_on_customer", assigned_to=str(tenant.agent))
    moves(tenant, promised, 27, "in_progress")
    moves(tenant, promised, 30, "resolved")
    answers(tenant, other, 7)
    return tenant


def test_the_hours_that_count(desk: Desk, past: Tenant):
    (found,) = desk.json("stats", "--days", "3", "--org", past.slug)
    assert tuple(found) == SHOW
    (row,) = found["tickets"]
    assert tuple(row) == TICKETS
    assert (row["opened"], row["solved"], row["backlog"], row["waiting"]) == (2, 1, 1, 0)
    assert row["first_response_median"] == pytest.approx(3.5 * HOUR)  # six hours of mornings, and one of any
    assert row["first_response_p90"] == pytest.approx(5.5 * HOUR)
    assert row["resolution_median"] == pytest.approx(9 * HOUR)  # without what the customer took
    assert (row["promises_kept"], row["promises_broken"]) == (1, 1)
    (today,) = desk.json("stats", "--days", "1", "--org", past.slug)
    (row,) = today["tickets"]
    assert (row["opened"], row["solved"], row["backlog"], row["resolution_median"]) == (0, 0, 1, None)


def test_by_whom_and_when(desk: Desk, past: Tenant):
    of = ("--days", "3", "--org", past.slug, "--by")
    by = {kind: {row["key"]: row for row in desk.json("stats", *of, kind)[0]["tickets"]} for kind in BY}
    assert {key: (row["opened"], row["solved"]) for key, row in by["agent"].items()} == {
        past.agent_address: (1, 1),
        "-": (1, 0),
    }
    assert by["department"].keys() == by["type"].keys() == {"-"}
    days = [f"{DAY + timedelta(days=more):%Y-%m-%d}" for more in range(3)]
    assert [(key, row["opened"], row["solved"]) for key, row in by["day"].items()] == [
        (days[0], 2, 0),
        (days[1], 0, 1),
        (days[2], 0, 0),
    ]
    assert by["day"][days[2]]["backlog"] is None
    assert "is none of day" in desk.refuses("stats", "--by", "month", code=2)


def test_mails_by_what_became_of_them_and_letters_by_state(desk: Desk, tenant: Tenant):
    file(tenant)
    for step in ("spam", "rate", "blocked", None):
        mail = store(tenant, a_mail())
        trace = [{"step": one, "verdict": "x", "reason": ""} for one in ("sender", step) if one]
        change(
            tenant,
            "UPDATE raw_mail SET stage = 'quarantined', trace = CAST(:trace AS jsonb)"
            ' || \'[{"step": "digest", "verdict": "told"}]\' WHERE id = :it',
            it=mail,
            trace=json.dumps(trace),
        )
    store(tenant, a_mail())
    (found,) = desk.json("stats", "--by", "day", "--days", "2", "--org", tenant.slug)
    reasons = ("blocked", "failed", "limits", "spam")
    assert found["mails"] == {"filed": 1, **{f"quarantined: {why}": 1 for why in reasons}, "waiting": 1}
    assert found["letters"] == {"queued": 2}
    assert sum(row["mails"] for row in found["tickets"]) == 6
    assert sum(row["letters"] for row in found["tickets"]) == 2
    said = desk("stats", "--org", tenant.slug).out
    assert "quarantined: spam     1\n" in said
    assert said.splitlines()[2].split()[:5] == ["TICKETS", "OPENED", "SOLVED", "BACKLOG", "WAITING"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, "-"), (0, "0 m"), (3569, "59 m"), (3571, "1 h 00"), (366_000, "101 h 40")]
)
def test_how_long_it_took(seconds: float | None, said: str):
    assert lasting(seconds) == said
