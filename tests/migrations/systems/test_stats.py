"""The materialized views: counts and times over all organizations, of which each sees its own (S0, S1)."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import text

from models.database import transaction
from tests.migrations.systems.cast import Cast, Person
from tests.models.doors import acting
from tests.models.people import unbound

REFRESH = text("SELECT refresh_ticket_stats()")
STATS = (
    "SELECT stage_name, ticket_count, high_priority_count, stay_count, round(avg_hours_in_stage::numeric, 1) AS hours"
    " FROM workflow_stage_stats_seen WHERE stay_count > 0 ORDER BY stage_name"
)


def refresh() -> bool:
    with transaction() as connection:
        done: bool = connection.execute(REFRESH).scalar_one()
        return done


def backdate(cast: Cast, hours: dict[object, float]) -> None:
    """Let revisions have happened earlier."""
    with unbound("ticket_history") as connection:
        connection.execute(text("ALTER TABLE ticket_history DISABLE TRIGGER append_only"))
        for revision, ago in hours.items():
            connection.execute(
                text("UPDATE ticket_history SET changed_at = now() - CAST(:ago AS interval) WHERE id = :id"),
                {"ago": timedelta(hours=ago), "id": revision},
            )
        connection.execute(text("ALTER TABLE ticket_history ENABLE TRIGGER append_only"))


def test_s0_workflow_stage_stats(cast: Cast, others: Cast):
    """The time between entering and leaving a stage, also of those that came back; not the age of the ticket."""
    ticket = cast.customer.opens(priority="urgent")
    (first,) = cast.agent.ask("SELECT latest_history_id FROM tickets")[0]
    worked = cast.agent.changes(ticket, stage_id=cast.stage("In progress"))
    louder = cast.agent.changes(ticket, priority="high")
    back = cast.agent.changes(ticket, stage_id=cast.stage("New"))
    backdate(cast, {first: 10, worked: 8, louder: 5, back: 4})
    others.customer.opens()
    assert refresh()
    assert cast.agent.ask(STATS) == [("In progress", 0, 0, 1, 4), ("New", 1, 1, 2, 3)]
    assert [row.ticket_count for row in others.admin.ask(STATS)] == [1]
    assert cast.customer.ask(STATS) == []


def test_s1_agent_tickets(cast: Cast, others: Cast):
    """Comments public and internal and files are counted; each sees their own organization's."""
    ticket = cast.customer.opens()
    cast.agent.changes(ticket, assigned_to=cast.agent.id)
    cast.agent.says(ticket)
    cast.customer.says(ticket)
    cast.agent.says(ticket, internal=True)
    cast.customer.opens("Quiet")
    others.customer.opens("Elsewhere")
    query = (
        "SELECT title, stage_name, assigned_to_name, created_by_name, public_comment_count, internal_comment_count,"
        " comment_count, attachment_count FROM agent_tickets_seen ORDER BY id"
    )
    assert refresh()
    expected = [("Printer on fire", "New", "Ann Agent", "Carl", 2, 1, 3, 0), ("Quiet", "New", None, "Carl", 0, 0, 0, 0)]
    assert cast.agent.ask(query) == cast.admin.ask(query) == expected
    assert [row.title for row in others.agent.ask(query)] == ["Elsewhere"]
    assert cast.customer.ask(query) == []
    cast.customer.opens("Later")
    assert cast.agent.ask(query) == expected, "it may be stale"


def test_s2_agent_tickets_keep_departments_apart(cast: Cast):
    """An agent sees what is in their own department or theirs to do."""
    make = "INSERT INTO departments (org_id, name) VALUES (:org, :name) RETURNING id"
    ours, theirs = (cast.admin.one(make, name=name) for name in ("Ours", "Theirs"))
    cast.agent.opens("Ours", of=cast.customer, department_id=ours)
    cast.agent.opens("Mine", of=cast.customer, department_id=theirs, assigned_to=cast.agent.id)
    cast.agent.opens("Theirs", of=cast.customer, department_id=theirs)
    refresh()
    with acting(cast.org, "agent", cast.agent.id, department=ours) as connection:
        seen = connection.scalars(text("SELECT title FROM agent_tickets_seen ORDER BY id")).all()
    assert seen == ["Ours", "Mine"]


def test_s1_one_refreshes_at_a_time_beside_writers_and_readers(cast: Cast):
    """Whoever comes second is told so; a ticket is opened and the old counts are read meanwhile."""
    refresh()
    begun, end = Event(), Event()
    done: list[bool] = []

    def slowly() -> None:
        with transaction() as connection:
            done.append(connection.execute(REFRESH).scalar_one())
            begun.set()
            done.append(end.wait(20))

    thread = Thread(target=slowly)
    thread.start()
    try:
        assert begun.wait(30)
        assert refresh() is False
        cast.customer.opens("Meanwhile")
        assert cast.agent.ask("SELECT 1 FROM agent_tickets_seen") == []
    finally:
        end.set()
        thread.join()
    assert done == [True, True], "nobody waits for it"
    assert refresh()
    assert len(cast.agent.ask("SELECT 1 FROM agent_tickets_seen")) == 1


@pytest.mark.parametrize("who", ["customer", "agent", "admin"])
def test_s1_a_refresh_inside_an_organization_keeps_the_others(cast: Cast, others: Cast, who: str):
    """Owned by anybody but the registrar it would keep one alone."""
    cast.customer.opens()
    others.customer.opens()
    person: Person = getattr(cast, who)
    person.ask("SELECT refresh_ticket_stats()")
    assert len(others.agent.ask("SELECT 1 FROM agent_tickets_seen")) == 1
