"""Agents: people get rights by being added, and lose none by being added again."""

from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, file

KEYS = {"id", "org", "address", "name", "role", "department", "status", "created_at"}


def test_an_agent_is_made_with_a_name_from_the_address(tenant: Tenant, desk: Desk):
    made = desk.json("agent", "add", f"Joe.Doe@{tenant.domain}", "--org", tenant.slug, "--department", "Sales")
    assert made.keys() == KEYS
    assert (made["address"], made["name"], made["role"], made["department"]) == (
        f"joe.doe@{tenant.domain}", "Joe Doe", "agent", "Sales",
    )  # fmt: skip
    assert made in desk.json("agent", "list", "--org", tenant.slug)


def test_adding_again_changes_nothing_and_says_so(tenant: Tenant, desk: Desk):
    words = ("agent", "add", tenant.agent_address, "--org", tenant.slug)
    assert "is agent of" in desk.refuses(*words)
    assert desk.json(*words, "--admin")["role"] == "admin"
    assert "is admin of" in desk.refuses(*words)
    assert "is admin of" in desk.refuses(*words, "--admin")


def test_a_customer_becomes_an_agent(tenant: Tenant, desk: Desk):
    file(tenant)
    said = desk("agent", "add", "carla@customer.test", "--org", tenant.slug, "--name", "Carla")
    assert "Carla <carla@customer.test> is agent" in said.out
    assert "(was customer)" in said.out


def test_customers_and_the_system_are_not_listed(tenant: Tenant, desk: Desk):
    file(tenant)
    assert [one["address"] for one in desk.json("agent", "list", "--org", tenant.slug)] == [tenant.agent_address]


def test_a_mailbox_is_nobody(tenant: Tenant, desk: Desk):
    said = desk.refuses("agent", "add", tenant.address, "--org", tenant.slug)
    assert "is a mailbox of this organization" in said
    assert "is not a mail address" in desk.refuses("agent", "add", "nobody", "--org", tenant.slug)


def test_who_is_away_is_listed_so_until_they_are_back(tenant: Tenant, desk: Desk):
    words = (tenant.agent_address.upper(), "--org", tenant.slug)
    assert desk.json("agent", "away", *words)["status"] == "away"
    assert [one["status"] for one in desk.json("agent", "list", "--org", tenant.slug)] == ["away"]
    assert "is back" in desk("agent", "back", *words).out
    assert [one["status"] for one in desk.json("agent", "list", "--org", tenant.slug)] == ["offline"]
    assert "has no agent 'nobody@x.test'" in desk.refuses("agent", "away", "nobody@x.test", "--org", tenant.slug)
