"""The first start leaves something to write to; every other start leaves alone what is there."""

import pytest

from gateway.cli.first import furnish
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk
from tests.running import Postern


@pytest.mark.xdist_group("system")
def test_the_first_start_makes_the_demo(running: Postern):
    (org,) = running.desk("org", "list")
    assert (org["slug"], org["name"], org["prefix"]) == ("demo", "Demo", "DEMO")
    (mailbox,) = running.desk("mailbox", "list")
    assert (mailbox["address"], mailbox["name"]) == ("support@demo.test", "Demo Support")
    people = {one["address"]: (one["name"], one["role"]) for one in running.desk("agent", "list")}
    assert people == {"agent@demo.test": ("Demo Agent", "agent"), "admin@demo.test": ("Demo Admin", "admin")}
    assert "admin@demo.test is its admin" in running.said()


def test_where_there_is_an_organization_nothing_is_made(tenant: Tenant, desk: Desk):
    before = desk.json("org", "list")
    assert tenant.slug in {one["slug"] for one in before}
    assert furnish() is False
    assert desk.json("org", "list") == before


def test_the_help_tells_of_the_demo(desk: Desk):
    said = desk("up", "--help").out
    assert "--no-demo" in said
    assert "support@demo.test" in said
