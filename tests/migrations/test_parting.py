"""Comments that are another conversation go to a ticket of their own, with all that hangs on them (`part_ticket`)."""

from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from tests.conftest import Tenant
from tests.workers.inbound.test_ring import CAROL, change, comes, strays, written
from tests.workers.inbound.test_task import a_mail, rows

KNOWING = (
    "SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
    " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name IN ('ticket_id', 'comment_id')"
    " GROUP BY 1 HAVING count(*) = 2"
)


def test_all_that_hangs_on_a_comment_moves_with_it(tenant: Tenant):
    """Every table that knows both a ticket and a comment, and the original mail."""
    comes(tenant, written(1))
    change(
        tenant,
        "SELECT update_ticket(id, jsonb_build_object('assigned_to', CAST(:who AS uuid))) FROM tickets",
        who=tenant.agent,
    )
    comes(tenant, with_file("2", "<1@c.test>"))
    first, second = rows(tenant, "SELECT id FROM tickets")[0].id, uuid7()
    (moved,) = rows(tenant, "SELECT id FROM ticket_comments WHERE message_id = '<2@c.test>'")[0]
    change(tenant, "INSERT INTO legal_holds (org_id, ticket_id, reason) VALUES (:org, :it, 'why')", it=first)
    part(tenant, first, second, moved)
    knowing = [one.table_name for one in rows(tenant, KNOWING)]
    assert {"ticket_attachments", "message_ids", "outgoing", "notifications", "raw_mail"} <= set(knowing)
    for table in knowing:
        found = {
            one.ticket_id for one in rows(tenant, f"SELECT ticket_id FROM {table} WHERE comment_id = :it", it=moved)
        }
        assert found <= {second}, table
        assert found or table in ("held_comments", "webhook_calls"), f"there is none in {table}"
    assert strays(tenant) == []
    assert [one.reason for one in rows(tenant, "SELECT reason FROM legal_holds WHERE ticket_id = :it", it=second)] == [
        "why"
    ]
    (notice,) = {
        (one.title, one.link) for one in rows(tenant, "SELECT * FROM notifications WHERE comment_id = :it", it=moved)
    }
    (number,) = rows(tenant, "SELECT number FROM tickets WHERE id = :it", it=second)[0]
    assert notice == (f"{number}: Apart", f"/tickets/{number}")


def test_both_tickets_are_found_by_what_is_on_them_now(tenant: Tenant):
    comes(tenant, written(1), a_mail(2, "A samovar", From=CAROL, References="<1@c.test>"))
    first, second = rows(tenant, "SELECT id FROM tickets")[0].id, uuid7()
    words(tenant)
    assert found(tenant, "samovar") == [first]
    part(tenant, first, second, rows(tenant, "SELECT id FROM ticket_comments ORDER BY id DESC")[0].id)
    words(tenant)
    assert found(tenant, "samovar") == [second]


def with_file(name: str, references: str) -> bytes:
    head = [f"From: {CAROL}", "Subject: Kettle", f"Message-ID: <{name}@c.test>", "MIME-Version: 1.0"]
    head += [f"References: {references}"] if references else []
    body = ["Content-Type: multipart/mixed; boundary=b", "", "--b", "", f"Words {name}", "--b"]
    file = ["Content-Type: text/csv", f"Content-Disposition: attachment; filename={name}.csv", "", "1;2", "--b--", ""]
    return "\r\n".join([*head, *body, *file]).encode()


def part(tenant: Tenant, ticket: UUID, into: UUID, comment: UUID) -> None:
    """Open another ticket of the same person, and take one comment there."""
    change(
        tenant,
        "SELECT create_tickets(jsonb_build_array(jsonb_build_object('id', CAST(:into AS uuid), 'title', 'Apart',"
        " 'requester_id', created_by))) FROM tickets WHERE id = :ticket",
        ticket=ticket,
        into=into,
    )
    change(tenant, "SELECT part_ticket(:ticket, :into, :comments, 'so')", ticket=ticket, into=into, comments=[comment])


def words(tenant: Tenant) -> None:
    while rows(tenant, "SELECT index_words(1000)") != [(0,)]:
        pass


def found(tenant: Tenant, word: str) -> list[UUID]:
    return [one.ticket_id for one in rows(tenant, "SELECT ticket_id FROM search_tickets(:word)", word=word)]


def test_what_is_not_there_is_not_moved(tenant: Tenant):
    comes(tenant, written(1))
    (ticket,) = rows(tenant, "SELECT id FROM tickets")
    with pytest.raises(DBAPIError, match="a comment is not on this ticket"):
        part(tenant, ticket.id, uuid7(), uuid7())
    (comment,) = rows(tenant, "SELECT id FROM ticket_comments")
    with pytest.raises(DBAPIError, match="a ticket is not there"):
        change(tenant, "SELECT part_ticket(:it, :other, :all, 'so')", it=ticket.id, other=uuid7(), all=[comment.id])
