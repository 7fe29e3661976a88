"""`postern limits`: bounds that are shown and set, limits that are listed and lifted."""

import pytest
from sqlalchemy import text

from models.database import transaction
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, file, rows

NOTE = text("SELECT note_door_limit('ip', :it, 'connection', 9, 60, now() + interval '1 hour', 'too often')")


def bound(desk: Desk, tenant: Tenant, action: str, who: str) -> tuple[str, bool]:
    found = desk.json("limits", "show", "--org", tenant.slug)
    ((said, own),) = [(row["bound"], row["own"]) for row in found if (row["action"], row["type"]) == (action, who)]
    return said, own


def test_bounds_are_shown_and_set(tenant: Tenant, desk: Desk):
    assert bound(desk, tenant, "ticket_create", "email") == ("20/hour", False)
    desk.json("limits", "set", "ticket_create", "email", "5/day", "--org", tenant.slug)
    desk.json("limits", "set", "ticket_create", "domain", "off", "--org", tenant.slug)
    assert bound(desk, tenant, "ticket_create", "email") == ("5/day", True)
    assert bound(desk, tenant, "ticket_create", "domain") == ("off", True)
    assert bound(desk, tenant, "message_send", "email") == ("200/hour", False)
    desk.json("limits", "set", "ticket_create", "email", "default", "--org", tenant.slug)
    assert bound(desk, tenant, "ticket_create", "email") == ("20/hour", False)
    assert bound(desk, tenant, "ticket_create", "domain") == ("off", True)
    (row,) = desk.json("limits", "show", "--org", tenant.slug)[:1]
    assert row.keys() == {"org", "action", "type", "bound", "own"}


@pytest.mark.parametrize(
    "words", [("ticket_create", "email", "lots"), ("ticket_create", "user", "5/day"), ("sing", "email", "5/day")]
)
def test_what_is_no_bound_is_refused(tenant: Tenant, desk: Desk, words: tuple[str, ...]):
    assert desk.refuses("limits", "set", *words, "--org", tenant.slug, code=2)


def test_who_is_over_a_limit_is_listed_and_let_in_again(tenant: Tenant, desk: Desk):
    desk.json("limits", "set", "message_send", "email", "1/hour", "--org", tenant.slug)
    file(tenant)
    file(tenant)
    (found,) = desk.json("limits", "list", "--org", tenant.slug)
    assert (found["action"], found["type"], found["identifier"]) == ("message_send", "email", "carla@customer.test")
    assert found["reason"] == "more than 1 mails within an hour from the address carla@customer.test"
    assert found["until"] > found["since"]
    assert found.keys() == {"org", "action", "type", "identifier", "reason", "attempts", "since", "until"}
    assert desk.json("limits", "lift", "Carla@customer.test", "--org", tenant.slug) == [found]
    assert desk.json("limits", "list", "--org", tenant.slug) == []
    file(tenant)
    assert len(rows(tenant, "SELECT id FROM tickets")) == 2
    assert "is not over a limit" in desk.refuses("limits", "lift", "eve@customer.test", "--org", tenant.slug)


def test_the_doors_limits_are_there_too(tenant: Tenant, desk: Desk):
    del tenant
    with transaction() as connection:
        connection.execute(NOTE, {"it": "192.0.2.99"})
    (found,) = [row for row in desk.json("limits", "list") if row["identifier"] == "192.0.2.99"]
    assert (found["org"], found["type"], found["action"], found["reason"]) == (None, "ip", "connection", "too often")
    desk.json("limits", "lift", "192.0.2.99")
    assert not [row for row in desk.json("limits", "list") if row["identifier"] == "192.0.2.99"]
