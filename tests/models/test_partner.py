"""Partners: both must agree, nobody hears of an organization that did not, and their people come as guests."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.profile import Role
from models.settings import Settings
from tests.conftest import Tenant, make_tenant
from tests.models.people import account, ask, person, unbound

NOT_ADMIN = "only an organization and its admins"
NOBODY = "nobody of a partner"
ROUTED = "SELECT * FROM list_routed_tickets()"


def offer(one: Tenant, slug: str, role: str = "admin", profile: UUID | None = None) -> bool:
    return bool(ask(one.id, "SELECT offer_partnership(:slug) AS it", role=role, profile=profile, slug=slug)[0].it)


def withdraw(one: Tenant, slug: str, role: str = "admin") -> None:
    ask(one.id, "SELECT withdraw_partnership(:slug)", role=role, slug=slug)


def partners(one: Tenant, role: str = "admin") -> list[tuple[Any, ...]]:
    return [tuple(row) for row in ask(one.id, "SELECT * FROM list_partners()", role=role)]


def is_partner(one: Tenant, other: UUID) -> bool:
    return bool(ask(one.id, "SELECT is_partner(:org) AS it", org=other)[0].it)


def rows(one: Tenant, role: str = "admin") -> list[UUID]:
    return [row.it for row in ask(one.id, "SELECT partner_org_id AS it FROM organization_partners", role=role)]


def add_guest(host: Tenant, org: UUID, profile: UUID, role: str = "system") -> UUID:
    found: UUID = ask(host.id, "SELECT add_guest(:org, :id) AS id", role=role, org=org, id=profile)[0].id
    return found


def route(host: Tenant, to: UUID, routing: str = "hybrid") -> UUID:
    """One ticket of the host's agent, routed."""
    asked = json.dumps([{"id": str(uuid7()), "requester_id": str(host.agent), "title": f"routed {routing}"}])
    create = "SELECT ticket_id FROM create_tickets(CAST(:rows AS jsonb))"
    ticket: UUID = ask(host.id, create, rows=asked)[0].ticket_id
    with unbound("tickets", role="system") as connection:
        moved = "UPDATE tickets SET assigned_org_id = :to, routing_type = :routing WHERE org_id = :org AND id = :id"
        connection.execute(text(moved), {"to": to, "routing": routing, "org": host.id, "id": ticket})
    return ticket


@pytest.fixture
def third(instance: Settings) -> Tenant:
    del instance
    return make_tenant()


@pytest.fixture
def agreed(tenant: Tenant, neighbour: Tenant) -> None:
    assert not offer(tenant, neighbour.slug)
    assert offer(neighbour, tenant.slug)


def test_a_partnership_counts_when_both_offered(tenant: Tenant, neighbour: Tenant, third: Tenant):
    assert not offer(tenant, neighbour.slug)
    assert not offer(tenant, neighbour.slug), "an offer may be repeated"
    assert not is_partner(tenant, neighbour.id)
    assert not is_partner(neighbour, tenant.id)
    assert offer(neighbour, tenant.slug.upper())
    assert offer(tenant, neighbour.slug)
    for one, other in ((tenant, neighbour), (neighbour, tenant)):
        assert is_partner(one, other.id)
        assert not is_partner(one, third.id)
        for role in ("system", "admin", "agent"):
            assert partners(one, role) == [(other.id, other.slug, other.slug.upper(), True)]
            assert rows(one, role) == [other.id]
        for role in ("customer", "guest", ""):
            assert partners(one, role) == rows(one, role) == []
    assert partners(third) == rows(third) == []


def test_who_offers_learns_nothing_until_the_other_agrees(tenant: Tenant, neighbour: Tenant):
    heard = [offer(tenant, slug) for slug in (neighbour.slug, "nobody-has-this")]
    assert heard == [False, False]
    for role in ("system", "admin", "agent"):
        assert partners(tenant, role) == rows(tenant, role) == []
    assert partners(neighbour, "agent") == rows(neighbour) == []
    assert partners(neighbour) == [(tenant.id, tenant.slug, tenant.slug.upper(), False)], "who offers tells its name"
    for slug in (neighbour.slug, "nobody-has-this"):
        withdraw(tenant, slug)
    assert partners(neighbour) == []


