"""Events at the desk."""

from gateway.cli.events import KEYS
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, rows


def test_an_event_is_made_listed_and_removed(tenant: Tenant, desk: Desk):
    of = ("--org", tenant.slug)
    made = desk.json("events", "add", "Summer Fest", *of, "--starts", "2027-06-01T18:00+02:00", "--ends", "2027-06-02")
    assert made.keys() == set(KEYS)
    assert (made["name"], made["starts_at"], made["tickets"]) == ("Summer Fest", "2027-06-01T16:00:00.000000Z", 0)
    desk.json("events", "add", "Gala", *of, "--starts", "2027-07-01", "--location", "Hall")
    assert [one["name"] for one in desk.json("events", "list", *of)] == ["Gala", "Summer Fest"]
    assert "Hall" in desk("events", "list", *of).out
    assert desk.json("events", "remove", "summer fest", *of) == made
    assert len(rows(tenant, "SELECT FROM audit_log WHERE noun = 'events'")) == 3


def test_what_is_no_event_is_refused(tenant: Tenant, desk: Desk):
    of = ("--org", tenant.slug)
    desk.json("events", "add", "Gala", *of)
    assert "has an event 'gala' already" in desk.refuses("events", "add", "gala", *of)
    assert "is no time; write it as" in desk.refuses("events", "add", "X", *of, "--starts", "soon", code=2)
    early = ("--starts", "2027-07-02", "--ends", "2027-07-01")
    assert "ends after it starts" in desk.refuses("events", "add", "X", *of, *early, code=2)
    assert "has no event 'X'; see `postern events list" in desk.refuses("events", "remove", "X", *of)
