"""Thirty-two writers at the two doors: no number twice or missing, no chain broken, no deadlock, nothing lost.

`POSTERN_STRESS` says for how many seconds they write (`make stress`: 60); `-s` shows how many a second they did.
"""

import os
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant, make_tenant
from tests.faults.writing import PROCESSES, THREADS, House, Tally, write_all
from tests.models.doors import create

SECONDS = float(os.environ.get("POSTERN_STRESS", "5"))
SHARED = 12
STAGES = text(
    "SELECT s.id FROM workflow_stages s"
    " JOIN workflows w ON w.org_id = s.org_id AND w.id = s.workflow_id AND w.is_default"
)

# For each month: tickets, different numbers, the highest of them, what the counter says, numbers that lead to them.
NUMBERS = """
    SELECT split_part(t.number, '-', 2) || '-' || split_part(t.number, '-', 3) AS month, count(*) AS tickets,
           count(DISTINCT split_part(t.number, '-', 4)::bigint) AS numbers,
           min(split_part(t.number, '-', 4)::bigint) AS first,
           max(split_part(t.number, '-', 4)::bigint) AS last, count(n.ticket_id) AS known,
           (SELECT c.value FROM ticket_counters c
            WHERE c.month = split_part(min(t.number), '-', 2) || '-' || split_part(min(t.number), '-', 3)) AS counter
    FROM tickets t LEFT JOIN ticket_numbers n ON n.org_id = t.org_id AND n.number = t.number AND n.ticket_id = t.id
    GROUP BY 1
"""
# Walks each line back from the newest revision: it has to pass all of them and end at one without a predecessor.
BROKEN = """
    WITH RECURSIVE line AS (
        SELECT t.id AS ticket_id, h.id, h.previous_history_id, 1 AS place
        FROM tickets t LEFT JOIN ticket_history h ON h.ticket_id = t.id AND h.id = t.latest_history_id
        UNION ALL
        SELECT l.ticket_id, h.id, h.previous_history_id, l.place + 1
        FROM line l JOIN ticket_history h ON h.ticket_id = l.ticket_id AND h.id = l.previous_history_id
    ), walked AS (
        SELECT ticket_id, max(place) AS long,
               count(*) FILTER (WHERE previous_history_id IS NULL AND id IS NOT NULL) AS firsts
        FROM line GROUP BY ticket_id
    )
    SELECT w.ticket_id FROM walked w
    JOIN (SELECT ticket_id, count(*) AS revisions FROM ticket_history GROUP BY ticket_id) h USING (ticket_id)
    WHERE w.long <> h.revisions OR w.firsts <> 1
"""
# Each revision starts from what the one before it left: an update that was lost would show here.
SKIPPED = """
    SELECT h.id FROM ticket_history h
    JOIN ticket_history p ON p.ticket_id = h.ticket_id AND p.id = h.previous_history_id
    WHERE h.changes #>> '{title,from}' <> p.title OR h.changes #>> '{title,to}' <> h.title
       OR NOT h.changes ? 'priority' AND h.priority <> p.priority
       OR NOT h.changes ? 'assigned_to' AND h.assigned_to IS DISTINCT FROM p.assigned_to
       OR NOT h.changes ? 'stage_id' AND h.workflow_stage_id <> p.workflow_stage_id
"""
MIRRORED = """
    SELECT t.id FROM tickets t JOIN ticket_history h ON h.ticket_id = t.id AND h.id = t.latest_history_id
    WHERE (t.title, t.priority, t.current_stage_id, t.status) <> (h.title, h.priority, h.workflow_stage_id, h.category)
       OR t.assigned_to IS DISTINCT FROM h.assigned_to
       OR t.last_activity_at <> (SELECT max(n.changed_at) FROM ticket_history n WHERE n.ticket_id = t.id)
       OR h.previous_history_id IS NOT NULL AND (t.updated_at <= t.created_at OR t.last_activity_at <= t.created_at)
"""
WRITTEN = "SELECT count(*) FILTER (WHERE previous_history_id IS NULL), count(*) FROM ticket_history"


def furnish(tenant: Tenant) -> House:
    """An organization with a few tickets that everybody will change."""
    with transaction(tenant.id) as connection:
        people = connection.scalars(text("SELECT id FROM profiles")).all()
        stages = connection.scalars(STAGES).all()
        shared = [create(connection, tenant.agent, f"shared {number}") for number in range(SHARED)]
    return House(tenant.id, tuple(people), tuple(stages), tuple(shared))


def found(connection: Connection, query: str) -> list[Any]:
    """All rows of an answer."""
    return list(connection.execute(text(query)))


def examine(org: UUID, done: Tally) -> None:
    """One organization afterwards: numbers without a gap, whole chains, mirrors, and as much as was committed."""
    with transaction(org) as connection:
        for month in found(connection, NUMBERS):
            wanted = (month.tickets, month.tickets, 1, month.tickets, month.tickets, month.tickets)
            assert month[1:] == wanted, f"numbers of {month.month}: {month}"
        for query in (BROKEN, SKIPPED, MIRRORED):
            assert found(connection, query) == [], query
        opened, revisions = found(connection, WRITTEN)[0]
    assert (opened, revisions - opened) == (done.opened[org] + SHARED, done.changed[org])


@pytest.mark.timeout(120 + 4 * SECONDS)
@pytest.mark.long
@pytest.mark.parametrize("organizations", [1, 20])
def test_writers(instance: Settings, organizations: int):
    houses = [furnish(make_tenant()) for _ in range(organizations)]
    done = write_all(instance.home, houses, SECONDS)
    opened, changed = done.opened.total(), done.changed.total()
    rates = {"transactions": done.transactions, "tickets opened": opened, "tickets changed": changed}
    said = ", ".join(f"{number / done.seconds:,.0f} {what}" for what, number in rates.items())
    print(f" {PROCESSES * THREADS} writers, {organizations} organization(s): {said} a second")  # noqa: T201  a figure for people
    assert done.refused == {}
    assert min(opened, changed, done.undone) > 0
    for house in houses:
        examine(house.org, done)
