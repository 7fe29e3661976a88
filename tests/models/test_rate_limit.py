"""A limit has one row for each identifier and action; those of the doors belong to no organization."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from models.database import transaction
from models.settings import Login, Settings
from tests.conftest import Tenant
from tests.models.people import unbound
from tests.refusal import refused, write

LIMIT = (
    "INSERT INTO rate_limits (org_id, identifier_type, identifier, action) VALUES (:org, :kind, :it, 'ticket_create')"
)
NOTE = text("SELECT note_door_limit(:kind, :it, 'connection', 50, 3600, :until, 'too many')")
LIFT = text("SELECT lift_door_limit(:kind, :it, 'connection')")
REMOVE = text("SELECT remove_past_limits(:most)")
BLOCKS = text("SELECT identifier, action, reason FROM door_blocks() ORDER BY identifier")


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("ip", "2001:db8::1", "2001:DB8:0::1"),
        ("ip", "192.0.2.7", "192.0.2.7/24"),
        ("network", "192.0.2.0/24", "192.0.2.7/24"),
        ("email", "a@x.test", "A@x.test"),
        ("domain", "x.test", ""),
        ("user", "01935b2e-7d7c-7000-8000-00000000000a", "01935B2E-7D7C-7000-8000-00000000000A"),
        ("organization", "01935b2e-7d7c-7000-8000-00000000000a", "x.test"),
    ],
)
def test_an_identifier_has_one_spelling_and_one_row(tenant: Tenant, kind, one, other):
    write(tenant, LIMIT, kind=kind, it=one)
    assert refused(tenant, LIMIT, kind=kind, it=one) == "uq_rate_limits_org_id_identifier_type_identifier_action"
    said = refused(tenant, LIMIT, kind=kind, it=other)
    assert said == "ck_rate_limits_identifier" or said.startswith(("invalid cidr", "invalid input syntax"))


def test_a_block_alone_has_an_end(tenant: Tenant):
    write(tenant, LIMIT, kind="email", it="a@x.test")
    assert refused(tenant, "UPDATE rate_limits SET blocked_until = now()") == "ck_rate_limits_blocked_until"
    assert write(tenant, "UPDATE rate_limits SET is_blocked = true, blocked_until = now()") == 1


def test_an_admin_lifts_limits_and_makes_none(tenant: Tenant):
    write(tenant, LIMIT, kind="email", it="a@x.test")
    assert "row-level security" in refused(tenant, LIMIT, role="admin", kind="email", it="b@x.test")
    assert write(tenant, "SELECT FROM rate_limits", role="agent") == 0
    assert write(tenant, "UPDATE rate_limits SET is_blocked = true", role="admin") == 1
    assert write(tenant, "DELETE FROM rate_limits", role="admin") == 1


def door(query: Any, login: Login = "app", **said: Any) -> Any:
    with transaction(login=login) as connection:
        return connection.execute(query, said).all()


@pytest.mark.parametrize("login", ["app", "gateway", "fetcher"])
def test_the_doors_know_whom_to_turn_away(instance: Settings, login: Login):
    for it, until in (("192.0.2.1", None), ("192.0.2.2", "2999-01-01"), ("192.0.2.3", "2020-01-01")):
        door(NOTE, kind="ip", it=it, until=until)
    turned = [("192.0.2.1", "connection", "too many"), ("192.0.2.2", "connection", "too many")]
    assert [tuple(row) for row in door(BLOCKS, login)] == turned
    assert [row[0] for it in ("192.0.2.1", "192.0.2.2") for row in door(LIFT, kind="ip", it=it)] == [True, True]
    assert door(LIFT, kind="ip", it="192.0.2.9")[0][0] is False
    assert door(BLOCKS, login) == []


def test_a_second_decision_replaces_the_first(instance: Settings):
    for until in ("2020-01-01", "2999-01-01"):
        door(NOTE, kind="ip", it="192.0.2.8", until=until)
    assert [row.identifier for row in door(BLOCKS)] == ["192.0.2.8"]
    door(LIFT, kind="ip", it="192.0.2.8")
    with pytest.raises(DBAPIError, match="ck_door_limits_identifier"):
        door(NOTE, kind="ip", it="192.0.2.8/24", until=None)


@pytest.mark.parametrize("query", [NOTE, LIFT])
def test_no_organization_decides_for_the_doors(tenant: Tenant, query):
    said = {"kind": "ip", "it": "192.0.2.1", "until": None}
    with pytest.raises(ProgrammingError, match="belong to no organization"), transaction(tenant.id) as connection:
        connection.execute(query, said)


def test_a_door_stops_somebody_for_all_doors_and_lets_nobody_in(instance: Settings):
    del instance
    said = {"kind": "ip", "it": "192.0.2.4", "until": None}
    door(NOTE, "gateway", **said)
    assert door(LIFT, kind="ip", it="192.0.2.4")[0][0] is True
    for query, login in ((LIFT, "gateway"), (LIFT, "fetcher"), (NOTE, "fetcher")):
        with pytest.raises(ProgrammingError, match="permission denied"):
            door(query, login, **said)  # type: ignore[arg-type]  # logins, all three


# What was lifted, ran out, stands (for long, or until lifted) or was only counted; its hours since then, its period.
PAST = """
    SELECT * FROM (VALUES
        ('lifted@x.test', false, NULL, 27, 3600), ('counted@x.test', false, NULL, 500, 3600),
        ('ended@x.test', true, 27, 999, 3600),
        ('just.lifted@x.test', false, NULL, 25, 3600), ('just.ended@x.test', true, 25, 999, 3600),
        ('daily@x.test', false, NULL, 71, 86400), ('stands@x.test', true, -1, 999, 3600),
        ('for.ever@x.test', true, NULL, 999, 3600)
    ) AS v (name, blocked, ended, changed, period)
"""
KEPT = {"just.lifted@x.test", "just.ended@x.test", "daily@x.test", "stands@x.test", "for.ever@x.test"}


@pytest.mark.parametrize(("table", "org", "value"), [("rate_limits", "org_id,", ":org,"), ("door_limits", "", "")])
def test_what_is_over_for_a_day_and_what_was_counted_then_is_removed(
    instance: Settings, tenant: Tenant, table: str, org: str, value: str
):
    """In every organization and at the doors, by a worker and in steps."""
    made = (
        f"INSERT INTO {table} ({org} identifier_type, identifier, action, is_blocked, blocked_until, updated_at,"
        f" window_seconds) SELECT {value} 'email', name, 'email_verify', blocked, now() - ended * interval '1 hour',"
        f" now() - changed * interval '1 hour', period FROM ({PAST}) past"
    )
    left = f"DELETE FROM {table} WHERE action = 'email_verify' RETURNING identifier"
    with unbound(table) as connection:
        connection.execute(text(made), {"org": tenant.id} if org else {})
    assert [door(REMOVE, most=most)[0][0] for most in (2, 2, 2)] == [2, 1, 0]
    with pytest.raises(ProgrammingError, match="permission denied"):
        door(REMOVE, "gateway", most=1)
    with unbound(table) as connection:
        assert set(connection.scalars(text(left))) == KEPT
