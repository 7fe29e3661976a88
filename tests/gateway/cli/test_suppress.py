"""Addresses that get no letters: seen, added and lifted at the desk."""

import pytest

from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change, rows
from workers.inbound.news import SOFT_FOR, SOFT_LETTERS, SOFT_WITHIN

KEYS = {"address", "org", "reason", "detail", "until", "created_at"}


@pytest.fixture
def bounced(tenant: Tenant) -> str:
    change(
        tenant,
        "INSERT INTO suppressions (org_id, address, reason, detail)"
        " VALUES (:org, 'carla@customer.test', 'bounced', :why)",
        org=tenant.id,
        why="550 5.1.1 nobody",
    )
    return "carla@customer.test"


def test_a_listing_has_its_keys(tenant: Tenant, desk: Desk, bounced: str):
    (found,) = desk.json("suppress", "list", "--org", tenant.slug)
    assert found.keys() == KEYS
    assert (found["address"], found["org"], found["reason"], found["detail"], found["until"]) == (
        bounced, tenant.slug, "bounced", "550 5.1.1 nobody", None,
    )  # fmt: skip
    said = desk("suppress", "list", "--org", tenant.slug).out
    assert f"{bounced}  bounced" in said


def test_one_is_added_and_lifted(tenant: Tenant, desk: Desk, neighbour: Tenant):
    (added,) = desk.json("suppress", "add", "Carla@Customer.test", "--why", "she asked", "--org", tenant.slug)
    assert (added["address"], added["reason"], added["detail"]) == ("carla@customer.test", "manual", "she asked")
    assert desk.json("suppress", "list", "--org", neighbour.slug) == []
    (lifted,) = desk.json("suppress", "remove", "CARLA@customer.test", "--org", tenant.slug)
    assert lifted["until"]
    assert desk.json("suppress", "list", "--org", tenant.slug) == []
    assert len(desk.json("suppress", "list", "--all", "--org", tenant.slug)) == 1
    assert "every address gets its letters" in desk("suppress", "list", "--org", tenant.slug).out
    desk.json("suppress", "add", "carla@customer.test", "--org", tenant.slug)
    assert len(desk.json("suppress", "list", "--org", tenant.slug)) == 1


def test_lifting_ends_every_reason(tenant: Tenant, desk: Desk, bounced: str):
    desk.json("suppress", "add", bounced, "--org", tenant.slug)
    assert len(desk.json("suppress", "remove", bounced, "--org", tenant.slug)) == 2
    assert rows(tenant, "SELECT address FROM suppressions WHERE until IS NULL OR until > now()") == []
    assert "is not suppressed" in desk.refuses("suppress", "remove", bounced, "--org", tenant.slug)


@pytest.mark.parametrize("address", ["carla", "@x.test", "carla@", "a b@x.test", "a@x.test\nb"])
def test_what_is_no_address_is_refused(tenant: Tenant, desk: Desk, address: str):
    assert "is no address" in desk.refuses("suppress", "add", address, "--org", tenant.slug, code=2)


def test_the_help_says_when_it_happens_by_itself(desk: Desk):
    said = " ".join(desk("suppress", "--help").out.split())
    assert f"{SOFT_LETTERS} letters within {SOFT_WITHIN.days} days" in said
    assert f"for {SOFT_FOR.days} days" in said
