"""`postern block`: one spelling for each sender, and a mail that it keeps can be let in."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, file
from workers.inbound.task import receive

KEYS = {"id", "org", "kind", "value", "reason", "expires_at", "created_at"}


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("Mallory@Evil.Test", "address", "mallory@evil.test"),
        ("evil.test", "domain", "evil.test"),
        ("@Evil.Test.", "domain", "evil.test"),
        ("192.0.2.7", "network", "192.0.2.7/32"),
        ("192.0.2.7/24", "network", "192.0.2.0/24"),
        ("2001:DB8::7/32", "network", "2001:db8::/32"),
    ],
)
def test_each_sender_has_one_spelling(tenant: Tenant, desk: Desk, said: str, kind: str, value: str):
    added = desk.json("block", "add", said, "--org", tenant.slug)
    assert (added["kind"], added["value"], added["org"]) == (kind, value, tenant.slug)
    assert added.keys() == KEYS
    assert desk.json("block", "list", "--org", tenant.slug) == [added]
    assert desk.json("block", "remove", said, "--org", tenant.slug) == {
        "org": tenant.slug, "kind": kind, "value": value,
    }  # fmt: skip
    assert desk.json("block", "list", "--org", tenant.slug) == []


@pytest.mark.parametrize(
    "said", ["", "evil", "a@b@c.test", "m@evil.test/24", "evil.test/24", "192.0.2.0/33", "a b.test"]
)
def test_what_is_no_sender_is_refused(tenant: Tenant, desk: Desk, said: str):
    assert "no address, no domain and no network" in desk.refuses("block", "add", said, "--org", tenant.slug, code=2)


def test_once_more_changes_reason_and_days(tenant: Tenant, desk: Desk):
    desk.json("block", "add", "evil.test", "--org", tenant.slug)
    again = desk.json("block", "add", "evil.test", "--org", tenant.slug, "--reason", "sp\x1bam", "--days", "2")
    assert again["reason"] == "sp\ufffdam"
    lasts = datetime.fromisoformat(again["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=1) < lasts <= timedelta(days=2)
    assert len(desk.json("block", "list", "--org", tenant.slug)) == 1


def test_who_is_not_blocked_cannot_be_removed(tenant: Tenant, desk: Desk):
    assert "does not block the domain evil.test" in desk.refuses("block", "remove", "evil.test", "--org", tenant.slug)


def test_what_it_keeps_can_be_let_in(tenant: Tenant, desk: Desk):
    desk.json("block", "add", "customer.test", "--org", tenant.slug, "--reason", "they know")
    mail = str(file(tenant))
    (kept,) = desk.json("quarantine", "list", "--org", tenant.slug)
    assert (kept["id"], kept["reason"]) == (mail, "the domain customer.test is blocked: they know")
    assert "blocked" in desk("mail", "explain", mail).out
    desk.json("quarantine", "release", mail)
    receive([mail])
    assert desk.json("mail", "show", mail)["stage"] == "filed"
