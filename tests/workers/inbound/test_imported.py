"""What an operator imported: filed as it was, dated as it was, and nobody is written to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from models import marks
from models.base import uuid7
from models.database import transaction
from models.raw_mail import digest
from tests.conftest import Tenant
from workers.inbound.facts import Received
from workers.inbound.mail import Mail
from workers.inbound.task import receive

STORE = text(
    "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
    " VALUES (:id, :org, :box, :digest, :content, :size, '', :to, :protocol)"
)
THEN = datetime(2019, 5, 4, 10, tzinfo=UTC)


def a_mail(number: int, sender: str, cites: int | None = None, to: str = "x@y.test", **headers: str) -> bytes:
    said = {
        "From": sender,
        "To": to,
        "Subject": f"Mail {number}",
        "Message-ID": f"<{number}@c.test>",
        "Date": (THEN + timedelta(hours=number)).strftime("%a, %d %b %Y %H:%M:%S +0000"),
        **({} if cites is None else {"References": f"<{cites}@c.test>"}),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return "\r\n".join([*(f"{name}: {value}" for name, value in said.items()), "", f"Words {number}", ""]).encode()


def imported(tenant: Tenant, *mails: bytes, protocol: str = "import") -> list[UUID]:
    """Store and file mails in their order."""
    told: list[dict[str, Any]] = [
        {
            "id": uuid7(),
            "org": tenant.id,
            "box": tenant.mailbox,
            "digest": digest(tenant.mailbox, "", content),
            "content": content,
            "size": len(content),
            "to": [tenant.address],
            "protocol": protocol,
        }
        for content in mails
    ]
    with transaction(login="gateway") as connection:
        connection.execute(STORE, told)
    receive([str(row["id"]) for row in told])
    return [row["id"] for row in told]


def rows(tenant: Tenant, query: str, **said: Any) -> list[Any]:
    with transaction(tenant.id) as connection:
        return list(connection.execute(text(query), said))


def tickets(tenant: Tenant) -> list[Any]:
    return rows(
        tenant,
        "SELECT t.number, t.title, t.status, p.email, a.email AS assignee, t.created_at, t.last_activity_at"
        " FROM tickets t JOIN profiles p ON p.id = t.created_by"
        " LEFT JOIN profiles a ON a.id = t.assigned_to ORDER BY t.created_at",
    )


def comments(tenant: Tenant) -> list[Any]:
    query = "SELECT text, sender_type, is_internal FROM ticket_comments ORDER BY created_at"
    return [tuple(row) for row in rows(tenant, query)]


def nothing_is_sent(tenant: Tenant) -> bool:
    return not rows(tenant, "SELECT id FROM outgoing") and not rows(tenant, "SELECT id FROM notifications")


def test_a_story_is_filed_as_it_was(tenant: Tenant):
    carla = "Carla <carla@customer.test>"
    imported(
        tenant,
        a_mail(0, carla, to=tenant.address),
        a_mail(1, tenant.agent_address, 0, to="carla@customer.test"),
        a_mail(2, "A Friend <friend@elsewhere.test>", 1, to=tenant.address),
        a_mail(3, carla, 1, to=tenant.address),
    )
    (ticket,) = tickets(tenant)
    assert (ticket.number, ticket.title, ticket.email) == ("TST-2019-05-00001", "Mail 0", "carla@customer.test")
    assert (ticket.status, ticket.assignee) == ("in_progress", tenant.agent_address)
    assert (ticket.created_at, ticket.last_activity_at) == (THEN, THEN + timedelta(hours=3))
    assert comments(tenant) == [
        ("Words 0", "customer", False),
        ("Words 1", "agent", False),
        ("Words 2", "customer", False),
        ("Words 3", "customer", False),
    ]
    assert rows(tenant, "SELECT first_response_at FROM tickets") == [(THEN + timedelta(hours=1),)]
    assert nothing_is_sent(tenant)


def test_an_old_conversation_is_one_ticket_in_whatever_order_it_comes(tenant: Tenant):
    """Nobody of it takes part in another's ticket; the mail in between comes last, by itself."""
    carla, friend = "carla@customer.test", "friend@elsewhere.test"
    imported(tenant, a_mail(2, carla, 1, to=tenant.address))
    imported(tenant, a_mail(0, carla, to=tenant.address))
    imported(tenant, a_mail(1, friend, 0, to=tenant.address))
    imported(tenant, a_mail(3, friend, 0, to=tenant.address))
    first, joined = rows(tenant, "SELECT id, merged_into_id, status FROM tickets ORDER BY id")
    assert (first.merged_into_id, first.status) == (None, "open")
    assert (joined.merged_into_id, joined.status) == (first.id, "closed")
    where = dict(rows(tenant, "SELECT text, ticket_id FROM ticket_comments"))
    assert where == {"Words 2": first.id, "Words 0": joined.id, "Words 1": first.id, "Words 3": first.id}
    why = rows(tenant, "SELECT reason FROM ticket_history WHERE ticket_id = :id ORDER BY id DESC", id=joined.id)
    assert why[0].reason == "it goes on in another ticket of the same conversation"
    assert nothing_is_sent(tenant)


