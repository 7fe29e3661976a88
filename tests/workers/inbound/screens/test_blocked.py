"""Blocked senders: which of them a mail means, and that a released mail passes."""

import pytest
from sqlalchemy import text

from models.database import transaction
from tests.conftest import Tenant
from tests.workers.inbound.mailroom import file, rows, store, written

BLOCK = text(
    "INSERT INTO blocked_senders (org_id, kind, value, reason, expires_at)"
    " VALUES (:org, :kind, :value, 'spam', now() + CAST(:lasts AS interval))"
)


def block(tenant: Tenant, kind: str, value: str, lasts: str | None = None) -> None:
    with transaction(tenant.id, role="admin") as connection:
        connection.execute(BLOCK, {"org": tenant.id, "kind": kind, "value": value, "lasts": lasts})


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("address", "mallory@evil.test", True),
        ("address", "bounces@list.test", True),
        ("address", "carla@evil.test", False),
        ("domain", "evil.test", True),
        ("domain", "test", True),
        ("domain", "list.test", True),
        ("domain", "il.test", False),
        ("domain", "mail.evil.test", False),
        ("network", "198.51.100.0/24", True),
        ("network", "198.51.100.7/32", True),
        ("network", "198.51.0.0/25", False),
        ("network", "2001:db8::/32", False),
    ],
)
def test_whom_a_mail_is_from(tenant: Tenant, kind: str, value: str, kept: bool):
    block(tenant, kind, value)
    content = written("Mallory <Mallory@Evil.Test>")
    (row,) = file(tenant, store(tenant, content, path="Bounces@list.test", peer="198.51.100.7"))
    if kept:
        assert (row.stage, row.reason) == ("quarantined", f"the {kind} {value} is blocked: spam")
        assert row.trace[-1] == {"step": "blocked", "verdict": "quarantined", "reason": row.reason}
        assert rows(tenant, "SELECT id FROM tickets") == rows(tenant, "SELECT id FROM outgoing") == []
    else:
        assert row.stage == "filed"


def test_a_block_below_a_domain_and_by_a_network_in_ipv6(tenant: Tenant):
    block(tenant, "domain", "evil.test")
    block(tenant, "network", "2001:db8:7::/48")
    below = store(tenant, written("m@mail.evil.test"))
    beside = store(tenant, written("m@notevil.test"))
    near = store(tenant, written("m@good.test"), peer="2001:db8:7::25")
    mapped = store(tenant, written("m@good.test"), peer="::ffff:198.51.100.7")
    assert [row.stage for row in file(tenant, below, beside, near, mapped)] == [
        "quarantined", "filed", "quarantined", "filed",
    ]  # fmt: skip


def test_one_that_has_expired_is_none_and_another_organization_has_its_own(tenant: Tenant, neighbour: Tenant):
    block(tenant, "address", "m@evil.test", "-1 minute")
    block(neighbour, "address", "m@evil.test", "1 minute")
    (ours,) = file(tenant, store(tenant, written("m@evil.test")))
    (theirs,) = file(neighbour, store(neighbour, written("m@evil.test")))
    assert (ours.stage, theirs.stage) == ("filed", "quarantined")


def test_what_was_imported_is_history_and_not_screened(tenant: Tenant):
    block(tenant, "address", "m@evil.test")
    mail = store(tenant, written("m@evil.test"))
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE raw_mail SET protocol = 'import' WHERE id = :id"), {"id": mail})
    assert file(tenant, mail)[0].stage == "filed"
