"""What is kept no longer goes, in small portions, and never what is held."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from models import retention
from models.base import uuid7
from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.canaries import Canaries, mail, standing
from tests.gateway.cli.desk import Desk, change, rows, store
from tests.models.people import unbound
from workers.clock.task import count, index, retain
from workers.inbound.task import receive
from workers.outbound.task import send

CARLA = "Carla <carla@customer.test>"
KEPT = "SELECT content <> '' AS kept FROM raw_mail ORDER BY id"


def came(tenant: Tenant, days: int, subject: str, words: str = "x", *, filed: bool = True) -> UUID:
    """A mail that came so many days ago."""
    long_ago = datetime.now(UTC) - timedelta(days=days)
    fresh = uuid7()
    mark = UUID(int=fresh.int & ((1 << 80) - 1) | int(long_ago.timestamp() * 1000) << 80)
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr("tests.gateway.cli.desk.uuid7", lambda: mark)
        made = store(tenant, mail(CARLA, subject, words))
    change(tenant, "UPDATE raw_mail SET received_at = :at WHERE id = :id", at=long_ago, id=made)
    if filed:
        receive([str(made)])
    else:
        change(tenant, "UPDATE raw_mail SET stage = 'quarantined' WHERE id = :id", id=made)
    return made


def closed(tenant: Tenant, desk: Desk, days: int, subject: str) -> str:
    """Its ticket was closed so many days ago."""
    number = str(rows(tenant, "SELECT number FROM tickets WHERE title = :it", it=subject)[0].number)
    desk.json("ticket", "stage", number, "closed", "--org", tenant.slug)
    with unbound("tickets") as connection:
        connection.execute(text("ALTER TABLE tickets DISABLE TRIGGER USER"))
        connection.execute(
            text("UPDATE tickets SET closed_at = now() - CAST(:ago AS interval), last_activity_at = now() -"
                 " CAST(:ago AS interval) WHERE org_id = :org AND number = :it"),
            {"ago": timedelta(days=days), "org": tenant.id, "it": number},
        )  # fmt: skip
        connection.execute(text("ALTER TABLE tickets ENABLE TRIGGER USER"))
    return number


def keeps(tenant: Tenant, desk: Desk, **days: int) -> None:
    words = [word for name, number in days.items() for word in (f"--{name}", str(number))]
    desk.json("retention", "set", *words, "--org", tenant.slug)


def test_nothing_goes_unless_it_is_said(tenant: Tenant, desk: Desk):
    """And a number of days is one."""
    (shown,) = desk.json("retention", "show", "--org", tenant.slug)
    assert shown == {"org": tenant.slug, "mails": None, "quarantine": None, "tickets": None}
    for wrong in ("0", "-1", "1.5", "always", "99999999", "²"):
        assert "number of days" in desk.refuses("retention", "set", f"--mails={wrong}", "--org", tenant.slug, code=2)
    (shown,) = desk.json("retention", "set", "--mails", "90", "--tickets", "1000", "--org", tenant.slug)
    assert shown == {"org": tenant.slug, "mails": "90", "quarantine": None, "tickets": "1000"}
    (shown,) = desk.json("retention", "set", "--mails", "ever", "--org", tenant.slug)
    assert (shown["mails"], shown["tickets"]) == (None, "1000")
    came(tenant, 5000, "Old")
    retain()
    assert rows(tenant, KEPT) == [(True,)]


def test_mails_are_emptied_when_their_time_is_over(tenant: Tenant, neighbour: Tenant, desk: Desk):
    """Those that were filed and those that were not, each after its own; nobody else's."""
    for its in (tenant, neighbour):
        for days, filed in ((100, True), (80, True), (100, False), (20, False)):
            came(its, days, f"{days} {filed}", filed=filed)
    keeps(tenant, desk, mails=90, quarantine=30)
    (counted,) = desk.json("retention", "run", "--org", tenant.slug)
    assert counted == {"org": tenant.slug, "done": False, "mails": 1, "quarantine": 1, "tickets": 0}
    assert all(row.kept for row in rows(tenant, KEPT))
    retain()
    assert sorted(row.kept for row in rows(tenant, KEPT)) == [False, False, True, True]
    assert rows(tenant, "SELECT count(*) FROM ticket_comments WHERE text = 'x'") == [(2,)]
    assert all(row.kept for row in rows(neighbour, KEPT))
    (done,) = desk.json("retention", "run", "--org", tenant.slug, "--yes")
    assert (done["mails"], done["quarantine"]) == (0, 0)
    assert len(rows(tenant, "SELECT 1 FROM audit_log WHERE noun = 'retention'")) == len({"mails", "quarantine"})


def test_closed_tickets_lose_every_word(instance: Settings, tenant: Tenant, desk: Desk):
    """Captured letters and search included; whoever writes once more begins the time anew."""
    word = Canaries()
    for subject, days in (("Long ago", 400), ("Lately", 300)):
        came(tenant, days, subject, word(subject))
        closed(tenant, desk, days, subject)
    send([str(row.id) for row in rows(tenant, "SELECT id FROM outgoing")])
    desk.capture.readouterr()
    index()
    keeps(tenant, desk, tickets=365)
    assert set(standing(instance, word.planted)) == {"Long ago", "Lately"}
    retain()
    count()
    assert set(standing(instance, word.planted)) == {"Lately"}
    assert [row.title for row in rows(tenant, "SELECT title FROM tickets ORDER BY id")] == ["[erased]", "Lately"]
    erased = "SELECT erased_at IS NOT NULL AS erased, number FROM tickets ORDER BY id"
    found = rows(tenant, erased)
    assert [row.erased for row in found] == [True, False]
    desk.json("ticket", "note", found[0].number, "--text", "Again", "--org", tenant.slug)
    assert [row.erased for row in rows(tenant, erased)] == [False, False]


def test_what_is_held_is_kept(tenant: Tenant, desk: Desk):
    """A ticket, a person, everything."""
    organization = ("--org", tenant.slug)
    came(tenant, 100, "Held")
    number = closed(tenant, desk, 100, "Held")
    came(tenant, 100, "x", filed=False)
    keeps(tenant, desk, mails=1, quarantine=1, tickets=1)
    due = {"mails": 1, "quarantine": 1, "tickets": 1}
    for on, held in (
        (("--ticket", number), {"mails": 0, "tickets": 0}),
        (("--person", "carla@customer.test"), dict.fromkeys(due, 0)),
        ((), dict.fromkeys(due, 0)),
    ):
        hold = desk.json("hold", "place", "--reason", "x", *on, *organization)
        (counted,) = desk.json("retention", "run", *organization)
        assert {name: counted[name] for name in due} == due | held
        desk.json("hold", "lift", hold["id"], *organization)
    (counted,) = desk.json("retention", "run", *organization, "--yes")
    assert (counted["tickets"], counted["quarantine"]) == (1, 1)


def test_many_go_in_portions(tenant: Tenant, desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """One after the other, in transactions that do not last."""
    monkeypatch.setattr(retention.end, "__kwdefaults__", {"most": 2, "really": True})
    monkeypatch.setattr(retention, "PORTION", 2)
    for number in range(5):
        came(tenant, 100 + number, str(number), filed=False)
    keeps(tenant, desk, quarantine=30)
    retain()
    assert not any(row.kept for row in rows(tenant, KEPT))
    assert len(rows(tenant, "SELECT 1 FROM audit_log WHERE noun = 'retention'")) == len(("2", "2", "1"))