def test_withdrawing_ends_it_for_both_and_leaves_the_others_offer(tenant: Tenant, neighbour: Tenant, agreed: None):
    withdraw(tenant, neighbour.slug)
    for one, other in ((tenant, neighbour), (neighbour, tenant)):
        assert not is_partner(one, other.id)
        assert rows(one) == []
    assert partners(neighbour) == []
    assert partners(tenant) == [(neighbour.id, neighbour.slug, neighbour.slug.upper(), False)]
    assert offer(tenant, neighbour.slug)
    assert rows(neighbour) == [tenant.id]


@pytest.mark.parametrize("role", ["agent", "customer", "guest", ""])
def test_only_admins_decide_on_partners_and_guests(tenant: Tenant, neighbour: Tenant, agreed: None, role: str):
    with pytest.raises(DBAPIError, match=NOT_ADMIN):
        offer(tenant, neighbour.slug, role)
    with pytest.raises(DBAPIError, match=NOT_ADMIN):
        withdraw(tenant, neighbour.slug, role)
    with pytest.raises(DBAPIError, match=NOT_ADMIN):
        add_guest(tenant, neighbour.id, neighbour.agent, role)


@pytest.mark.parametrize(
    "call", ["offer_partnership('x')", "withdraw_partnership('x')", "add_guest(uuidv7(), uuidv7())"]
)
def test_no_context_decides_nothing(instance: Settings, tenant: Tenant, call: str):
    with pytest.raises(DBAPIError, match=NOT_ADMIN):
        ask(None, f"SELECT {call}")
    with psycopg.connect(instance.url("app")) as connection:  # where no role was ever set, it is null and not ''
        connection.execute("SELECT set_config('app.org_id', %s, true)", [str(tenant.id)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=NOT_ADMIN):
            connection.execute(f"SELECT {call}".encode())


def test_an_organization_is_no_partner_of_its_own(tenant: Tenant):
    with pytest.raises(DBAPIError, match="of its own"):
        offer(tenant, tenant.slug)
    assert not is_partner(tenant, tenant.id)


def test_an_offer_names_who_made_it(tenant: Tenant, neighbour: Tenant, agreed: None):
    admin = person(neighbour, "boss", Role.ADMIN)
    withdraw(neighbour, tenant.slug)
    assert offer(neighbour, tenant.slug, profile=admin)
    assert ask(neighbour.id, "SELECT offered_by FROM organization_partners") == [(admin,)]
    by = "SELECT p.role FROM organization_partners o JOIN profiles p ON p.id = o.offered_by"
    assert ask(tenant.id, by) == [("system",)]


def test_two_that_offer_each_other_at_once_agree(tenant: Tenant):
    for _ in range(5):
        pair = make_tenant(), make_tenant()
        with ThreadPoolExecutor(2) as pool:
            heard = list(pool.map(offer, pair, (pair[1].slug, pair[0].slug)))
        assert any(heard)
        assert (rows(pair[0]), rows(pair[1])) == ([pair[1].id], [pair[0].id])
    assert rows(tenant) == []


def test_a_guest_is_the_person_at_home_and_there_once(tenant: Tenant, neighbour: Tenant, agreed: None):
    email = f"{uuid7()}@people.test"
    customer = person(tenant, "carl")
    ask(tenant.id, "UPDATE profiles SET email = :email WHERE id = :id", email=neighbour.agent_address, id=customer)
    known = account(email, neighbour.agent, customer)
    guest = add_guest(tenant, neighbour.id, neighbour.agent)
    ask(neighbour.id, "UPDATE profiles SET name = 'Anne' WHERE role = 'agent'")
    assert add_guest(tenant, neighbour.id, neighbour.agent, "admin") == guest == neighbour.agent
    query = "SELECT name, email, account_id, home_org_id FROM profiles WHERE role = 'guest'"
    assert ask(tenant.id, query) == [("Anne", neighbour.agent_address, known, neighbour.id)], (
        "though the e-mail is taken"
    )
    by = "SELECT b.role FROM profiles g JOIN profiles b ON b.id = g.added_by WHERE g.role = 'guest'"
    assert ask(tenant.id, by) == [("system",)]
    assert ask(tenant.id, "SELECT id FROM profiles", role="guest", profile=guest) == [(guest,)]


def test_whoever_may_not_come_gets_one_answer(tenant: Tenant, neighbour: Tenant, third: Tenant, agreed: None):
    customer, gone = person(neighbour, "carl"), person(neighbour, "gone", Role.AGENT)
    ask(neighbour.id, "UPDATE profiles SET deleted_at = now() WHERE id = :id", id=gone)
    offer(tenant, third.slug)
    asked = [
        (neighbour.id, customer), (neighbour.id, gone), (neighbour.id, tenant.agent), (neighbour.id, uuid7()),
        (third.id, third.agent), (uuid7(), neighbour.agent), (tenant.id, tenant.agent),
    ]  # fmt: skip
    answers = set()
    for org, profile in asked:
        with pytest.raises(DBAPIError, match=NOBODY) as raised:
            add_guest(tenant, org, profile)
        answers.add(str(raised.value.orig))
    assert len(answers) == 1
    assert ask(tenant.id, "SELECT 1 FROM profiles WHERE role = 'guest'") == []


def test_a_guest_who_was_removed_or_whose_partnership_ended_stays_away(tenant: Tenant, neighbour: Tenant, agreed: None):
    guest = add_guest(tenant, neighbour.id, neighbour.agent)
    ask(tenant.id, "UPDATE profiles SET deleted_at = now() WHERE id = :id", id=guest, role="admin")
    with pytest.raises(DBAPIError, match=NOBODY):
        add_guest(tenant, neighbour.id, neighbour.agent)
    ask(tenant.id, "UPDATE profiles SET deleted_at = NULL WHERE id = :id", id=guest, role="admin")
    assert add_guest(tenant, neighbour.id, neighbour.agent) == guest
    withdraw(neighbour, tenant.slug)
    with pytest.raises(DBAPIError, match=NOBODY):
        add_guest(tenant, neighbour.id, neighbour.agent)


def test_an_admin_makes_no_guest_and_no_more_of_one(tenant: Tenant, neighbour: Tenant, agreed: None):
    with pytest.raises(DBAPIError, match="a_guest_has_a_home"):
        ask(tenant.id, "INSERT INTO profiles (org_id, name, role) VALUES (:org, 'x', 'guest')", org=tenant.id)
    guest = add_guest(tenant, neighbour.id, neighbour.agent)
    with pytest.raises(DBAPIError, match="a_home_makes_a_guest"):
        ask(tenant.id, "UPDATE profiles SET role = 'admin' WHERE id = :id", id=guest, role="admin")


def test_guests_of_an_organization_that_is_deleted_have_left(tenant: Tenant, neighbour: Tenant, agreed: None):
    guest = add_guest(tenant, neighbour.id, neighbour.agent)
    with unbound("organizations") as connection:
        connection.execute(text("DELETE FROM organizations WHERE id = :id"), {"id": neighbour.id})
    found = ask(tenant.id, "SELECT home_org_id, deleted_at IS NULL FROM profiles WHERE id = :id", id=guest)
    assert found == [(None, False)]
    assert rows(tenant) == []


def test_staff_list_what_partners_routed_to_them(tenant: Tenant, neighbour: Tenant, third: Tenant, agreed: None):
    made = {routing: route(tenant, neighbour.id, routing) for routing in ("organization", "hybrid", "internal")}
    route(third, neighbour.id)  # no partner
    route(tenant, third.id)
    for role in ("system", "admin", "agent"):
        found = ask(neighbour.id, ROUTED, role=role, profile=neighbour.agent)
        assert {row.ticket_id for row in found} == {made["organization"], made["hybrid"]}
    row = next(row for row in found if row.routing_type == "hybrid")
    assert (row.org_id, row.organization, row.title) == (tenant.id, tenant.slug.upper(), "routed hybrid")
    for role in ("customer", "guest", ""):
        assert ask(neighbour.id, ROUTED, role=role, profile=neighbour.agent) == []
    assert ask(tenant.id, ROUTED) == ask(third.id, ROUTED) == ask(None, ROUTED) == []
    for one, other in ((tenant, neighbour), (neighbour, tenant)):
        withdraw(one, other.slug)
        assert ask(neighbour.id, ROUTED) == []
        assert offer(one, other.slug)


def test_the_doors_to_a_ticket_may_ask_for_a_partner(tenant: Tenant, neighbour: Tenant, agreed: None):
    with unbound() as connection:
        connection.execute(text("SELECT set_config('app.org_id', :org, true)"), {"org": str(tenant.id)})
        for other, is_one in ((neighbour.id, True), (uuid7(), False)):
            assert connection.scalar(text("SELECT is_partner(:org)"), {"org": other}) is is_one
