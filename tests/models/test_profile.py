"""People: who sees and changes whom."""

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from models.base import uuid7
from tests.conftest import Tenant
from tests.models.people import JOIN_TEAM, account, ask, invite, person

REFUSED = "only an admin"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("role", "agent"), ("email", "boss@people.test"), ("department_id", None), ("audiences", "{retailer}"),
        ("custom_fields", '{"vip": true}'), ("metadata", '{"a": 1}'), ("deleted_at", "now"), ("erased_at", "now"),
        ("added_by", "me"), ("username", "System"), ("username", "unknown-sender"),
    ],
)  # fmt: skip
def test_nobody_changes_of_themselves_what_an_admin_gives(tenant: Tenant, column: str, value: str | None):
    customer = person(tenant, "carl")
    made = "INSERT INTO departments (org_id, name) VALUES (:org, 'Queue') RETURNING id"
    queue = ask(tenant.id, made, org=tenant.id)[0].id
    ask(tenant.id, "UPDATE profiles SET department_id = :queue WHERE id = :id", queue=queue, id=customer)
    field = "INSERT INTO field_definitions (org_id, entity, key, label, type)"
    ask(tenant.id, f"{field} VALUES (:org, 'customer', 'vip', 'VIP', 'boolean')", org=tenant.id)
    said = str(customer) if value == "me" else value
    change = f"UPDATE profiles SET {column} = :value WHERE id = :id"
    for role, profile in (("customer", customer), ("agent", tenant.agent)):
        if (column, role) != ("role", "agent") and (column, role) != ("department_id", "agent"):  # theirs already
            with pytest.raises(DBAPIError, match=REFUSED):
                ask(tenant.id, change, role=role, profile=profile, value=said, id=profile)
    if column != "added_by":
        ask(tenant.id, change, role="admin", value=said, id=customer)


def test_people_change_what_is_their_own(tenant: Tenant):
    customer = person(tenant, "carl")
    change = (
        "UPDATE profiles SET name = 'Carl', username = 'carl', status = 'away', last_active = now(), locale = 'de',"
        " preferences = '{\"dense\": true}', avatar_url = 'https://x.test/a.png', timezone = 'Europe/Berlin'"
    )
    for role, profile in (("customer", customer), ("agent", tenant.agent)):
        ask(tenant.id, change.replace("'carl'", f"'{role}'"), role=role, profile=profile)
    found = ask(tenant.id, "SELECT count(*) AS seen FROM profiles WHERE name = 'Carl' AND timezone = 'Europe/Berlin'")
    assert found[0].seen == 2, "each changed themselves and nobody else"


def test_logins_and_homes_are_not_given_by_the_application(tenant: Tenant):
    for column in ("account_id", "home_org_id", "org_id", "id"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask(tenant.id, f"UPDATE profiles SET {column} = NULL")
    for column in ("account_id", "home_org_id"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask(tenant.id, f"INSERT INTO profiles (org_id, name, {column}) VALUES (:org, 'x', :org)", org=tenant.id)


def test_customers_see_themselves_and_agents_everybody(tenant: Tenant):
    customer, other = person(tenant, "carl"), person(tenant, "cora")
    query = "SELECT p.id, a.address FROM profiles p LEFT JOIN profile_addresses a ON a.profile_id = p.id"
    seen = ask(tenant.id, query, role="customer", profile=customer)
    assert [tuple(row) for row in seen] == [(customer, "carl@people.test")]
    staff = ask(tenant.id, query, role="agent", profile=tenant.agent)
    assert {(customer, "carl@people.test"), (other, "cora@people.test"), (tenant.agent, tenant.agent_address)} < {
        (row.id, row.address) for row in staff
    }
    assert ask(tenant.id, query, role="guest", profile=customer) == [(customer, None)]
    assert ask(tenant.id, query, role="", profile=customer) == []


def test_two_organizations_never_see_one_anothers_people(tenant: Tenant, neighbour: Tenant):
    known = account(f"{uuid7()}@people.test", neighbour.agent)
    invite(neighbour)
    ask(neighbour.id, JOIN_TEAM, org=neighbour.id, member=neighbour.agent)
    mine = "org_id = :there"
    tables = {
        "organizations": "id = :there", "profiles": mine, "profile_addresses": mine, "teams": mine,
        "team_members": mine, "org_invites": mine, "accounts": "id = :known",
        "account_identities": "account_id = :known",
    }  # fmt: skip
    for table, condition in tables.items():
        query = f"SELECT count(*) AS seen FROM {table} WHERE {condition}"
        for role, profile in (("system", None), ("admin", None), ("agent", tenant.agent), ("agent", neighbour.agent)):
            for org in (tenant.id, None):
                seen = ask(org, query, role=role, profile=profile, there=neighbour.id, known=known)
                assert seen[0].seen == 0, (table, role)
            if role != "agent":
                assert ask(neighbour.id, query, role=role, there=neighbour.id, known=known)[0].seen > 0, table
    for statement in ("UPDATE profiles SET name = 'x'", "DELETE FROM profile_addresses", "DELETE FROM org_invites"):
        ask(tenant.id, statement + " WHERE org_id = :there", there=neighbour.id)
    assert ask(neighbour.id, "SELECT name FROM profiles WHERE role = 'agent'") == [("Ann Agent",)]
    assert len(ask(neighbour.id, "SELECT 1 FROM profile_addresses UNION ALL SELECT 1 FROM org_invites")) == 2


def test_names_are_unique_in_one_organization_only(tenant: Tenant, neighbour: Tenant):
    made = "INSERT INTO profiles (org_id, name, email, username) VALUES (:org, 'x', :email, :username)"
    teams = "INSERT INTO teams (org_id, name) VALUES (:org, :name)"
    for org in (tenant.id, neighbour.id):
        ask(org, made, org=org, email="one@people.test", username="one")
        ask(org, teams, org=org, name="Field")
    for email, username in (("ONE@people.test", "two"), ("two@people.test", "one")):
        with pytest.raises(IntegrityError):
            ask(tenant.id, made, org=tenant.id, email=email, username=username)
    with pytest.raises(IntegrityError):
        ask(tenant.id, teams, org=tenant.id, name="FIELD")
    ask(tenant.id, "UPDATE teams SET is_support_team = false")
    ask(tenant.id, "UPDATE teams SET is_support_team = true WHERE name = 'Field'")
    with pytest.raises(IntegrityError):
        ask(tenant.id, "INSERT INTO teams (org_id, name, is_support_team) VALUES (:org, 'b', true)", org=tenant.id)
