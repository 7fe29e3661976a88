"""What is known of a batch is found by key, whatever else the organization has."""

import json
from typing import Any

from sqlalchemy import Connection, text

from models.database import transaction
from tests.conftest import Tenant
from tests.workers.inbound.test_task import a_mail, hint, store
from workers.inbound.statements import statement

READ = text(
    "SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_xact_user_tables"
    " WHERE relname IN ('tickets', 'profiles', 'message_ids', 'ticket_comments')"
)
MANY = text(
    "WITH met AS (INSERT INTO profiles (org_id, name, email, role)"
    " SELECT :org, 'Customer ' || n, 'c' || n || '@many.test', 'customer' FROM generate_series(1, 3000) AS n"
    " RETURNING id)"
    " SELECT jsonb_agg(jsonb_build_object('id', uuidv7(), 'requester_id', id, 'title', 'one of many')) FROM met"
)


def threads(connection: Connection, tenant: Tenant) -> Any:
    """What is known of the ticket that the first mail became."""
    (cited,) = connection.scalars(text("SELECT message_id FROM message_ids WHERE direction = 'in'"))
    return connection.execute(statement("threads"), {"org": tenant.id, "handles": [], "named": [cited]}).one()


def test_the_ticket_of_a_reply_is_read_and_no_other(tenant: Tenant):
    hint(store(tenant, a_mail(1)))
    with transaction(tenant.id) as connection:
        many = json.dumps(connection.scalar(MANY, {"org": tenant.id}))
        connection.execute(text("SELECT create_tickets(CAST(:many AS jsonb))"), {"many": many})
    with transaction(login="admin") as connection:
        connection.exec_driver_sql("ANALYZE profiles, tickets, message_ids")
    with transaction(tenant.id) as connection:
        before = connection.scalar(READ)
        (known,) = threads(connection, tenant).tickets
        assert known["title"]
        assert connection.scalar(READ) - before < 50