def test_the_trace_says_that_nobody_proved_it_and_why_nothing_is_sent(tenant: Tenant):
    (mail,) = imported(tenant, a_mail(0, "carla@customer.test"))
    (trace,) = rows(tenant, "SELECT trace FROM raw_mail WHERE id = :id", id=mail)[0]
    said = {step["step"]: (step["verdict"], step["reason"]) for step in trace}
    assert "without proof" in said["import"][1]
    assert said["acknowledgement"] == ("not sent", "it was imported, so nothing is sent about it")


def test_what_was_written_from_the_mailbox_itself_is_the_organizations(tenant: Tenant):
    imported(tenant, a_mail(0, "carla@customer.test"), a_mail(1, tenant.address, 0, to="carla@customer.test"))
    (ticket,) = tickets(tenant)
    assert (ticket.status, ticket.assignee) == ("waiting_on_customer", None)
    assert comments(tenant)[1] == ("Words 1", "agent", False)
    assert rows(tenant, "SELECT stage FROM raw_mail WHERE stage <> 'filed'") == []


@pytest.mark.parametrize("from_mailbox", [True, False])
def test_a_matter_that_we_opened_is_that_of_whom_we_wrote_to(tenant: Tenant, from_mailbox: bool):
    writer = tenant.address if from_mailbox else tenant.agent_address
    imported(
        tenant,
        a_mail(0, writer, to=f"{tenant.agent_address}, Carla <carla@customer.test>"),
        a_mail(1, "carla@customer.test", 0, to=tenant.address),
    )
    (ticket,) = tickets(tenant)
    assert ticket.email == "carla@customer.test"
    assert [sender for _, sender, _ in comments(tenant)] == ["agent", "customer"]
    heard = rows(tenant, "SELECT name FROM profiles WHERE email = 'carla@customer.test'")
    assert heard == [("Carla",)]


def test_closed_tickets_stay_closed(tenant: Tenant):
    mails = a_mail(0, "carla@customer.test"), a_mail(1, tenant.agent_address, 0), a_mail(2, "carla@customer.test", 1)
    imported(tenant, *mails, protocol="import-closed")
    assert [(one.status, one.assignee) for one in tickets(tenant)] == [("closed", None)]
    assert rows(tenant, "SELECT count(*) FROM ticket_history") == [(1,)]
    assert nothing_is_sent(tenant)


def test_a_live_answer_to_an_imported_mail_is_live(tenant: Tenant):
    imported(tenant, a_mail(0, "carla@customer.test"), protocol="import-closed")
    imported(tenant, a_mail(1, "carla@customer.test", 0), protocol="esmtp")
    (ticket,) = tickets(tenant)
    assert ticket.last_activity_at > datetime.now(UTC) - timedelta(minutes=5)
    assert [row.letter for row in rows(tenant, "SELECT letter FROM outgoing")] == ["notification_to_agent"]


def test_our_own_letter_is_not_filed_again(tenant: Tenant):
    own = marks.message_id(uuid7(), tenant.id, tenant.domain)
    imported(tenant, a_mail(0, "carla@customer.test", Message_ID=own))
    assert rows(tenant, "SELECT stage FROM raw_mail") == [("quarantined",)]


def test_an_automatic_reply_of_our_own_stays_inside(tenant: Tenant):
    away = a_mail(1, tenant.agent_address, 0, Auto_Submitted="auto-replied")
    imported(tenant, a_mail(0, "carla@customer.test"), away)
    assert comments(tenant)[1] == ("Words 1", "agent", True)
    assert nothing_is_sent(tenant)


@pytest.mark.parametrize(
    ("protocol", "date", "at"),
    [
        ("import", THEN, THEN),
        ("import-closed", THEN, THEN),
        ("import", None, "now"),
        ("import", datetime(2319, 1, 1, tzinfo=UTC), "now"),
        ("import", datetime(1970, 1, 1, tzinfo=UTC), "now"),
        ("esmtp", THEN, "now"),
    ],
)
def test_a_mail_is_as_old_as_it_says_only_if_it_was_imported(protocol: str, date: datetime | None, at: object):
    now = datetime.now(UTC)
    received = Received(uuid7(), uuid7(), "", (), now, 1, replace(Mail(), date=date), b"", protocol)
    assert received.at == (now if at == "now" else at)


def test_without_a_date_the_uppermost_received_tells_it(tenant: Tenant):
    head = "by mx.y.test; Sat, 04 May 2019 10:00:00 +0000\r\nReceived: by mx.x.test; Fri, 03 May 2019 10:00:00 +0000"
    imported(tenant, b"Received: " + head.encode() + b"\r\n" + a_mail(0, "carla@customer.test", Date="yesterday"))
    assert tickets(tenant)[0].created_at == THEN
