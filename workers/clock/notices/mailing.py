"""One letter for each person and ticket whose notices are due: the mark on the notices and the letter are one commit.

A letter tells of one ticket, so that what is taken out of a ticket later goes out of it, too.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, RowMapping, text

from models import marks
from models.base import uuid7
from models.outgoing import Letter
from models.profile import Role
from workers.clock.notices.saying import say
from workers.clock.notices.wishes import When, is_due, read

MOST = 500  # people at once
LINES = 50  # notices that one letter tells; what is more is counted
LONGEST_NAME = 200

_WAITING = text("""
    SELECT w.profile_id, w.oldest, now() AS now, p.role, p.preferences, p.email IS NULL OR p.deleted_at IS NOT NULL
           OR NOT s.email_notifications_enabled AS is_mute, coalesce(p.timezone, s.timezone) AS timezone
    FROM (SELECT n.profile_id, min(n.created_at) AS oldest FROM notifications n
          WHERE n.org_id = :org AND n.mailed_at IS NULL GROUP BY 1 ORDER BY 2 LIMIT :most) w
    JOIN profiles p ON p.org_id = :org AND p.id = w.profile_id
    JOIN organization_settings s ON s.org_id = :org
""")
# Whoever comes second waits for the rows and finds them marked.
_TAKE = text("""
    WITH taken AS (
        UPDATE notifications n SET mailed_at = now()
        WHERE n.org_id = :org AND n.mailed_at IS NULL AND n.profile_id = ANY (CAST(:due AS uuid[]))
        RETURNING n.id, n.profile_id, n.ticket_id, n.type, n.title, n.content
    )
    SELECT n.*, p.email, p.name, m.id AS mailbox, m.address
    FROM taken n
    JOIN profiles p ON p.org_id = :org AND p.id = n.profile_id
    LEFT JOIN tickets t ON t.org_id = :org AND t.id = n.ticket_id
    CROSS JOIN LATERAL (
        SELECT b.id, b.address FROM mailboxes b WHERE b.org_id = :org AND b.is_active
        ORDER BY b.id = t.mailbox_id DESC NULLS LAST, b.created_at, b.id LIMIT 1) m
    ORDER BY n.profile_id, n.id
""")
_PASS_OVER = text("""
    UPDATE notifications n SET mailed_at = now()
    WHERE n.org_id = :org AND n.mailed_at IS NULL AND n.profile_id = ANY (CAST(:mute AS uuid[]))
""")
_QUEUE = text("""
    WITH letters AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:letters AS jsonb)) AS o (
            id uuid, handle bigint, mailbox_id uuid, ticket_id uuid, profile_id uuid, letter text, recipient text,
            recipient_name text, message_id text, context jsonb)
    ), indexed AS (
        INSERT INTO message_ids (org_id, message_id, direction, ticket_id)
        SELECT :org, message_id, 'out', ticket_id FROM letters WHERE ticket_id IS NOT NULL
    )
    INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, profile_id, letter, recipient, recipient_name,
                          message_id, context, depth)
    SELECT :org, id, handle, mailbox_id, ticket_id, profile_id, letter, recipient, recipient_name, message_id,
           context, 1
    FROM letters
""")


def mail(connection: Connection, org: UUID) -> list[UUID]:
    """Queue the letters that are due.

    Args:
        connection: in the context of `org`; the caller commits marks and letters, or neither.
        org: the organization.

    Returns:
        The outbox rows it queued.
    """
    due, mute = _sorted(connection.execute(_WAITING, {"org": org, "most": MOST}))
    if mute:
        connection.execute(_PASS_OVER, {"org": org, "mute": mute})
    if not due:
        return []
    folded: dict[tuple[UUID, UUID | None], list[RowMapping]] = {}
    for row in connection.execute(_TAKE, {"org": org, "due": due}).mappings():
        folded.setdefault((row["profile_id"], row["ticket_id"]), []).append(row)
    letters = [_letter(org, found) for found in folded.values()]
    if letters:
        connection.execute(_QUEUE, {"org": org, "letters": json.dumps(letters)})
    return [UUID(one["id"]) for one in letters]


def _sorted(rows: Iterable[Any]) -> tuple[list[UUID], list[UUID]]:
    """Whose letters are due, and who wants none."""
    due, mute = [], []
    for row in rows:
        wish = read(row.preferences, staff=row.role in (Role.AGENT, Role.ADMIN))
        if row.is_mute or wish.when is When.NONE:
            mute.append(row.profile_id)
        elif is_due(wish, row.oldest, row.now, _zone(row.timezone)):
            due.append(row.profile_id)
    return due, mute


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):  # a person may write anything
        return ZoneInfo("UTC")


def _letter(org: UUID, notices: Sequence[RowMapping]) -> dict[str, Any]:
    made, first = uuid7(), notices[0]
    ticket = first["ticket_id"]
    host = first["address"].rpartition("@")[2]
    root = f"<{ticket.hex}.ticket@{host}>" if ticket else None  # one conversation with what agents get of that ticket
    said = [(row["title"], say(row["type"], row["content"])) for row in notices]
    lines = [line if ticket else f"{title}: {line}" for title, line in said if line]
    more = [f"and {len(lines) - LINES} more"] if len(lines) > LINES else []
    return {
        "id": made.hex,
        "handle": marks.handle_of(made),
        "mailbox_id": first["mailbox"].hex,
        "ticket_id": ticket and ticket.hex,
        "profile_id": first["profile_id"].hex,
        "letter": Letter.NOTICES,
        "recipient": first["email"],
        "recipient_name": first["name"][:LONGEST_NAME],
        "message_id": marks.message_id(made, org, host),
        "context": {
            "lines": [*lines[:LINES], *more],
            "in_reply_to": root,
            "references": [root] if root else [],
        },
    }
