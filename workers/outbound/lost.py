"""An agent whose answer could not be sent hears of it: a server refused it for good, or five days were not enough."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from models import marks
from models.base import uuid7
from models.outgoing import Letter

# As for any news of a ticket: its assignee, or else the agents of its department, or else all of them, or the admins.
_AUDIENCE = text("""
    SELECT o.recipient AS lost, o.answer, o.mailbox_id, o.ticket_id, o.comment_id, m.address AS mailbox,
           p.id AS profile_id, p.email, p.name
    FROM outgoing o
    JOIN mailboxes m ON m.org_id = o.org_id AND m.id = o.mailbox_id
    JOIN tickets t ON t.org_id = o.org_id AND t.id = o.ticket_id
    CROSS JOIN LATERAL (
        SELECT f.id, f.email, f.name, rank() OVER (ORDER BY
            CASE WHEN f.id = t.assigned_to THEN 1 WHEN f.role = 'admin' THEN 4
                 WHEN f.department_id = t.department_id THEN 2 ELSE 3 END) AS place
        FROM profiles f
        WHERE f.org_id = o.org_id AND f.role IN ('agent', 'admin') AND f.email IS NOT NULL AND f.deleted_at IS NULL) p
    WHERE o.org_id = :org AND o.id = ANY (CAST(:letters AS uuid[])) AND o.state = 'failed' AND o.letter = :reply
      AND p.place = 1
    ORDER BY o.id, p.id
""")
_QUEUE = text("""
    INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient,
                          recipient_name, message_id, context, depth)
    SELECT :org, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient, recipient_name,
           message_id, context, 1
    FROM jsonb_to_recordset(CAST(:letters AS jsonb)) AS o (
        id uuid, handle bigint, mailbox_id uuid, ticket_id uuid, comment_id uuid, profile_id uuid, letter text,
        recipient text, recipient_name text, message_id text, context jsonb)
""")


def tell(connection: Connection, org: UUID, failed: Sequence[UUID]) -> list[UUID]:
    """Queue a letter to whoever is told about the ticket, for each answer among these that failed.

    Args:
        connection: of a transaction of this organization, in which the failures were written down.
        org: the organization.
        failed: letters of any kind.

    Returns:
        What it queued.
    """
    if not failed:
        return []
    found = connection.execute(_AUDIENCE, {"org": org, "letters": list(failed), "reply": Letter.REPLY}).mappings()
    letters = [_letter(org, row) for row in found]
    if letters:
        connection.execute(_QUEUE, {"org": org, "letters": json.dumps(letters)})
    return [UUID(one["id"]) for one in letters]


def _letter(org: UUID, row: RowMapping) -> dict[str, Any]:
    made, host = uuid7(), row["mailbox"].rpartition("@")[2]
    root = f"<{row['ticket_id'].hex}.ticket@{host}>"  # as in every letter to staff about the ticket
    return {
        "id": made.hex,
        "handle": marks.handle_of(made),
        "mailbox_id": row["mailbox_id"].hex,
        "ticket_id": row["ticket_id"].hex,
        "comment_id": row["comment_id"] and row["comment_id"].hex,
        "profile_id": row["profile_id"].hex,
        "letter": Letter.RETURNED,
        "recipient": row["email"],
        "recipient_name": row["name"][:200],
        "message_id": marks.message_id(made, org, host),
        "context": {
            "reason": f"The letter to {row['lost']} could not be sent: {row['answer']}.",
            "in_reply_to": root,
            "references": [root],
        },
    }
