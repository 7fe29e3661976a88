"""Teams at the desk, and who is in them."""

from gateway.cli.teams import KEYS
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, rows

AUDITED = "SELECT action FROM audit_log WHERE noun = 'team_members' ORDER BY place"


def test_agents_join_and_leave_a_team(tenant: Tenant, desk: Desk):
    of = ("--org", tenant.slug)
    bob = desk.json("agent", "add", f"bob@{tenant.domain}", *of)["address"]
    made = desk.json("teams", "add", "Night shift", *of, "--description", "After ten")
    assert made.keys() == set(KEYS)
    assert (made["name"], made["description"], made["agents"], made["is_support_team"]) == (
        "Night shift", "After ten", [], False,
    )  # fmt: skip
    joined = desk.json("teams", "join", "night SHIFT", bob, tenant.agent_address.upper(), bob, *of)
    assert joined["agents"] == sorted([bob, tenant.agent_address])
    assert desk.json("teams", "leave", "Night shift", tenant.agent_address, *of)["agents"] == [bob]
    assert bob in desk("teams", "list", *of).out
    assert desk.json("teams", "remove", "night shift", *of)["agents"] == [bob]
    assert [one["name"] for one in desk.json("teams", "list", *of)] == ["Support"]
    assert [row.action for row in rows(tenant, AUDITED)] == ["insert", "insert", "delete", "delete"]


def test_what_is_no_team_or_agent_is_refused(tenant: Tenant, desk: Desk):
    of = ("--org", tenant.slug)
    assert "has a team 'support' already" in desk.refuses("teams", "add", "support", *of)
    assert "has no team 'Night'; see `postern teams list" in desk.refuses("teams", "remove", "Night", *of)
    assert "has no agent 'x@y.test'" in desk.refuses("teams", "join", "Support", tenant.agent_address, "x@y.test", *of)
    assert desk.json("teams", "list", *of)[0]["agents"] == [], "all or nobody"
    assert "a team needs a name" in desk.refuses("teams", "add", " ", *of)
