"""A login is one over all organizations, and none learns from it of another."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from models.base import uuid7
from tests.conftest import Tenant
from tests.models.people import account, ask, person, unbound


def test_a_login_is_seen_by_its_person_and_the_admins_of_its_organizations(tenant: Tenant, neighbour: Tenant):
    customer = person(tenant, "carl")
    email = f"{uuid7()}@people.test"
    made = account(email, customer, neighbour.agent)
    for table, key in (("accounts", "id"), ("account_identities", "account_id")):
        query = f"SELECT count(*) AS seen FROM {table} WHERE {key} = '{made}'"
        who = (("admin", None, 1), ("customer", customer, 1), ("agent", tenant.agent, 0), ("guest", customer, 0))
        for role, profile, seen in who:
            assert ask(tenant.id, query, role=role, profile=profile)[0].seen == seen, (table, role)
        assert ask(neighbour.id, query, role="agent", profile=neighbour.agent)[0].seen == 1
    with pytest.raises(IntegrityError):
        account(email.upper())
    with pytest.raises(IntegrityError, match="uq_profiles_account_id"):
        account(f"{uuid7()}@people.test", tenant.agent, customer)


def test_nobody_reads_a_secret_or_writes_a_login(tenant: Tenant):
    for statement in (
        "SELECT secret_hash FROM accounts",
        "INSERT INTO accounts (email) VALUES ('a@people.test')",
        "UPDATE accounts SET name = 'x'",
        "DELETE FROM accounts",
        "DELETE FROM account_identities",
        "SELECT * FROM admin_invite_codes",
        "INSERT INTO organization_partners SELECT * FROM organization_partners",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask(tenant.id, statement)


def test_a_login_that_is_deleted_leaves_its_people(tenant: Tenant):
    customer = person(tenant, "carl")
    made = account(f"{uuid7()}@people.test", customer)
    with unbound("accounts") as connection:
        connection.execute(text("DELETE FROM accounts WHERE id = :id"), {"id": made})
    assert ask(tenant.id, "SELECT account_id FROM profiles WHERE id = :id", id=customer) == [(None,)]
