"""The two documents a program reads: one ticket, and a page of many (S1, with the filters of S2 to S4)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from tests.migrations.systems.cast import Cast, Person
from workers.clock.task import index

DETAILS = "SELECT get_ticket_details(:ticket)"
LIST = "SELECT list_org_tickets(CAST(:filters AS jsonb))"


def details(person: Person, ticket: UUID) -> Any:
    return person.one(DETAILS, ticket=ticket)


def listed(person: Person, **filters: Any) -> Any:

    return person.one(LIST, filters=json.dumps(filters, default=str))


def titles(person: Person, **filters: Any) -> list[str]:
    return [one["title"] for one in listed(person, **filters)["tickets"]]


def test_s1_ticket_details(cast: Cast):
    """The ticket in its latest state, its comments, and its history with the newest first."""
    ticket = cast.customer.opens("Printer", description="It burns")
    cast.agent.changes(ticket, title="Printer on fire", priority="high", assigned_to=cast.colleague.id)
    said = cast.customer.says(ticket, "Please hurry")
    noted = cast.agent.says(ticket, "He always says so", internal=True)
    found = details(cast.agent, ticket)
    assert {
        key: found["ticket"][key] for key in ("id", "title", "description", "priority", "assignedTo", "createdBy")
    } == {
        "id": str(ticket),
        "title": "Printer on fire",
        "description": "It burns",
        "priority": "high",
        "assignedTo": {"id": str(cast.colleague.id), "name": "Cole", "email": f"cole@{cast.tenant.domain}"},
        "createdBy": {"id": str(cast.customer.id), "name": "Carl"},
    }
    assert found["ticket"]["currentStage"]["name"] == "New"
    assert found["ticket"]["workflow"]["name"] == "Default"
    assert [(one["id"], one["isInternal"], one["createdBy"]["name"]) for one in found["comments"]] == [
        (str(said), False, "Carl"), (str(noted), True, "Ann Agent"),
    ]  # fmt: skip
    newest, first = found["history"]
    assert (newest["changes"]["priority"], newest["changedBy"]["name"]) == (
        {"from": "normal", "to": "high"},
        "Ann Agent",
    )
    assert first["changes"] == {"title": {"from": None, "to": "Printer"}}


def test_s1_internal_comments_are_for_agents_and_admins(cast: Cast, others: Cast):
    """A customer reads neither them nor who works on it; nobody else reads the ticket at all."""
    ticket = cast.customer.opens()
    cast.agent.changes(ticket, assigned_to=cast.colleague.id)
    cast.agent.says(ticket, "A secret", internal=True)
    cast.agent.says(ticket, "On my way")
    assert [len(details(person, ticket)["comments"]) for person in (cast.admin, cast.agent, cast.customer)] == [2, 2, 1]
    seen = details(cast.customer, ticket)
    assert seen["ticket"]["assignedTo"] == {"id": None, "name": "Support Team", "email": None}
    assert seen["comments"][0]["createdBy"] == {"id": None, "name": "Support Team"}
    told = str(seen)
    assert not [it for it in ("secret", "Ann Agent", "Cole", str(cast.colleague.id), str(cast.agent.id)) if it in told]
    assert [details(person, ticket) for person in (cast.other, others.admin, others.customer)] == [None] * 3
    assert details(cast.admin, uuid7()) is None


def test_s1_ticket_details_name_files(cast: Cast):
    """With whoever uploaded them."""
    ticket = cast.customer.opens()
    comment = cast.customer.says(ticket)
    digest = cast.customer.one("SELECT sha256('x'::bytea)")
    cast.customer.ask("INSERT INTO blobs (org_id, sha256, content) VALUES (:org, :digest, 'x')", digest=digest)
    cast.customer.ask(
        "INSERT INTO ticket_attachments (org_id, ticket_id, comment_id, name, content_type, size, sha256, uploaded_by)"
        " VALUES (:org, :ticket, :comment, 'fire.jpg', 'image/jpeg', 1, :digest, :me)",
        ticket=ticket, comment=comment, digest=digest,
    )  # fmt: skip
    (file,) = details(cast.agent, ticket)["attachments"]
    assert (file["fileName"], file["fileType"], file["fileSize"]) == ("fire.jpg", "image/jpeg", 1)
    assert file["uploadedBy"] == {"id": str(cast.customer.id), "name": "Carl"}


@pytest.fixture
def queue(cast: Cast) -> dict[str, Any]:
    """Five tickets that differ in everything one can ask for."""
    department = cast.system("INSERT INTO departments (org_id, name) VALUES (:org, 'Repairs') RETURNING id")[0].id
    request_type = cast.system("SELECT id FROM request_types WHERE name = 'Billing'")[0].id
    plain = cast.customer.opens("Plain")
    urgent = cast.agent.opens("Urgent", of=cast.other, priority="urgent", assigned_to=cast.agent.id)
    resolved = cast.agent.opens("Resolved", of=cast.customer, assigned_to=cast.colleague.id, priority="medium")
    cast.resolves(resolved)
    tagged = cast.agent.opens("Tagged", of=cast.customer, department_id=department, due_at="2030-01-01T00:00:00Z")
    tag = cast.agent.one("INSERT INTO tags (org_id, name) VALUES (:org, 'Fire') RETURNING id")
    cast.agent.ask(
        "INSERT INTO ticket_tags (org_id, ticket_id, tag_id) VALUES (:org, :ticket, :tag)", ticket=tagged, tag=tag
    )
    billed = cast.agent.opens("Billed", of=cast.customer, request_type_id=request_type, source="api", priority="low")
    tickets = {"plain": plain, "urgent": urgent, "resolved": resolved, "tagged": tagged, "billed": billed}
    index()
    return {"department": department, "request_type": request_type, **tickets}


def test_s1_list_org_tickets(cast: Cast, others: Cast, queue: dict[str, Any]):
    """All of them for staff, latest activity first, with what a list shows; their own for customers."""
    page = listed(cast.agent)
    assert page["pagination"] == {"total": 5, "perPage": 20, "next": None}
    assert [one["title"] for one in page["tickets"]] == ["Billed", "Tagged", "Resolved", "Urgent", "Plain"]
    shown = page["tickets"][3]
    assert shown["assignedTo"] == {"id": str(cast.agent.id), "name": "Ann Agent"}
    assert (shown["priority"], shown["currentStage"]["name"], shown["createdBy"]["name"]) == ("urgent", "New", "Olga")
    assert titles(cast.other) == ["Urgent"]
    assert listed(cast.other)["tickets"][0]["assignedTo"] == {"id": None, "name": "Support Team"}
    assert listed(others.admin)["pagination"]["total"] == 0


def test_s1_list_org_tickets_has_every_filter(cast: Cast, queue: dict[str, Any]):
    """Alone, as a list, with nobody, and together."""
    later = datetime.now(UTC) + timedelta(hours=1)
    for filters, expected in (
        ({"priority": "urgent"}, ["Urgent"]),
        ({"priority": ["urgent", "low"]}, ["Billed", "Urgent"]),
        ({"priority": "medium"}, ["Tagged", "Resolved", "Plain"]),
        ({"status": "resolved"}, ["Resolved"]),
        ({"stage": cast.stage("Resolved")}, ["Resolved"]),
        ({"assignee": cast.colleague.id}, ["Resolved"]),
        ({"assignee": None}, ["Billed", "Tagged", "Plain"]),
        ({"assignee": [None, cast.agent.id]}, ["Billed", "Tagged", "Urgent", "Plain"]),
        ({"requester": cast.other.id}, ["Urgent"]),
        ({"department": queue["department"]}, ["Tagged"]),
        ({"requestType": queue["request_type"]}, ["Billed"]),
        ({"tag": "fire"}, ["Tagged"]),
        ({"tag": ["water"]}, []),
        ({"text": "TAG*"}, ["Tagged"]),
        ({"text": "100%"}, []),
        ({"source": "api"}, ["Billed"]),
        ({"createdFrom": later}, []),
        ({"createdTo": later, "activeTo": later, "priority": "low"}, ["Billed"]),
        ({"dueBefore": "2031-01-01"}, ["Tagged"]),
        ({"isSpam": True}, []),
        ({"status": "open", "assignee": None, "priority": ["normal"]}, ["Tagged", "Plain"]),
    ):
        assert titles(cast.agent, **filters) == expected, filters
        assert listed(cast.agent, **filters)["pagination"]["total"] == len(expected), filters
    number = cast.agent.one("SELECT number FROM tickets WHERE id = :id", id=queue["plain"])
    assert titles(cast.agent, text=number.lower()) == ["Plain"]
    with pytest.raises(DBAPIError, match="cannot be filtered by colour"):
        listed(cast.agent, colour="red")
    with pytest.raises(DBAPIError, match="in that order"):
        listed(cast.agent, sort="beauty")


@pytest.mark.parametrize("sort", ["activity", "created"])
def test_s1_list_org_tickets_in_pages(cast: Cast, queue: dict[str, Any], sort: str):
    """Each once, also when another is opened meanwhile."""
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = listed(cast.agent, sort=sort, limit=2, total=False, **cursor)
        assert page["pagination"]["total"] is None
        seen += [one["title"] for one in page["tickets"]]
        if page["pagination"]["next"] is None:
            break
        cursor = {"after": page["pagination"]["next"]}
        cast.customer.opens("Later")
    assert seen == ["Billed", "Tagged", "Resolved", "Urgent", "Plain"]


def test_s1_a_filter_is_no_statement(cast: Cast, queue: dict[str, Any]):
    """What somebody types is a value."""
    for words in ("' OR true --", "%s", "$1", "\\", "}"):
        assert titles(cast.agent, text=words) == []
        assert titles(cast.agent, tag=words) == []
        assert titles(cast.agent, status=[words]) == []


def test_a_page_is_read_by_an_index(cast: Cast):
    """Under row level security, too, where only some operators may be asked of an index."""
    made = text(
        "SELECT count(*) FROM create_tickets((SELECT jsonb_agg(jsonb_build_object('id', uuidv7(), 'title', 'x',"
        " 'requester_id', CAST(:who AS text))) FROM generate_series(1, 200)))"
    )
    for _ in range(10):
        with transaction(cast.org) as connection:
            connection.execute(made, {"who": cast.customer.id})
    with transaction(login="admin") as connection:
        connection.exec_driver_sql("SET LOCAL ROLE postern_owner; ANALYZE tickets")
    for person in (cast.agent, cast.customer):
        resolved = person.one('SELECT ticket_conditions(\'{"status": "resolved"}\')')
        for condition, asked in (("", "org_id = "), (resolved, "(status)::text = ANY")):
            where = f"t.org_id = '{cast.org}' {condition}"
            plan = person.ask(f"EXPLAIN SELECT * FROM tickets t WHERE {where} ORDER BY last_activity_at DESC LIMIT 21")
            said = [row[0] for row in plan]
            assert [line for line in said if "Index Cond: " in line and asked in line], said
            assert not [line for line in said if "Seq Scan on tickets" in line], said
