"""What a customer says about a ticket that was closed for good goes on in a new one, linked to it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from gateway.embedded import EmbeddedPostgres
from models.database import transaction
from models.settings import settings
from tests.conftest import Tenant
from tests.workers.inbound.test_task import a_mail, hint, rows, store


def closed(tenant: Tenant, days: float) -> UUID:
    """A ticket of c1 that was closed so many days ago."""
    hint(store(tenant, a_mail(1)))
    (found,) = rows(tenant, "SELECT id FROM tickets")
    change(
        tenant,
        "SELECT update_ticket(t.id, jsonb_build_object('stage_id', s.id)) FROM tickets t, workflow_stages s"
        " WHERE s.category = 'closed' AND s.workflow_id = t.workflow_id",
    )
    with psycopg.connect(EmbeddedPostgres(settings().home).url("superuser")) as connection:
        connection.execute(
            "UPDATE tickets SET closed_at = closed_at - %s WHERE org_id = %s", [timedelta(days=days), tenant.id]
        )
    return UUID(str(found.id))


def change(tenant: Tenant, statement: str) -> None:
    with transaction(tenant.id) as connection:
        connection.execute(text(statement))


def again(tenant: Tenant, number: int = 2, **headers: str) -> list[Any]:
    """c1 writes once more on the same matter; the tickets there are then, in order."""
    said = {"From": "c1@customer.test", "References": "<1@c.test>"} | headers
    hint(store(tenant, a_mail(number, **{name.replace("_", "-"): value for name, value in said.items()})))
    return rows(tenant, "SELECT t.id, t.status, t.title FROM tickets t ORDER BY t.id")


def test_soon_after_it_is_reopened(tenant: Tenant):
    closed(tenant, 29)
    assert [one.status for one in again(tenant)] == ["open"]
    assert rows(tenant, "SELECT 1 FROM ticket_links") == []


def test_long_after_a_new_ticket_follows_it(tenant: Tenant):
    old = closed(tenant, 31)
    first, second = again(tenant)
    assert (first.id, first.status, second.status) == (old, "closed", "open")
    (link,) = rows(tenant, "SELECT ticket_id, linked_ticket_id, kind FROM ticket_links")
    assert link == (second.id, old, "related")
    (mail,) = rows(tenant, "SELECT trace FROM raw_mail WHERE ticket_id = :it", it=second.id)
    assert {"step": "thread", "verdict": "follow-up"} in [
        {name: one[name] for name in ("step", "verdict")} for one in mail.trace
    ]
    letters = [row.letter for row in rows(tenant, "SELECT letter FROM outgoing WHERE ticket_id = :it", it=second.id)]
    assert sorted(letters) == ["acknowledgement", "notification_to_agent"]


def test_what_is_said_about_the_new_one_stays_there(tenant: Tenant):
    closed(tenant, 31)
    again(tenant)
    assert len(again(tenant, 3, References="<2@c.test> <1@c.test>")) == 2, "though the old one is nearer"
    assert rows(tenant, "SELECT count(*) AS n FROM ticket_comments GROUP BY ticket_id ORDER BY 1") == [(1,), (2,)]


def test_a_program_opens_nothing(tenant: Tenant):
    old = closed(tenant, 31)
    (only,) = again(tenant, Auto_Submitted="auto-replied")
    assert (only.id, only.status) == (old, "closed")


@pytest.mark.parametrize(
    ("days", "tickets"), [("0", 2), ("90", 1), ('"soon"', 2), ("1e9", 1), ("-4", 2)], ids=str
)  # fmt: skip
def test_an_organization_says_for_how_long(tenant: Tenant, days: str, tickets: int):
    closed(tenant, 40)
    change(tenant, f"UPDATE organization_settings SET policies = '{{\"reopen_days\": {days}}}'")
    assert len(again(tenant)) == tickets
