"""One letter when a mailbox breaks and one when it is well again: the mark and the letters are one commit."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from models import marks
from models.base import uuid7
from models.failpoint import reach

LONGEST_NAME = 200

# Whoever comes second waits for the row and finds that there is no news any more. Where nobody is an admin, agents are
# told, so that it does not go unseen. Times are for people, in the zone of their organization.
_MARK = text("""
    WITH audience AS MATERIALIZED (
        SELECT ranked.id, ranked.email, ranked.name FROM (
            SELECT p.id, p.email, p.name, rank() OVER (ORDER BY p.role = 'agent') AS place FROM profiles p
            WHERE p.org_id = :org AND p.role IN ('admin', 'agent') AND p.email IS NOT NULL AND p.deleted_at IS NULL
        ) AS ranked WHERE ranked.place = 1
    ), told AS (
        UPDATE mailboxes m SET trouble_told_at = CASE mailbox_news(m) WHEN 'mailbox_broken' THEN now() END
        WHERE m.org_id = :org AND m.id = ANY (CAST(:boxes AS uuid[])) AND mailbox_news(m) IS NOT NULL
          AND EXISTS (SELECT FROM audience)
        RETURNING m.id, m.address, mailbox_news(old) AS letter, m.last_error AS reason, m.last_error_at AS until,
                  coalesce(m.failing_since, old.trouble_told_at) AS since
    )
    SELECT told.id AS mailbox, told.address, told.letter, told.reason,
           to_char(told.since AT TIME ZONE s.timezone, 'YYYY-MM-DD HH24:MI') || ' (' || s.timezone || ')' AS since,
           to_char(told.until AT TIME ZONE s.timezone, 'YYYY-MM-DD HH24:MI') || ' (' || s.timezone || ')' AS until,
           a.id AS profile, a.email, a.name
    FROM told CROSS JOIN audience a JOIN organization_settings s ON s.org_id = :org
    ORDER BY told.id, a.id
""")
_QUEUE = text("""
    INSERT INTO outgoing (org_id, id, handle, mailbox_id, profile_id, letter, recipient, recipient_name, message_id,
                          context)
    SELECT :org, id, handle, mailbox_id, profile_id, letter, recipient, recipient_name, message_id, context
    FROM jsonb_to_recordset(CAST(:letters AS jsonb)) AS o (
        id uuid, handle bigint, mailbox_id uuid, profile_id uuid, letter text, recipient text, recipient_name text,
        message_id text, context jsonb)
""")


def tell(connection: Connection, org: UUID, boxes: Sequence[UUID]) -> list[UUID]:
    """Queue a letter to each admin about each mailbox there is news of, and note that they were told.

    Args:
        connection: in the context of `org`; the caller commits both or neither.
        org: the organization.
        boxes: which of its mailboxes to look at.

    Returns:
        The outbox rows it queued.
    """
    found = connection.execute(_MARK, {"org": org, "boxes": list(boxes)}).mappings()
    letters = [_letter(org, row) for row in found]
    reach("clock.marked")
    if letters:
        connection.execute(_QUEUE, {"org": org, "letters": json.dumps(letters)})
    return [UUID(one["id"]) for one in letters]


def _letter(org: UUID, row: RowMapping) -> dict[str, Any]:
    made, host = uuid7(), row["address"].rpartition("@")[2]
    about = f"<{row['mailbox'].hex}.mailbox@{host}>"  # its letters are one conversation in the admin's client
    return {
        "id": made.hex,
        "handle": marks.handle_of(made),
        "mailbox_id": row["mailbox"].hex,
        "profile_id": row["profile"].hex,
        "letter": row["letter"],
        "recipient": row["email"],
        "recipient_name": row["name"][:LONGEST_NAME],
        "message_id": marks.message_id(made, org, host),
        "context": {
            "reason": row["reason"],
            "since": row["since"],
            "until": row["until"],
            "in_reply_to": about,
            "references": [about],
        },
    }
