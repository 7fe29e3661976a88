"""An organization starts with what it needs, each part usable; what it has made of it is left alone."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.request_type import RequestCategory
from models.tenancy import add_person
from models.workflow import Status
from tests.conftest import Tenant
from tests.workers.outbound.drafts import draft
from workers.outbound.render import _values, environment

DEFAULTS = {
    "organization_settings": 1,
    "workflows": 1,
    "workflow_stages": 5,
    "request_types": 4,
    "macros": 4,
    "categories": 1,
    "teams": 1,
    "business_calendars": 1,
}


def rows(tenant: Tenant, query: str) -> list[Row[Any]]:
    with transaction(tenant.id) as connection:
        return list(connection.execute(text(query)))


def run(tenant: Tenant, *statements: str) -> None:
    with transaction(tenant.id) as connection:
        for statement in statements:
            connection.execute(text(statement))


def counted(tenant: Tenant) -> dict[str, int]:
    with transaction(tenant.id) as connection:
        return {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in DEFAULTS}


def install(org: UUID, *, context: UUID) -> None:
    """As a migration does it for an organization that was there before."""
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.execute(text("SELECT set_config('app.org_id', :org, true)"), {"org": str(context)})
        connection.execute(text("SELECT install_defaults(:org)"), {"org": org})


def test_a_fresh_organization_has_all_of_it(tenant: Tenant):
    assert counted(tenant) == DEFAULTS
    assert len(rows(tenant, "SELECT FROM profiles WHERE role = 'system'")) == 1


def test_the_workflow_leads_from_its_one_start_to_its_one_end(tenant: Tenant):
    query = "SELECT s.* FROM workflow_stages s JOIN workflows w ON w.id = s.workflow_id WHERE w.is_default"
    stages = {stage.id: stage for stage in rows(tenant, query)}
    (start,) = (stage for stage in stages.values() if stage.is_start)
    (end,) = (stage for stage in stages.values() if stage.is_end)
    way = [start]
    while following := way[-1].next_stage_id:
        assert stages[following].prev_stage_id == way[-1].id
        way.append(stages[following])
    assert way[-1] == end
    assert [stage.category for stage in way] == list(Status)


def test_there_is_a_request_type_of_each_category(tenant: Tenant):
    found = rows(tenant, "SELECT * FROM request_types ORDER BY sort_order")
    assert [row.category for row in found] == list(RequestCategory)
    assert [row.name.lower() for row in found] == list(RequestCategory)
    assert [row.name for row in found if row.requires_event] == ["Event"]
    assert [row.name for row in found if not row.match_rules] == ["General"], "the last takes what none matched"
    words = [word for row in found for word in row.match_rules.get("subject", [])]
    assert words == [word.lower() for word in words]
    assert len(words) == len(set(words)), "a word that means two types means none"


def test_every_customer_may_choose_each_request_type(tenant: Tenant):
    with transaction(tenant.id) as connection:
        customer = add_person(connection, tenant.id, f"kim@{tenant.domain}", "Kim", Role.CUSTOMER)
    with transaction(tenant.id, role="customer", profile=customer) as connection:
        assert connection.scalar(text("SELECT count(*) FROM request_types")) == len(RequestCategory)


def test_each_macro_can_be_sent_and_done(tenant: Tenant):
    values = _values(draft())
    stages = {row.category for row in rows(tenant, "SELECT category FROM workflow_stages")}
    macros = rows(tenant, "SELECT * FROM macros")
    for macro in macros:
        for known in ({}, {"recipient_name": ""}):
            letter = environment().from_string(macro.body).render({**values, **known})
            assert letter.startswith("Hello")
            assert str(values["title"]) in letter
            assert not {"{", "}"} & set(letter)
            assert letter == letter.strip("\n")
        assert [(one["type"], one["to"] in stages) for one in macro.actions] == [("status", True)]
    assert len({macro.actions[0]["to"] for macro in macros}) == len(macros)
    (system,) = rows(tenant, "SELECT id FROM profiles WHERE role = 'system'")
    assert {macro.created_by for macro in macros} == {system.id}


def test_articles_have_a_shelf_and_people_a_support_team(tenant: Tenant):
    assert rows(tenant, "SELECT kind, parent_id FROM categories") == [("article", None)]
    assert rows(tenant, "SELECT name, is_support_team FROM teams") == [("Support", True)]


def test_business_hours_are_those_of_the_organization_wherever_it_is(tenant: Tenant):
    (calendar,) = rows(tenant, "SELECT * FROM business_calendars")
    assert calendar.is_default
    assert calendar.timezone is None, "follows the organization's, also when that is set later"
    assert calendar.hours == {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def test_once_more_adds_nothing(tenant: Tenant):
    install(tenant.id, context=tenant.id)
    assert counted(tenant) == DEFAULTS


def test_what_got_another_name_is_known_again(tenant: Tenant):
    run(
        tenant,
        "UPDATE workflows SET name = 'Ours'",
        "UPDATE request_types SET name = 'Our ' || name, is_active = false",
        "UPDATE macros SET title = 'Our ' || title",
        "UPDATE categories SET name = 'Ours'",
        "UPDATE teams SET name = 'Ours'",
        "UPDATE business_calendars SET name = 'Ours'",
    )
    install(tenant.id, context=tenant.id)
    assert counted(tenant) == DEFAULTS
    assert not rows(tenant, "SELECT FROM request_types WHERE is_active"), "what was switched off stays off"


def test_what_has_the_name_but_is_something_else_is_left_alone(tenant: Tenant):
    run(
        tenant,
        "UPDATE request_types SET name = 'BILLING', category = 'general' WHERE name = 'Billing'",
        "UPDATE macros SET title = upper(title), metadata = '{}'",
        "UPDATE teams SET name = 'support', is_support_team = false",
        "UPDATE business_calendars SET name = 'BUSINESS HOURS', is_default = false",
    )
    install(tenant.id, context=tenant.id)
    assert counted(tenant) == DEFAULTS


def test_an_organization_from_before_gets_what_it_lacks(tenant: Tenant):
    run(tenant, "DELETE FROM macros", "DELETE FROM categories", "DELETE FROM teams", "DELETE FROM business_calendars")
    run(tenant, "DELETE FROM request_types WHERE category <> 'event'")
    kept = rows(tenant, "SELECT id FROM request_types")
    install(tenant.id, context=tenant.id)
    assert counted(tenant) == DEFAULTS
    assert rows(tenant, "SELECT id FROM request_types WHERE category = 'event'") == kept


def test_it_works_on_the_organization_in_the_context_only(tenant: Tenant, neighbour: Tenant):
    run(neighbour, "DELETE FROM macros")
    for stranger in (neighbour.id, uuid7()):
        with pytest.raises(DBAPIError, match="not in this context"):
            install(stranger, context=tenant.id)
    assert counted(neighbour)["macros"] == 0


def test_it_is_for_migrations_and_no_login(tenant: Tenant):
    with pytest.raises(DBAPIError, match="permission denied"):
        run(tenant, f"SELECT install_defaults('{tenant.id}')")
