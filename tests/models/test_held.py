"""What is held is held once and posted only when confirmed; what a command did is never rewritten."""

import json
from uuid import UUID

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from tests.conftest import Tenant
from tests.refusal import refused, write

HOLD = (
    "INSERT INTO held_comments (org_id, ticket_id, raw_mail_id, author_id, text, reason, token_digest, expires_at)"
    " VALUES (:org, :ticket, :mail, :agent, 'Done.', 'From is not proven', :digest, now() + interval '1 day')"
)
LOG = (
    "INSERT INTO command_log (org_id, ticket_id, raw_mail_id, profile_id, command, outcome)"
    " VALUES (:org, :ticket, :mail, :agent, '#close', :outcome)"
)
DIGESTS = [bytes([byte]) * 32 for byte in range(4)]


@pytest.fixture
def ticket(tenant: Tenant) -> UUID:
    made = uuid7()
    asked = [{"id": str(made), "requester_id": str(tenant.agent), "title": "Kettle"}]
    with transaction(tenant.id) as connection:
        connection.execute(text("SELECT create_tickets(CAST(:it AS jsonb))"), {"it": json.dumps(asked)})
    return made


@pytest.fixture
def mail(tenant: Tenant) -> UUID:
    made = uuid7()
    store = (
        "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
        " VALUES (:id, :org, :box, 'd', 'c', 1, '', '{}', 'smtp')"
    )
    with transaction(login="gateway") as connection:
        connection.execute(text(store), {"id": made, "org": tenant.id, "box": tenant.mailbox})
    return made


def test_a_mail_is_held_once(tenant: Tenant, ticket: UUID, mail: UUID):
    write(tenant, HOLD, ticket=ticket, mail=mail, digest=DIGESTS[0])
    again = refused(tenant, HOLD, ticket=ticket, mail=mail, digest=DIGESTS[1])
    assert again == "uq_held_comments_org_id_raw_mail_id"


def test_a_token_is_for_one_comment_and_never_kept_itself(tenant: Tenant, ticket: UUID):
    write(tenant, HOLD, ticket=ticket, mail=None, digest=DIGESTS[0])
    same = refused(tenant, HOLD, ticket=ticket, mail=None, digest=DIGESTS[0])
    assert same == "uq_held_comments_org_id_token_digest"
    assert refused(tenant, HOLD, ticket=ticket, mail=None, digest=b"token") == "ck_held_comments_token_digest"


def test_it_is_posted_only_when_confirmed(tenant: Tenant, ticket: UUID):
    write(tenant, HOLD, ticket=ticket, mail=None, digest=DIGESTS[0])
    comment = uuid7()
    post = (
        "INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, text)"
        " VALUES (:org, :id, :ticket, :agent, 'agent', 'Done.')"
    )
    write(tenant, post, id=comment, ticket=ticket)
    settle = "UPDATE held_comments SET comment_id = :comment, state = :state"
    for state in ("held", "dropped", "expired"):
        assert refused(tenant, settle, comment=comment, state=state) == "ck_held_comments_posted_when_confirmed"
    assert write(tenant, settle, comment=comment, state="confirmed") == 1


def test_agents_see_what_is_held_on_their_tickets_and_change_nothing(tenant: Tenant, ticket: UUID):
    write(tenant, HOLD, ticket=ticket, mail=None, digest=DIGESTS[0])
    assert write(tenant, "SELECT FROM held_comments", role="agent") == 1
    assert write(tenant, "SELECT FROM held_comments", role="customer") == 0
    assert write(tenant, "UPDATE held_comments SET state = 'confirmed'", role="agent") == 0


@pytest.mark.parametrize("role", ["system", "admin"])
@pytest.mark.parametrize("change", ["UPDATE command_log SET outcome = 'done'", "DELETE FROM command_log"])
def test_what_a_command_did_is_never_rewritten(tenant: Tenant, ticket: UUID, role, change):
    write(tenant, LOG, ticket=ticket, mail=None, outcome="refused")
    assert "permission denied" in refused(tenant, change, role=role)
    assert write(tenant, "SELECT FROM command_log", role=role) == 1


def test_only_workers_log_commands(tenant: Tenant, ticket: UUID):
    for role in ("admin", "agent"):
        assert "row-level security" in refused(tenant, LOG, role=role, ticket=ticket, mail=None, outcome="done")
    assert refused(tenant, LOG, ticket=ticket, mail=None, outcome="perhaps") == "command_outcome_check"
    write(tenant, LOG, ticket=ticket, mail=None, outcome="done")
    assert write(tenant, "SELECT FROM command_log", role="agent") == 1


def test_the_log_outlives_the_mail(tenant: Tenant, ticket: UUID, mail: UUID):
    write(tenant, LOG, ticket=ticket, mail=mail, outcome="done")
    write(tenant, HOLD, ticket=ticket, mail=mail, digest=DIGESTS[0])
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.execute(text("ALTER TABLE raw_mail NO FORCE ROW LEVEL SECURITY"))
        assert connection.execute(text("DELETE FROM raw_mail WHERE id = :id"), {"id": mail}).rowcount == 1
        connection.execute(text("ALTER TABLE raw_mail FORCE ROW LEVEL SECURITY"))
    for table in ("SELECT FROM command_log", "SELECT FROM held_comments"):
        assert write(tenant, f"{table} WHERE raw_mail_id IS NULL AND org_id IS NOT NULL") == 1
