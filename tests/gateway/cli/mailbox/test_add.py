"""Mailboxes: an address receives for one organization, and nobody else's is told."""

import pytest
from sqlalchemy import text

from models.database import transaction
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk

KEYS = {
    "id", "org", "address", "name", "department", "kind", "is_active", "state", "last_seen_at", "lag_seconds",
    "oldest_waiting_at", "error_count", "last_error", "last_error_at", "gap_alarms", "set_aside", "created_at",
    "is_broken", "failing_since", "access_token_seconds", "refresh_token_seconds",
}  # fmt: skip


def test_a_mailbox_is_made_and_the_door_knows_it(tenant: Tenant, desk: Desk):
    made = desk.json("mailbox", "add", f"Sales@{tenant.domain}", "--org", tenant.slug, "--name", "Sales Team")
    assert made.keys() == KEYS
    assert (made["org"], made["address"], made["name"], made["department"]) == (
        tenant.slug, f"sales@{tenant.domain}", "Sales Team", None,
    )  # fmt: skip
    assert made in desk.json("mailbox", "list", "--org", tenant.slug)
    with transaction(login="gateway") as connection:
        found = connection.execute(text("SELECT * FROM resolve_address(:a)"), {"a": made["address"]}).one()
    assert (str(found.org_id), str(found.mailbox_id)) == (str(tenant.id), made["id"])


def test_a_department_is_made_once_and_said(tenant: Tenant, desk: Desk):
    first = desk("mailbox", "add", f"a@{tenant.domain}", "--org", tenant.slug, "--department", "Second  Level")
    assert "department Second Level is new" in first.out
    second = desk("mailbox", "add", f"b@{tenant.domain}", "--org", tenant.slug, "--department", "second level")
    assert "is new" not in second.out
    listed = desk.json("mailbox", "list", "--org", tenant.slug)
    assert [one["department"] for one in listed] == ["Second Level", "Second Level", None]


def test_the_name_is_the_organizations_unless_given(tenant: Tenant, desk: Desk):
    made = desk.json("mailbox", "add", f"c@{tenant.domain}", "--org", tenant.slug)
    assert made["name"] == tenant.slug.upper()


def test_a_taken_address_is_refused_and_nothing_is_left(tenant: Tenant, neighbour: Tenant, desk: Desk):
    assert "is a mailbox of" in desk.refuses("mailbox", "add", tenant.address.upper(), "--org", tenant.slug)
    assert "is an address of a person" in desk.refuses("mailbox", "add", tenant.agent_address, "--org", tenant.slug)
    said = desk.refuses("mailbox", "add", tenant.address, "--org", neighbour.slug, "--department", "New")
    assert "cannot be used; choose another address" in said
    assert tenant.slug not in said.replace(tenant.address, "")
    assert tenant.address not in {one["address"] for one in desk.json("mailbox", "list", "--org", neighbour.slug)}
    with transaction(neighbour.id) as connection:
        assert connection.scalar(text("SELECT count(*) FROM departments")) == 0


@pytest.mark.parametrize("address", ["support", "a b@x.test", "@x.test", f"{'x' * 60}@x.test", "support@x.test\nRCPT"])
def test_what_cannot_receive_is_refused(tenant: Tenant, desk: Desk, address: str):
    desk.refuses("mailbox", "add", address, "--org", tenant.slug)
