"""An organization's rules are compiled once for each state they are in, and never block the filing of mails."""

from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from tests.conftest import Tenant
from tests.workers.inbound.test_task import a_mail, hint, rows, store
from workers.inbound.facts import observe
from workers.inbound.routing import kept
from workers.inbound.routing.kept import slug
from workers.inbound.routing.rules import Table

RULE = text("INSERT INTO routing_rules (org_id, name, priority) VALUES (:org, :name, 'high')")


def table(tenant: Tenant) -> Table:
    with transaction(tenant.id) as connection:
        return observe(connection, tenant.id, []).routing


def change(tenant: Tenant, statement: str) -> None:
    with transaction(tenant.id) as connection:
        connection.execute(text(statement), {"org": tenant.id} if ":org" in statement else {})


def test_a_table_is_kept_until_something_changes(tenant: Tenant, neighbour: Tenant):
    first = table(tenant)
    assert (first.rules, first.questions) == ((), ())
    assert [(one.slug, one.priority) for one in first.types][:2] == [("billing", "high"), ("technical", None)]
    assert table(tenant) is first
    with transaction(neighbour.id) as connection:
        connection.execute(RULE, {"org": neighbour.id, "name": "theirs"})
    assert table(tenant) is first
    for statement in (
        "INSERT INTO routing_rules (org_id, name, priority) VALUES (:org, 'ours', 'high')",
        "UPDATE routing_rules SET conditions = '{\"all\": 5}'",
        "UPDATE routing_rules SET is_active = false",
        "DELETE FROM routing_rules",
        "INSERT INTO request_types (org_id, name, sort_order) VALUES (:org, 'Spare parts', 1)",
        "UPDATE request_types SET is_active = false WHERE name <> 'Spare parts'",
        "UPDATE organization_settings SET timezone = 'Europe/Vienna'",
        "INSERT INTO events (org_id, name) VALUES (:org, 'Fair')",
        "UPDATE events SET is_active = false",
    ):
        before = table(tenant)
        change(tenant, statement)
        assert table(tenant) is not before, statement
    assert str(table(tenant).zone) == "Europe/Vienna"
    assert [one.slug for one in table(tenant).types] == ["spare-parts"]


def test_a_change_that_began_earlier_and_commits_later_is_seen(tenant: Tenant):
    """Its rows bear an older time than those that were seen already."""
    with transaction(tenant.id) as slow:
        slow.execute(RULE, {"org": tenant.id, "name": "slow"})
        with transaction(tenant.id) as quick:
            quick.execute(RULE, {"org": tenant.id, "name": "quick"})
        assert [one.name for one in table(tenant).rules] == ["quick"]
    assert {one.name for one in table(tenant).rules} == {"slow", "quick"}


def test_conditions_that_are_none_are_left_out_and_named(tenant: Tenant):
    change(tenant, "INSERT INTO routing_rules (org_id, name, conditions) VALUES (:org, 'Odd', '{\"some\": []}')")
    change(tenant, "UPDATE request_types SET match_rules = '{\"body\": [\"x\"]}' WHERE name = 'Billing'")
    found = table(tenant)
    assert found.rules == ()
    assert found.broken == (
        "request type 'Billing': match_rules: 'body' is none of subject, text, sender",
        "rule 'Odd': conditions: 'some' is none of all, any, not",
    )


def test_only_so_many_organizations_are_kept(tenant: Tenant):
    empty = {"types": [], "rules": [], "fields": [], "optional": [], "events": [], "timezone": "UTC", "assigns": True}
    strangers = [uuid7() for _ in range(kept.MOST_KEPT + 5)]
    for org in strangers:
        kept.remembered(org, {"stamp": "1", **empty})
    assert [kept.known(org) for org in (strangers[0], strangers[-1])] == ["", "1"]
    assert len(kept._kept) == kept.MOST_KEPT


def test_a_name_as_a_tag():
    assert [slug(name) for name in ("Billing", "Technical Help!", " Über uns ")] == [
        "billing",
        "technical-help",
        "über-uns",
    ]


def test_a_partner_takes_the_tickets_of_a_type_as_long_as_both_agree(tenant: Tenant, neighbour: Tenant):
    """An offer alone is none, and withdrawing it needs no change of the type."""
    change(tenant, f"UPDATE request_types SET default_routing = 'hybrid', assigned_org_id = '{neighbour.id}'")
    found = "SELECT routing_type, assigned_org_id FROM tickets ORDER BY id DESC LIMIT 1"
    steps = [
        (tenant, f"SELECT offer_partnership('{neighbour.slug}')", ("internal", None)),
        (neighbour, f"SELECT offer_partnership('{tenant.slug}')", ("hybrid", neighbour.id)),
        (neighbour, f"SELECT withdraw_partnership('{tenant.slug}')", ("internal", None)),
    ]
    for number, (who, statement, becomes) in enumerate(steps):
        with transaction(who.id, role="admin", profile=who.agent) as connection:
            connection.execute(text(statement))
        hint(store(tenant, a_mail(number, Subject=f"Invoice {number}")))
        assert tuple(rows(tenant, found)[0]) == becomes, statement
