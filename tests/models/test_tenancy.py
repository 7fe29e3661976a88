"""Organizations, mailboxes and people are made whole or refused with a sentence."""

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import Unusable, add_mailbox, add_organization, add_person
from tests.conftest import Tenant


def test_an_organization_starts_with_a_workflow_and_its_system_profile(tenant: Tenant):
    with transaction(tenant.id) as connection:
        query = text("SELECT name, category, is_start FROM workflow_stages ORDER BY created_at, id")
        stages = connection.execute(query)
        assert [tuple(row) for row in stages] == [
            ("New", "open", True),
            ("In progress", "in_progress", False),
            ("Waiting for customer", "waiting_on_customer", False),
            ("Resolved", "resolved", False),
            ("Closed", "closed", False),
        ]
        assert connection.scalar(text("SELECT count(*) FROM profiles WHERE role = 'system'")) == 1


MALFORMED = ["", "nobody", "two@at@x.test", "sp ace@x.test", "a@x.test\r\nBcc: b@x", '"q"@x.test', "x" * 25 + "@x.test"]


@pytest.mark.parametrize("address", MALFORMED)
def test_a_malformed_mailbox_is_refused(tenant: Tenant, address):
    with pytest.raises(Unusable), transaction(tenant.id) as connection:
        add_mailbox(connection, tenant.id, address, "Support")


def test_an_address_belongs_to_one_organization_and_the_refusal_tells_nothing(tenant: Tenant, neighbour: Tenant):
    with pytest.raises(Unusable, match=r"cannot be used$"), transaction(tenant.id) as connection:
        add_mailbox(connection, tenant.id, neighbour.address, "Support")


def test_a_slug_is_taken_once(tenant: Tenant):
    org = uuid7()
    with pytest.raises(Unusable, match="already"), transaction(org) as connection:
        add_organization(connection, org, "Again", tenant.slug, "AGN")


def test_a_customer_can_become_an_agent(tenant: Tenant):
    with transaction(tenant.id) as connection:
        first = add_person(connection, tenant.id, "Kim@x.test", "Kim", Role.CUSTOMER)
        assert add_person(connection, tenant.id, "kim@X.test", "Kim K", Role.AGENT) == first


def test_a_mailbox_is_no_person(tenant: Tenant):
    with pytest.raises(Unusable), transaction(tenant.id) as connection:
        add_person(connection, tenant.id, tenant.address, "Loop", Role.AGENT)
