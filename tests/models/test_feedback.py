"""A rating is about one resolution, by whom the ticket is of, and stays as it was given."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.test_ticket import CREATE, create, one, update

RATE = text(
    "INSERT INTO ticket_feedback (org_id, ticket_id, history_id, created_by, rating, comment)"
    " VALUES (:org, :ticket, :history, :who, :rating, 'Thank you') RETURNING history_id"
)


def requester(tenant: Tenant, name: str = "kim") -> UUID:
    with transaction(tenant.id) as connection:
        return add_person(connection, tenant.id, f"{name}@{tenant.domain}", name, Role.CUSTOMER)


def ticket_of(tenant: Tenant, kim: UUID) -> UUID:
    rows = json.dumps([{"id": str(uuid7()), "requester_id": str(kim), "title": "x"}])
    with transaction(tenant.id) as connection:
        made: UUID = connection.execute(CREATE, {"rows": rows}).scalar_one()
    return made


def to_stage(tenant: Tenant, ticket: UUID, name: str) -> UUID:
    stage = one(tenant, "SELECT id FROM workflow_stages WHERE name = :name", name=name).id
    (revision,) = update(tenant, ticket, stage_id=str(stage))
    found: UUID = revision.history_id
    return found


def rate(tenant: Tenant, ticket: UUID, who: UUID, **changes: Any) -> UUID:
    said = {"org": tenant.id, "ticket": ticket, "who": who, "rating": 5, "history": None, **changes}
    role = said.pop("role", "customer")
    with transaction(tenant.id, role=role, profile=said.pop("actor", who)) as connection:
        found: UUID = connection.execute(RATE, said).scalar_one()
    return found


def test_a_resolution_is_rated_once_and_the_next_one_again(tenant: Tenant):
    kim = requester(tenant)
    ticket = ticket_of(tenant, kim)
    first = to_stage(tenant, ticket, "Resolved")
    assert rate(tenant, ticket, kim) == first
    with pytest.raises(IntegrityError, match="uq_ticket_feedback"):
        rate(tenant, ticket, kim)
    to_stage(tenant, ticket, "Closed")
    update(tenant, ticket, priority="low")
    with pytest.raises(IntegrityError, match="uq_ticket_feedback"):
        rate(tenant, ticket, kim, rating=1)
    to_stage(tenant, ticket, "In progress")
    second = to_stage(tenant, ticket, "Closed")
    assert rate(tenant, ticket, kim) == second
    assert second != first


def test_only_what_is_resolved_is_rated(tenant: Tenant):
    kim = requester(tenant)
    ticket = ticket_of(tenant, kim)
    with pytest.raises(DBAPIError, match="no such resolution"):
        rate(tenant, ticket, kim)
    resolution = to_stage(tenant, ticket, "Resolved")
    to_stage(tenant, ticket, "In progress")
    with pytest.raises(DBAPIError, match="row-level security"):
        rate(tenant, ticket, kim, history=resolution)


def test_only_the_revision_that_resolved_it_can_be_named(tenant: Tenant):
    kim = requester(tenant)
    ticket, other = ticket_of(tenant, kim), ticket_of(tenant, kim)
    resolution = to_stage(tenant, ticket, "Resolved")
    closing = to_stage(tenant, ticket, "Closed")
    elsewhere = to_stage(tenant, other, "Resolved")
    start = one(
        tenant, "SELECT id FROM ticket_history WHERE ticket_id = :t AND previous_history_id IS NULL", t=ticket
    ).id
    for revision in (closing, elsewhere, start, uuid7()):
        with pytest.raises(DBAPIError, match="no such resolution"):
            rate(tenant, ticket, kim, history=revision)
    assert rate(tenant, ticket, kim, history=resolution) == resolution


@pytest.mark.parametrize("rating", [0, 6, -1, None])
def test_a_rating_is_one_to_five(tenant: Tenant, rating):
    kim = requester(tenant)
    ticket = ticket_of(tenant, kim)
    to_stage(tenant, ticket, "Resolved")
    with pytest.raises(IntegrityError):
        rate(tenant, ticket, kim, rating=rating)


def test_nobody_but_the_requester_rates(tenant: Tenant, neighbour: Tenant):
    kim, lee = requester(tenant), requester(tenant, "lee")
    ticket = ticket_of(tenant, kim)
    to_stage(tenant, ticket, "Resolved")
    with transaction(tenant.id) as connection:
        said = {"org": tenant.id, "ticket": ticket, "lee": lee}
        copied = (
            "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) VALUES (:org, :ticket, :lee, 'cc')"
        )
        connection.execute(text(copied), said)
    for actor, who, role in (
        (lee, lee, "customer"), (lee, kim, "customer"), (kim, lee, "customer"),
        (tenant.agent, tenant.agent, "agent"), (tenant.agent, kim, "agent"), (tenant.agent, kim, "admin"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError, match="row-level security"):
            rate(tenant, ticket, who, actor=actor, role=role)
    with pytest.raises(DBAPIError, match="no such resolution"):
        rate(neighbour, ticket, kim)


def test_a_rating_stays_as_it_was_given(tenant: Tenant):
    kim, lee = requester(tenant), requester(tenant, "lee")
    ticket = ticket_of(tenant, kim)
    to_stage(tenant, ticket, "Resolved")
    rate(tenant, ticket, kim)
    with pytest.raises(DBAPIError, match="permission denied"), transaction(tenant.id, role="admin") as connection:
        connection.execute(text("UPDATE ticket_feedback SET rating = 5"))
    seen = {}
    for role, profile in (("customer", kim), ("customer", lee), ("agent", tenant.agent), ("admin", None)):
        with transaction(tenant.id, role=role, profile=profile) as connection:
            gone = connection.execute(text("DELETE FROM ticket_feedback")).rowcount if role != "admin" else 0
            seen[role, profile] = (connection.scalar(text("SELECT count(*) FROM ticket_feedback")), gone)
    assert list(seen.values()) == [(1, 0), (0, 0), (1, 0), (1, 0)]


def test_the_organization_notes_a_rating_and_its_admin_removes_it(tenant: Tenant):
    kim = requester(tenant)
    ticket = ticket_of(tenant, kim)
    resolution = to_stage(tenant, ticket, "Resolved")
    for role in ("admin", "system"):
        assert rate(tenant, ticket, kim, role="system", actor=None) == resolution
        with transaction(tenant.id, role=role) as connection:
            assert connection.execute(text("DELETE FROM ticket_feedback")).rowcount == 1


def test_ratings_go_with_their_ticket(tenant: Tenant):
    kim = requester(tenant)
    ticket = ticket_of(tenant, kim)
    to_stage(tenant, ticket, "Resolved")
    rate(tenant, ticket, kim)
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.execute(text("SELECT set_config('app.org_id', :org, true)"), {"org": str(tenant.id)})
        connection.execute(text("DELETE FROM tickets WHERE id = :id"), {"id": ticket})
    with transaction(tenant.id) as connection:
        assert connection.scalar(text("SELECT count(*) FROM ticket_feedback")) == 0


def test_an_agents_own_question_is_none_to_rate(tenant: Tenant):
    ticket = create(tenant, "x")[0].ticket_id
    to_stage(tenant, ticket, "Resolved")
    with pytest.raises(DBAPIError, match="row-level security"):
        rate(tenant, ticket, tenant.agent, role="agent")
