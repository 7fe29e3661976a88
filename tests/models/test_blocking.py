"""Whom nobody hears has one spelling; an agent blocks under their own name and takes nobody off."""

import pytest

from models.base import uuid7
from tests.conftest import Tenant
from tests.refusal import refused, write

BLOCK = "INSERT INTO blocked_senders (org_id, kind, value, created_by) VALUES (:org, :kind, :value, :agent)"
SUPPRESS = "INSERT INTO suppressions (org_id, address, reason, until) VALUES (:org, :address, :reason, :until)"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("address", "bad@x.test"), ("domain", "x.test"), ("network", "192.0.2.0/24"), ("network", "2001:db8::/32")],
)
def test_a_sender_is_blocked_once(tenant: Tenant, neighbour: Tenant, kind, value):
    write(tenant, BLOCK, kind=kind, value=value)
    write(neighbour, BLOCK, kind=kind, value=value)
    assert refused(tenant, BLOCK, kind=kind, value=value) == "uq_blocked_senders_org_id_kind_value"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("address", "Bad@x.test"),
        ("address", "x.test"),
        ("address", "a@b\r\nc"),
        ("domain", "X.test"),
        ("domain", "a@x.test"),
        ("domain", ""),
        ("network", "2001:DB8::/32"),
        ("network", "192.0.2.7/24"),
        ("network", "x.test"),
    ],
)
def test_no_second_spelling_slips_past(tenant: Tenant, kind, value):
    assert refused(tenant, BLOCK, kind=kind, value=value) in (
        "ck_blocked_senders_value",
        f'invalid cidr value: "{value}"',
        f'invalid input syntax for type cidr: "{value}"',
    )


def test_an_agent_blocks_under_their_own_name_and_takes_nobody_off(tenant: Tenant):
    write(tenant, BLOCK, role="agent", kind="domain", value="x.test")
    other = refused(tenant, BLOCK, role="agent", kind="domain", value="y.test", agent=uuid7())
    assert "row-level security" in other
    assert write(tenant, "DELETE FROM blocked_senders", role="agent") == 0
    assert write(tenant, "DELETE FROM blocked_senders", role="admin") == 1


def test_the_end_of_one_reason_leaves_the_other(tenant: Tenant):
    write(tenant, SUPPRESS, address="a@x.test", reason="bounced", until="2026-01-01")
    write(tenant, SUPPRESS, address="a@x.test", reason="unsubscribed", until=None)
    assert write(tenant, "DELETE FROM suppressions WHERE until < now()") == 1
    assert refused(tenant, SUPPRESS, address="a@x.test", reason="unsubscribed", until=None) == "pk_suppressions"


@pytest.mark.parametrize(("address", "reason"), [("A@x.test", "manual"), ("", "manual"), ("a@x.test", "bored")])
def test_what_is_no_suppression(tenant: Tenant, address, reason):
    assert refused(tenant, SUPPRESS, address=address, reason=reason, until=None) in (
        "ck_suppressions_address",
        "suppression_reason_check",
    )


def test_only_admins_know_whom_to_believe(tenant: Tenant):
    sealer = "INSERT INTO allowed_sealers (org_id, domain, created_by) VALUES (:org, :domain, :agent)"
    write(tenant, sealer, role="admin", domain="lists.test")
    assert refused(tenant, sealer, domain="Lists.test") == "ck_allowed_sealers_domain"
    assert "row-level security" in refused(tenant, sealer, role="agent", domain="evil.test")
    assert write(tenant, "SELECT FROM allowed_sealers", role="agent") == 0
