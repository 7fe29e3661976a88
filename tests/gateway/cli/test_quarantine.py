"""Quarantine: a person decides, the mail stays, and every decision can be taken back."""

from uuid import UUID

import pytest

from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, a_mail, change, file, rows, store
from workers.inbound.task import receive


@pytest.fixture
def held(tenant: Tenant) -> UUID:
    """A mail that was given up on."""
    mail = store(tenant, a_mail())
    change(
        tenant,
        "UPDATE raw_mail SET stage = 'quarantined', attempts = 3, reason = 'it kills us', leased_until = now(),"
        " processed_at = now() WHERE id = :mail",
        mail=mail,
    )
    return mail


def test_a_listing_and_a_page_say_why(tenant: Tenant, desk: Desk, held: UUID):
    file(tenant)
    (found,) = desk.json("quarantine", "list", "--org", tenant.slug)
    assert (found["id"], found["stage"], found["reason"]) == (str(held), "quarantined", "it kills us")
    assert found.keys() == desk.json("mail", "list", "--org", tenant.slug)[0].keys()
    assert desk.json("quarantine", "show", str(held)) == desk.json("mail", "show", str(held))
    assert "it kills us" in desk("quarantine", "show", held.hex[-12:]).out


def test_a_released_mail_is_filed_after_all(tenant: Tenant, desk: Desk, held: UUID):
    found = desk.json("quarantine", "release", held.hex[-12:])
    assert (found["stage"], found["attempts"], found["reason"], found["leased_until"]) == ("received", 0, None, None)
    assert found["processed_at"] is None
    assert found["trace"][-1] == {"step": "desk", "verdict": "received", "reason": "decided by a person"}
    (row,) = rows(tenant, "SELECT ring_at <= now() AS due FROM raw_mail")
    assert row.due
    receive([str(held)])
    assert desk.json("mail", "show", str(held))["stage"] == "filed"
    assert len(desk.json("ticket", "list", "--org", tenant.slug)) == 1


def test_a_dropped_mail_is_kept_and_can_come_back(tenant: Tenant, desk: Desk, held: UUID):
    dropped = desk.json("quarantine", "drop", str(held), "--reason", "a test\x1b of ours")
    assert (dropped["stage"], dropped["reason"], dropped["attempts"]) == ("dropped", "a test\ufffd of ours", 3)
    assert desk.json("quarantine", "list", "--org", tenant.slug) == []
    assert rows(tenant, "SELECT content FROM raw_mail")[0].content
    assert desk.json("quarantine", "release", str(held))["stage"] == "received"


def test_the_reason_stays_unless_a_new_one_is_given(desk: Desk, held: UUID):
    assert desk.json("quarantine", "drop", str(held))["reason"] == "it kills us"


def test_only_what_is_here_is_moved(tenant: Tenant, desk: Desk):
    filed = str(file(tenant))
    assert "is filed, not in quarantine" in desk.refuses("quarantine", "release", filed)
    assert "is filed, not in quarantine" in desk.refuses("quarantine", "drop", filed)
    assert desk.json("mail", "show", filed)["stage"] == "filed"


def test_what_comes_next_is_said(desk: Desk, held: UUID):
    assert "postern quarantine release" in desk("quarantine", "drop", str(held)).out
    assert f"postern mail explain {held.hex[-12:]}" in desk("quarantine", "release", str(held)).out


def test_the_hour_of_the_daily_letter(tenant: Tenant, desk: Desk):
    of = ("--org", tenant.slug)
    assert desk.json("quarantine", "digest", *of) == [{"org": tenant.slug, "digest": "08:00"}]
    for hour in ("07:30", "off"):
        assert desk.json("quarantine", "digest", hour, *of) == [{"org": tenant.slug, "digest": hour}]
    assert "is no hour" in desk.refuses("quarantine", "digest", "25:00", *of, code=2)
