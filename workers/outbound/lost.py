"""Agents hear of it when an answer did not go out at all: the server refused it for good, or five days were not enough.

So they do of the first letter of any kind by which an address turns out to be nobody's. It is a note on the ticket, and
a letter to whoever is told about that.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from models import marks
from models.base import uuid7
from models.outgoing import Letter
from workers.outbound.gone import CONSEQUENCE, suppress

# As for any news of a ticket: its assignee, or else the agents of its department, or else all of them, or the admins;
# but nobody whose own address it is.
_AUDIENCE = text("""
    SELECT DISTINCT ON (o.ticket_id, lower(o.recipient), p.id)
           o.id, o.recipient AS lost, o.answer, o.mailbox_id, o.ticket_id, m.address AS mailbox,
           p.id AS profile_id, p.email, p.name
    FROM outgoing o
    JOIN mailboxes m ON m.org_id = o.org_id AND m.id = o.mailbox_id
    JOIN tickets t ON t.org_id = o.org_id AND t.id = o.ticket_id
    CROSS JOIN LATERAL (
        SELECT f.id, f.email, f.name, rank() OVER (ORDER BY
            CASE WHEN f.id = t.assigned_to THEN 1 WHEN f.role = 'admin' THEN 4
                 WHEN f.department_id = t.department_id THEN 2 ELSE 3 END) AS place
        FROM profiles f
        WHERE f.org_id = o.org_id AND f.role IN ('agent', 'admin') AND f.email IS NOT NULL AND f.deleted_at IS NULL
          AND lower(f.email) <> lower(o.recipient)) p
    WHERE o.org_id = :org AND o.id = ANY (CAST(:letters AS uuid[])) AND o.state = 'failed'
      AND (o.letter = :reply OR o.id = ANY (CAST(:found AS uuid[]))) AND p.place = 1
    ORDER BY o.ticket_id, lower(o.recipient), p.id, o.letter = :reply DESC, o.id
""")
_WRITE = text("""
    WITH rows AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:letters AS jsonb)) AS o (
            id uuid, handle bigint, mailbox_id uuid, ticket_id uuid, comment_id uuid, profile_id uuid, letter text,
            recipient text, recipient_name text, message_id text, context jsonb, note text)
    ), noted AS (
        INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, message_type, is_internal, text)
        SELECT DISTINCT :org, comment_id, ticket_id, acting_profile(), 'system', 'system', true, note FROM rows
    )
    INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient,
                          recipient_name, message_id, context, depth)
    SELECT :org, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient, recipient_name,
           message_id, context, 1
    FROM rows
""")


def tell(connection: Connection, org: UUID, failed: Sequence[UUID], gone: Sequence[UUID] = ()) -> list[UUID]:
    """Note each answer among these that failed, and queue a letter about it to whoever is told about its ticket.

    Args:
        connection: of a transaction of this organization, in which the failures were written down.
        org: the organization.
        failed: letters of any kind.
        gone: those among them whose recipient is not there; the address is suppressed.

    Returns:
        What it queued.
    """
    if not failed:
        return []
    said = {"letters": list(failed), "reply": Letter.REPLY, "found": suppress(connection, org, gone)}
    found = connection.execute(_AUDIENCE, {"org": org, **said}).mappings().all()
    notes = {row["id"]: uuid7() for row in found}
    letters = [_letter(org, row, notes[row["id"]], CONSEQUENCE if row["id"] in gone else "") for row in found]
    if letters:
        connection.execute(_WRITE, {"org": org, "letters": json.dumps(letters)})
    return [UUID(one["id"]) for one in letters]


def _letter(org: UUID, row: RowMapping, comment: UUID, consequence: str) -> dict[str, Any]:
    made, host = uuid7(), row["mailbox"].rpartition("@")[2]
    root = f"<{row['ticket_id'].hex}.ticket@{host}>"  # as in every letter to staff about the ticket
    reason = f"The letter to {row['lost']} could not be sent: {row['answer']}."
    return {
        "id": made.hex,
        "handle": marks.handle_of(made),
        "mailbox_id": row["mailbox_id"].hex,
        "ticket_id": row["ticket_id"].hex,
        "comment_id": comment.hex,
        "profile_id": row["profile_id"].hex,
        "letter": Letter.RETURNED,
        "recipient": row["email"],
        "recipient_name": row["name"][:200],
        "message_id": marks.message_id(made, org, host),
        "context": {"reason": reason, "note": consequence, "in_reply_to": root, "references": [root]},
        "note": f"{reason} {consequence}".rstrip(),
    }
