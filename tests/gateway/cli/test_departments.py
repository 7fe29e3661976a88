"""Departments at the desk, and the agents in them."""

from gateway.cli.departments import KEYS
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change

MOVE = (
    "SELECT update_tickets(jsonb_build_array(jsonb_build_object('ticket_id', id, 'patch',"
    " jsonb_build_object('department_id', CAST(:department AS uuid))))) FROM tickets WHERE number = :number"
)


def test_agents_are_in_one_department_and_tickets_wait_there(tenant: Tenant, desk: Desk, number: str):
    of, agent = ("--org", tenant.slug), tenant.agent_address
    made = desk.json("departments", "add", "Repairs", *of, "--description", "Hammers")
    assert made.keys() == set(KEYS)
    assert (made["name"], made["description"], made["agents"]) == ("Repairs", "Hammers", [])
    desk.json("departments", "add", "Sales", *of)
    assert desk.json("departments", "join", "repairs", agent.upper(), *of)["agents"] == [agent]
    assert desk.json("departments", "join", "Sales", agent, *of)["agents"] == [agent]
    assert desk.json("departments", "leave", "Repairs", agent, *of)["agents"] == []
    change(tenant, MOVE, department=made["id"], number=number)
    listed = desk.json("departments", "list", *of)
    assert [(one["name"], one["agents"], one["open_tickets"]) for one in listed] == [
        ("Repairs", [], 1), ("Sales", [agent], 0),
    ]  # fmt: skip
    assert "Hammers" in desk("departments", "list", *of).out
    desk.json("departments", "remove", "REPAIRS", *of)
    assert desk.json("ticket", "show", number, *of)["department"] is None
    desk.json("departments", "leave", "Sales", agent, *of)
    assert desk.json("agent", "list", *of)[0]["department"] is None


def test_what_is_no_department_is_refused(tenant: Tenant, desk: Desk):
    of = ("--org", tenant.slug)
    desk.json("departments", "add", "Sales", *of)
    assert "has a department 'sales' already" in desk.refuses("departments", "add", "sales", *of)
    assert "has no department 'Night'; see" in desk.refuses("departments", "join", "Night", tenant.agent_address, *of)
    assert "has no agent 'x@y.test'" in desk.refuses("departments", "join", "Sales", "x@y.test", *of)
