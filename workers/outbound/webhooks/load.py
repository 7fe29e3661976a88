"""What the claimed calls of one organization say, and to whom, in one query.

A call tells of a revision, which stays as it was, so it says the same at each try: numbers, names of stages, the title,
and never what anybody wrote.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from models.seal import Broken
from models.webhook import open_secret
from workers.outbound.webhooks.standard import body
from workers.outbound.webhooks.talk import Call, Talk

_CALLS = text("""
    SELECT c.id, c.webhook_id, c.attempts, c.event, c.created_at, now() - c.created_at AS age,
           w.url, w.sealed_secret, w.key_id, w.is_active, g.slug AS organization,
           t.number, h.title, h.category, h.priority, s.name AS stage, c.comment_id, m.sender_type, m.is_internal
    FROM webhook_calls c
    JOIN webhooks w ON w.org_id = c.org_id AND w.id = c.webhook_id
    JOIN organizations g ON g.id = c.org_id
    LEFT JOIN tickets t ON t.org_id = c.org_id AND t.id = c.ticket_id
    LEFT JOIN ticket_history h ON h.org_id = c.org_id AND h.ticket_id = c.ticket_id AND h.id = c.history_id
    LEFT JOIN workflow_stages s ON s.org_id = h.org_id AND s.id = h.workflow_stage_id
    LEFT JOIN ticket_comments m ON m.org_id = c.org_id AND m.id = c.comment_id
    WHERE c.org_id = :org AND c.id = ANY (CAST(:ids AS uuid[])) AND c.state = 'sending'
    ORDER BY c.webhook_id, c.id
""")


def load(connection: Connection, org: UUID, ids: Sequence[UUID]) -> list[Talk]:
    """The claimed calls, webhook by webhook; those no longer `sending` are left out.

    Args:
        connection: of a transaction of this organization.
        org: the organization.
        ids: what was claimed.
    """
    rows = connection.execute(_CALLS, {"org": org, "ids": list(ids)}).all()
    return [_talk(org, webhook, list(some)) for webhook, some in groupby(rows, key=lambda row: row.webhook_id)]


def _talk(org: UUID, webhook: UUID, rows: list[Row[Any]]) -> Talk:
    first, secret, stuck = rows[0], None, "it has no secret yet; `postern webhooks rotate` makes one"
    try:
        secret = open_secret(org, webhook, first)
    except (Broken, OSError, ValueError) as error:  # the latter two: the keys that seal are damaged or not there
        stuck = f"its secret cannot be opened: {error}"
    calls = tuple(Call(row.id, row.attempts, row.age, body(row.event, row.created_at, _data(row))) for row in rows)
    return Talk(org, webhook, first.url, secret or "", first.is_active, "" if secret else stuck, calls)


def _data(row: Row[Any]) -> dict[str, Any]:
    ticket = {
        "number": row.number, "subject": row.title, "status": row.category, "priority": row.priority,
        "stage": row.stage,
    }  # fmt: skip
    comment = {"id": str(row.comment_id), "by": row.sender_type, "is_internal": row.is_internal}
    return {
        "organization": row.organization,
        "ticket": ticket if row.number else None,
        "comment": comment if row.comment_id else None,
    }
