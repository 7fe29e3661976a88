"""Agents in turn and by their work, also when several workers file at once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.workers.inbound.test_task import a_mail, hint, rows, store
from workers.inbound import task
from workers.inbound.mail import Mail
from workers.inbound.parse import parse
from workers.inbound.routing.turns import Member, Turn

RULE = text(
    "INSERT INTO routing_rules (org_id, name, assign_by, team_id, department_id)"
    " VALUES (:org, 'all', :method, :team, :department)"
)
ASSIGNED = "SELECT p.name FROM tickets t JOIN profiles p ON p.id = t.assigned_to ORDER BY t.number"


def agents(tenant: Tenant, *names: str, department: UUID | None = None) -> list[UUID]:
    with transaction(tenant.id) as connection:
        return [
            add_person(connection, tenant.id, f"{name.lower()}@{tenant.domain}", name, Role.AGENT, department)
            for name in names
        ]


def rule(tenant: Tenant, method: str, team: UUID | None = None, department: UUID | None = None) -> None:
    with transaction(tenant.id) as connection:
        said = {"org": tenant.id, "method": method, "team": team, "department": department}
        connection.execute(RULE, said)


def a_department(tenant: Tenant) -> UUID:
    with transaction(tenant.id) as connection:
        query = text("INSERT INTO departments (org_id, name) VALUES (:org, 'Repairs') RETURNING id")
        found: UUID = connection.scalar(query, {"org": tenant.id})
        return found


def assigned(tenant: Tenant) -> list[str]:
    return [row.name for row in rows(tenant, ASSIGNED)]


def mails(first: int, count: int) -> list[bytes]:
    return [a_mail(number) for number in range(first, first + count)]


def trace(tenant: Tenant, step: str) -> list[tuple[str, str]]:
    found = rows(tenant, "SELECT trace FROM raw_mail ORDER BY id")
    return [(one["verdict"], one["reason"]) for row in found for one in row.trace if one["step"] == step]


def test_each_in_turn_over_mails_and_batches(tenant: Tenant):
    agents(tenant, "Bob", "Cyd")
    rule(tenant, "round_robin")
    hint(store(tenant, *mails(0, 2)))
    hint(store(tenant, *mails(2, 5)))
    assert assigned(tenant) == ["Ann Agent", "Bob", "Cyd", "Ann Agent", "Bob", "Cyd", "Ann Agent"]
    assert trace(tenant, "assignee")[1] == ("Bob", "round robin among the agents of the organization")


def test_the_agents_of_the_department_or_the_team_and_nobody_else(tenant: Tenant):
    queue = a_department(tenant)
    bob, cyd = agents(tenant, "Bob", "Cyd", department=queue)
    rule(tenant, "round_robin", department=queue)
    hint(store(tenant, *mails(0, 3)))
    assert assigned(tenant) == ["Bob", "Cyd", "Bob"]
    with transaction(tenant.id) as connection:
        said = {"org": tenant.id, "id": uuid7()}
        connection.execute(text("INSERT INTO teams (org_id, id, name) VALUES (:org, :id, 'Night')"), said)
        member = text("INSERT INTO team_members (org_id, team_id, profile_id) VALUES (:org, :id, :who)")
        connection.execute(member, [said | {"who": one} for one in (tenant.agent, cyd)])
        connection.execute(text("UPDATE routing_rules SET team_id = :team"), {"team": said["id"]})
    hint(store(tenant, *mails(3, 3)))
    assert assigned(tenant)[3:] == ["Ann Agent", "Cyd", "Ann Agent"]
    assert bob


def test_who_is_away_has_no_turn_unless_all_are(tenant: Tenant):
    agents(tenant, "Bob")
    rule(tenant, "round_robin")
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE profiles SET status = 'away' WHERE name = 'Bob'"))
    hint(store(tenant, *mails(0, 2)))
    assert assigned(tenant) == ["Ann Agent", "Ann Agent"]
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE profiles SET status = 'away' WHERE role = 'agent'"))
    hint(store(tenant, *mails(2, 2)))
    assert assigned(tenant)[2:] == ["Bob", "Ann Agent"]


def test_a_queue_without_agents_leaves_it_to_nobody(tenant: Tenant):
    rule(tenant, "round_robin", department=a_department(tenant))
    hint(store(tenant, *mails(0, 1)))
    assert assigned(tenant) == []
    assert trace(tenant, "assignee") == [("nobody", "round robin, but there is no agent in department Repairs")]


def test_who_has_least_to_do_within_a_batch_and_after_it(tenant: Tenant):
    agents(tenant, "Bob")
    rule(tenant, "least_busy")
    hint(store(tenant, *mails(0, 4)))
    assert Counter(assigned(tenant)) == {"Ann Agent": 2, "Bob": 2}
    with transaction(tenant.id) as connection:
        connection.execute(
            text(
                "SELECT update_tickets(jsonb_agg(jsonb_build_object('ticket_id', t.id, 'reason', 'done', 'patch',"
                " jsonb_build_object('stage_id', s.id)))) FROM tickets t JOIN profiles p ON p.id = t.assigned_to"
                " JOIN workflow_stages s ON s.workflow_id = t.workflow_id AND s.category = 'closed'"
                " WHERE p.name = 'Bob'"
            )
        )
    hint(store(tenant, *mails(4, 3)))
    assert Counter(assigned(tenant)[4:]) >= Counter({"Bob": 2})


def test_who_is_assigned_is_told_and_nobody_else(tenant: Tenant):
    agents(tenant, "Bob")
    rule(tenant, "round_robin")
    hint(store(tenant, *mails(0, 1)))
    told = rows(tenant, "SELECT recipient FROM outgoing WHERE letter = 'notification_to_agent'")
    assert [row.recipient for row in told] == [tenant.agent_address]


def test_many_workers_pass_over_nobody(tenant: Tenant):
    """Four workers file at a time; in the order of the tickets' numbers it is one agent after the other."""
    agents(tenant, "Bob", "Cyd")
    rule(tenant, "round_robin")
    together = threading.Barrier(4)

    def work(batch: list[tuple[Any, Mail | None]]) -> None:
        for one in batch:
            together.wait(30)
            task._file_all([one])

    claimed = [task._claim(store(tenant, *mails(100 * worker, 12)), fresh=True) for worker in range(4)]
    read = [[(row, parse(row.content)) for row in task._rows(claims)] for claims in claimed]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, read))
    assert assigned(tenant) == ["Ann Agent", "Bob", "Cyd"] * 16


@pytest.mark.parametrize(("method", "chosen"), [("round_robin", "abca"), ("least_busy", "bcbc")])
def test_the_order_of_choice(method: str, chosen: str):
    turn = Turn(tuple(Member(uuid7(), name, busy) for name, busy in (("a", 2), ("b", 0), ("c", 1))), "us")
    names = ""
    for _ in range(4):
        member, turn = turn.next(method)
        assert member
        names += member.name
    assert names == chosen
