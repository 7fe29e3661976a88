"""The two doors to a ticket: numbers without gaps, an unbroken history, patches that can unset."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from tests.conftest import Tenant

CREATE = text("SELECT * FROM create_tickets(CAST(:rows AS jsonb))")
UPDATE = text("SELECT * FROM update_tickets(CAST(:rows AS jsonb))")


def create(tenant: Tenant, *titles: str) -> list[Row[Any]]:
    rows = [{"id": str(uuid7()), "requester_id": str(tenant.agent), "title": title} for title in titles]
    with transaction(tenant.id) as connection:
        return list(connection.execute(CREATE, {"rows": json.dumps(rows)}))


def update(tenant: Tenant, ticket: UUID, **patch: Any) -> list[Row[Any]]:
    with transaction(tenant.id, role="agent", profile=tenant.agent) as connection:
        rows = [{"ticket_id": str(ticket), "patch": patch, "reason": "test"}]
        return list(connection.execute(UPDATE, {"rows": json.dumps(rows)}))


def one(tenant: Tenant, query: str, **said: Any) -> Any:
    with transaction(tenant.id) as connection:
        return connection.execute(text(query), said).one()


def test_numbers_follow_one_another(tenant: Tenant):
    made = create(tenant, "a", "b") + create(tenant, "c")
    assert all(re.fullmatch(r"TST-\d{4}-\d\d-\d{5}", row.ticket_number) for row in made)
    assert [int(row.ticket_number[-5:]) for row in made] == [1, 2, 3]


def test_numbers_go_on_beyond_five_digits(tenant: Tenant):
    create(tenant, "a")
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.execute(text("SELECT set_config('app.org_id', :org, true)"), {"org": str(tenant.id)})
        connection.execute(text("UPDATE ticket_counters SET value = 99999 WHERE org_id = :org"), {"org": tenant.id})
    assert create(tenant, "b")[0].ticket_number.endswith("-100000")


def test_numbers_have_no_gap_when_many_write_and_some_fail(tenant: Tenant):
    def write(index: int) -> None:
        if index % 5 == 0:
            with pytest.raises(DBAPIError):
                create(tenant, "fails", None)  # type: ignore[arg-type]  # a ticket needs a title
        else:
            create(tenant, f"ticket {index}", "and another")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(50)))
    with transaction(tenant.id) as connection:
        numbers = sorted(int(n[-5:]) for n in connection.scalars(text("SELECT number FROM tickets")))
    assert numbers == list(range(1, 81))


def test_history_is_a_chain_and_the_ticket_mirrors_its_end(tenant: Tenant):
    ticket = create(tenant, "first")[0].ticket_id
    update(tenant, ticket, title="second", priority="medium")
    update(tenant, ticket, assigned_to=str(tenant.agent))
    update(tenant, ticket, assigned_to=None, priority="urgent")
    with transaction(tenant.id) as connection:
        query = "SELECT id, previous_history_id, title, priority, assigned_to, changed_by, changes FROM ticket_history"
        rows = connection.execute(text(query + " ORDER BY changed_at, id")).all()
    assert [row.previous_history_id for row in rows] == [None, *[row.id for row in rows[:-1]]]
    assert [row.title for row in rows] == ["first", "second", "second", "second"]
    assert [row.assigned_to for row in rows] == [None, None, tenant.agent, None]
    assert rows[1].changes == {"title": {"from": "first", "to": "second"}}, "medium is normal, so no change"
    assert {row.changed_by for row in rows[1:]} == {tenant.agent}
    mirror = one(tenant, "SELECT latest_history_id, title, priority, assigned_to FROM tickets")
    assert tuple(mirror) == (rows[-1].id, "second", "urgent", None)


def test_a_patch_that_changes_nothing_writes_nothing(tenant: Tenant):
    ticket = create(tenant, "same")[0].ticket_id
    assert update(tenant, ticket, title="same", priority="normal") == []
    assert update(tenant, ticket) == []


def test_a_stage_moves_status_and_times(tenant: Tenant):
    ticket = create(tenant, "x")[0].ticket_id
    stages = {row.name: str(row.id) for row in transaction_rows(tenant, "SELECT id, name FROM workflow_stages")}
    update(tenant, ticket, stage_id=stages["Resolved"])
    row = one(tenant, "SELECT status, resolved_at, closed_at FROM tickets")
    assert (row.status, row.resolved_at is None, row.closed_at is None) == ("resolved", False, True)
    update(tenant, ticket, stage_id=stages["In progress"])
    row = one(tenant, "SELECT status, resolved_at, closed_at FROM tickets")
    assert tuple(row) == ("in_progress", None, None)


def transaction_rows(tenant: Tenant, query: str) -> list[Row[Any]]:
    with transaction(tenant.id) as connection:
        return list(connection.execute(text(query)))


def test_another_organizations_ticket_and_stage_are_not_there(tenant: Tenant, neighbour: Tenant):
    theirs = create(neighbour, "secret")[0].ticket_id
    with pytest.raises(DBAPIError, match="not there"):
        update(tenant, theirs, title="mine")
    with pytest.raises(DBAPIError, match="not there"):
        update(tenant, uuid7(), title="mine")
    ours = create(tenant, "x")[0].ticket_id
    stage = transaction_rows(neighbour, "SELECT id FROM workflow_stages")[0].id
    for unknown in (stage, uuid7()):
        with pytest.raises(DBAPIError, match="not in the ticket's workflow"):
            update(tenant, ours, stage_id=str(unknown))
    assert one(tenant, "SELECT title FROM tickets").title == "x"


def change_history(tenant: Tenant, statement: str) -> None:
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.execute(text("SELECT set_config('app.org_id', :org, true)"), {"org": str(tenant.id)})
        connection.execute(text(statement))


def test_history_cannot_be_changed(tenant: Tenant):
    create(tenant, "x")
    for statement in ("UPDATE ticket_history SET title = 'y'", "DELETE FROM ticket_history"):
        with pytest.raises(DBAPIError, match="append-only"):
            change_history(tenant, statement)


def test_an_agents_first_public_comment_is_the_first_response(tenant: Tenant):
    ticket = create(tenant, "x")[0].ticket_id
    insert = text(
        "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, is_internal, text)"
        " VALUES (:org, :ticket, :author, 'agent', :internal, 'hello')"
    )
    said = {"org": tenant.id, "ticket": ticket, "author": tenant.agent}
    with transaction(tenant.id) as connection:
        connection.execute(insert, said | {"internal": True})
    assert one(tenant, "SELECT first_response_at FROM tickets").first_response_at is None
    with transaction(tenant.id) as connection:
        connection.execute(insert, said | {"internal": False})
    assert one(tenant, "SELECT first_response_at FROM tickets").first_response_at is not None
