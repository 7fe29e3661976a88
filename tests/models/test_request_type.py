"""What requests are sorted by: names once in an organization, trees without rings, and who may see which of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.test_ticket import create
from tests.waiting import until

FIELD: dict[str, Any] = {"key": "k", "label": "x", "type": "text"}
TARGET: dict[str, Any] = {"name": "x", "resolution_minutes": 60}
NOON, TEA = datetime(2026, 5, 1, 12, tzinfo=UTC), datetime(2026, 5, 1, 16, tzinfo=UTC)

ONCE: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
    ("tags", {"name": "Urgent"}, {"name": "uRGENT"}),
    ("categories", {"kind": "ticket", "name": "Sales"}, {"kind": "ticket", "name": "sales"}),
    ("request_types", {"name": "Refund"}, {"name": "REFUND"}),
    ("routing_rules", {"name": "To sales"}, {"name": "to sales"}),
    ("events", {"name": "Fair", "external_id": "e1"}, {"name": "Ball", "external_id": "e1"}),
    ("field_definitions", FIELD, {**FIELD, "label": "y"}),
    ("sla_policies", TARGET, {**TARGET, "name": "X", "priority": "high"}),
    ("business_calendars", {"name": "Summer"}, {"name": "SUMMER"}),
    ("macros", {"title": "Hello", "body": "x"}, {"title": "hello", "body": "y"}),
)
REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "a field to select without options": ("field_definitions", {**FIELD, "type": "select"}),
    "a key that is no name": ("field_definitions", {**FIELD, "key": "My key"}),
    "a type of field there is not": ("field_definitions", {**FIELD, "type": "checkbox"}),
    "an event that ends before it starts": ("events", {"name": "x", "starts_at": TEA, "ends_at": NOON}),
    "no target": ("sla_policies", {"name": "x"}),
    "a target of no time": ("sla_policies", {"name": "x", "first_response_minutes": 0}),
    "an answer after the end": ("sla_policies", {**TARGET, "first_response_minutes": 61}),
    "a second default calendar": ("business_calendars", {"name": "x", "is_default": True}),
    "a time zone there is not": ("business_calendars", {"name": "x", "timezone": "Mars/Phobos"}),
    "a category of requests there is not": ("request_types", {"name": "x", "category": "sales"}),
    "match rules that are a list": ("request_types", {"name": "x", "match_rules": "[]"}),
    "conditions that are a list": ("routing_rules", {"name": "x", "conditions": "[]"}),
    "actions that are no list": ("macros", {"title": "x", "body": "x", "actions": "{}"}),
}


def run(tenant: Tenant, query: str, *, role: str = "admin", profile: UUID | None = None, **said: Any) -> list[Row[Any]]:
    with transaction(tenant.id, role=role, profile=profile) as connection:
        found = connection.execute(text(query), said)
        return list(found) if found.returns_rows else []


def add(tenant: Tenant, table: str, *, role: str = "admin", profile: UUID | None = None, **columns: Any) -> Any:
    said = {"org_id": tenant.id, **columns}
    query = f"INSERT INTO {table} ({', '.join(said)}) VALUES (:{', :'.join(said)}) RETURNING *"
    return run(tenant, query, role=role, profile=profile, **said)[0]


def person(tenant: Tenant, name: str, *audiences: str) -> UUID:
    with transaction(tenant.id) as connection:
        made = add_person(connection, tenant.id, f"{name}@{tenant.domain}", name, Role.CUSTOMER)
        update = text("UPDATE profiles SET audiences = :audiences WHERE id = :id")
        connection.execute(update, {"audiences": list(audiences), "id": made})
    return made


@pytest.mark.parametrize(("table", "first", "again"), ONCE, ids=[table for table, *_ in ONCE])
def test_a_name_is_used_once_in_an_organization(tenant: Tenant, neighbour: Tenant, table, first, again):
    add(tenant, table, **first)
    with pytest.raises(IntegrityError, match=f"uq_{table}"):
        add(tenant, table, **again)
    add(neighbour, table, **first)


@pytest.mark.parametrize(("table", "columns"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused(tenant: Tenant, table, columns):
    with pytest.raises(DBAPIError, match=r"ck_|uq_|domain|time zone"):
        add(tenant, table, **columns)


def test_a_key_may_be_that_of_a_ticket_and_of_a_customer(tenant: Tenant):
    for entity in ("ticket", "customer"):
        add(tenant, "field_definitions", **FIELD, entity=entity)


def test_there_is_one_target_for_a_scope_that_is_in_force(tenant: Tenant):
    add(tenant, "sla_policies", **TARGET)
    add(tenant, "sla_policies", **{**TARGET, "name": "urgent"}, priority="urgent")
    with pytest.raises(IntegrityError, match="uq_sla_policies_scope"):
        add(tenant, "sla_policies", **{**TARGET, "name": "y"})
    run(tenant, "UPDATE sla_policies SET is_active = false WHERE name = 'x'")
    add(tenant, "sla_policies", **{**TARGET, "name": "y"})


def test_what_was_for_one_type_goes_with_it_and_does_not_become_for_all(tenant: Tenant):
    refund = add(tenant, "request_types", name="Refund").id
    field = add(tenant, "field_definitions", **FIELD).id
    add(tenant, "sla_policies", **TARGET, request_type_id=refund)
    add(tenant, "field_visibility_rules", field_definition_id=field, request_type_id=refund)
    add(tenant, "routing_rules", name="x", request_type_id=refund, tags=["refund"])
    run(tenant, "DELETE FROM request_types WHERE id = :id", id=refund)
    assert run(tenant, "SELECT FROM sla_policies") == []
    assert run(tenant, "SELECT FROM field_visibility_rules") == []
    assert run(tenant, "SELECT request_type_id, tags FROM routing_rules") == [(None, ["refund"])]


MOVE = text("UPDATE categories SET parent_id = :parent WHERE id = :id")


def branch(tenant: Tenant, name: str, parent: UUID | None = None, kind: str = "ticket") -> Any:
    return add(tenant, "categories", kind=kind, name=name, parent_id=parent).id


def move(tenant: Tenant, category: UUID, parent: UUID) -> None:
    with transaction(tenant.id, role="admin") as connection:
        connection.execute(MOVE, {"parent": parent, "id": category})


def test_no_category_stands_below_itself(tenant: Tenant):
    top = branch(tenant, "top")
    middle = branch(tenant, "middle", top)
    low = branch(tenant, "low", middle)
    for parent in (middle, low):
        with pytest.raises(IntegrityError, match="below itself"):
            move(tenant, top, parent)
    with pytest.raises(IntegrityError, match="not_its_own_parent"):
        move(tenant, top, top)
    move(tenant, low, top)
    move(tenant, middle, low)


def test_two_moves_at_once_close_no_ring(tenant: Tenant):
    one, other = branch(tenant, "one"), branch(tenant, "other")
    with ThreadPoolExecutor(1) as pool:
        with transaction(tenant.id, role="admin") as connection:
            connection.execute(MOVE, {"parent": other, "id": one})
            second = pool.submit(move, tenant, other, one)
            until(lambda: waits_for(connection) or second.done())
        with pytest.raises(IntegrityError, match="below itself"):
            second.result()


def waits_for(connection: Connection) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    return bool(connection.scalar(text(query)))


def test_a_parent_is_of_the_same_kind_and_organization(tenant: Tenant, neighbour: Tenant):
    shelf, theirs = branch(tenant, "shelf", kind="article"), branch(neighbour, "theirs")
    for parent in (shelf, theirs):
        with pytest.raises(IntegrityError, match="fk_categories"):
            branch(tenant, "x", parent)


def test_siblings_differ_and_cousins_need_not(tenant: Tenant):
    first, second = branch(tenant, "first"), branch(tenant, "second")
    branch(tenant, "Other", first)
    branch(tenant, "Other", second)
    with pytest.raises(IntegrityError, match="uq_categories_name"):
        branch(tenant, "other", first)


def test_without_a_parent_children_stand_at_the_top(tenant: Tenant):
    top = branch(tenant, "top")
    low = branch(tenant, "low", top)
    run(tenant, "DELETE FROM categories WHERE id = :id", id=top)
    assert run(tenant, "SELECT id, parent_id FROM categories WHERE kind = 'ticket'") == [(low, None)]


def link(tenant: Tenant, here: UUID, there: UUID, **who: Any) -> None:
    add(tenant, "ticket_links", ticket_id=here, linked_ticket_id=there, kind="related", **who)


def test_two_tickets_are_linked_once_and_none_to_itself(tenant: Tenant, neighbour: Tenant):
    here, there, third = (made.ticket_id for made in create(tenant, "a", "b", "c"))
    link(tenant, here, there, role="agent", profile=tenant.agent)
    for pair in ((here, there), (there, here)):
        with pytest.raises(IntegrityError, match="uq_ticket_links_pair"):
            link(tenant, *pair)
    with pytest.raises(IntegrityError, match="not_to_itself"):
        link(tenant, third, third)
    with pytest.raises(IntegrityError, match="fk_ticket_links"):
        link(tenant, third, create(neighbour, "x")[0].ticket_id)


def test_a_tag_is_put_by_staff_and_goes_with_the_word(tenant: Tenant, neighbour: Tenant):
    ticket = create(tenant, "a")[0].ticket_id
    staff: dict[str, Any] = {"role": "agent", "profile": tenant.agent}
    tag, theirs = add(tenant, "tags", **staff, name="vip").id, add(neighbour, "tags", name="vip").id
    add(tenant, "ticket_tags", **staff, ticket_id=ticket, tag_id=tag)
    with pytest.raises(IntegrityError, match="fk_ticket_tags"):
        add(tenant, "ticket_tags", ticket_id=ticket, tag_id=theirs)
    with pytest.raises(DBAPIError, match="row-level security"):
        add(tenant, "ticket_tags", role="customer", profile=person(tenant, "kim"), ticket_id=ticket, tag_id=tag)
    run(tenant, "DELETE FROM tags WHERE id = :id", id=tag)
    assert run(tenant, "SELECT FROM ticket_tags") == []


OFFERED: tuple[tuple[str, list[str], bool], ...] = (
    ("all", [], True), ("public", ["public", "retailer"], True), ("retailer", ["retailer", "maker"], True),
    ("maker", ["maker"], True), ("gone", [], False), ("gone retailer", ["retailer"], False),
)  # fmt: skip


@pytest.mark.parametrize(
    ("audiences", "offered"),
    [
        ([], {"all", "public"}),
        (["retailer"], {"all", "public", "retailer"}),
        (["maker", "pro"], {"all", "public", "retailer", "maker"}),
    ],
)
def test_a_customer_is_offered_the_active_types_for_their_audiences(tenant: Tenant, audiences, offered):
    run(tenant, "DELETE FROM request_types")
    for name, roles, active in OFFERED:
        add(tenant, "request_types", name=name, allowed_roles=roles, is_active=active)
    kim = person(tenant, "kim", *audiences)
    names = "SELECT name FROM request_types"
    assert {row.name for row in run(tenant, names, role="customer", profile=kim)} == offered
    assert len(run(tenant, names, role="agent", profile=tenant.agent)) == len(OFFERED)


def test_a_customer_sees_fields_in_use_and_no_rule_that_hides_one(tenant: Tenant):
    used = add(tenant, "field_definitions", **FIELD).id
    add(tenant, "field_definitions", **{**FIELD, "key": "unused"}, is_active=False)
    for shown in (True, False):
        add(tenant, "field_visibility_rules", field_definition_id=used, show_to_customers=shown)
    for role, profile, seen in (("customer", person(tenant, "kim"), (1, 1)), ("agent", tenant.agent, (2, 2))):
        fields = run(tenant, "SELECT FROM field_definitions", role=role, profile=profile)
        rules = run(tenant, "SELECT FROM field_visibility_rules", role=role, profile=profile)
        assert (len(fields), len(rules)) == seen


NAMES_FOR_ALL, FOR_GUESTS = {"tags", "categories", "events"}, {"request_types", "field_definitions"}


@pytest.mark.parametrize(("table", "first", "again"), ONCE, ids=[table for table, *_ in ONCE])
def test_who_reads_what_there_is(tenant: Tenant, table, first, again):
    del again
    add(tenant, table, **first)
    readers = {
        role: bool(run(tenant, f"SELECT FROM {table}", role=role, profile=profile))
        for role, profile in (
            ("agent", tenant.agent),
            ("customer", person(tenant, "kim")),
            ("guest", uuid7()),
            ("", None),
        )
    }
    known = {"agent"} | ({"customer"} if table in NAMES_FOR_ALL | FOR_GUESTS else set())
    known |= {"guest"} if table in FOR_GUESTS else set()
    assert {role for role, reads in readers.items() if reads} == known


def test_how_staff_sorts_a_ticket_is_hidden_from_customers(tenant: Tenant):
    here, there = (made.ticket_id for made in create(tenant, "a", "b"))
    link(tenant, here, there)
    add(tenant, "ticket_tags", ticket_id=here, tag_id=add(tenant, "tags", name="vip").id)
    kim = person(tenant, "kim")
    for table in ("ticket_tags", "ticket_links"):
        assert run(tenant, f"SELECT FROM {table}", role="agent", profile=tenant.agent), table
        assert not run(tenant, f"SELECT FROM {table}", role="customer", profile=kim), table


@pytest.mark.parametrize(("table", "first", "again"), ONCE, ids=[table for table, *_ in ONCE])
def test_agents_write_tags_and_leave_the_rest_to_admins(tenant: Tenant, table, first, again):
    add(tenant, table, **first)
    agent: dict[str, Any] = {"role": "agent", "profile": tenant.agent}
    if table == "tags":
        add(tenant, table, **agent, name=f"n{uuid7()}")
        return
    with pytest.raises(DBAPIError, match="row-level security"):
        add(tenant, table, **agent, **again)
    assert run(tenant, f"UPDATE {table} SET created_at = now() RETURNING 1", **agent) == []
    assert run(tenant, f"DELETE FROM {table} RETURNING 1", **agent) == []
