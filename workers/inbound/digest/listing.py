"""The letter that lists what is new in quarantine: a copy for each who may release it, and the mark on the mails.

Who may: the admins, and where nobody is one, the agents. No line of it can be taken for an order, quoted or wrapped:
each is short and begins with a number, a quotation mark or a word of ours.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, text

from models import digest, marks
from models.base import uuid7
from models.outgoing import Letter
from workers.inbound.mail import Mail

MOST = 50  # mails that one letter lists; what is more is counted
HEAD_BYTES = 262_144  # of a mail, in which its headers are
LONGEST_NAME = 200
LONGEST_LINE, LONGEST_SENDER = 56, 40
AGAIN = timedelta(hours=1)  # so long after a letter there is no other, though it was rung for twice
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

_WAITING = text("""
    SELECT r.id, r.received_at, r.reason, substring(r.content FOR :head) AS content, s.timezone
    FROM raw_mail r JOIN organization_settings s ON s.org_id = r.org_id
    WHERE r.org_id = :org AND r.stage = 'quarantined' AND r.processed_at > now() - interval '7 days'
      AND NOT is_told(r.trace)
    ORDER BY r.processed_at DESC, r.id DESC LIMIT :most
""")
# Whoever comes second waits for the rows and finds them marked.
_TAKE = text("""
    UPDATE raw_mail r SET trace = r.trace || CAST(:step AS jsonb)
    WHERE r.org_id = :org AND r.stage = 'quarantined' AND NOT is_told(r.trace) AND r.id = ANY (ARRAY(
        SELECT w.id FROM raw_mail w
        WHERE w.org_id = :org AND w.stage = 'quarantined' AND w.processed_at > now() - interval '7 days'
          AND NOT is_told(w.trace)
          AND NOT EXISTS (SELECT FROM outgoing o
                          WHERE o.org_id = :org AND o.id >= :recent AND o.letter = 'quarantine_digest')
        ORDER BY w.id FOR UPDATE))
    RETURNING r.id
""")
_AUDIENCE = text("""
    SELECT a.id, a.email, a.name, m.id AS mailbox, m.address FROM (
        SELECT p.*, rank() OVER (ORDER BY p.role = 'agent') AS place FROM profiles p
        WHERE p.org_id = :org AND p.role IN ('admin', 'agent') AND p.email IS NOT NULL AND p.deleted_at IS NULL) a
    JOIN organization_settings s ON s.org_id = :org AND s.email_notifications_enabled
    CROSS JOIN LATERAL (
        SELECT b.id, b.address FROM mailboxes b WHERE b.org_id = :org AND b.is_active
        ORDER BY b.created_at, b.id LIMIT 1) m
    WHERE a.place = 1 AND a.preferences #>> '{letters,when}' IS DISTINCT FROM 'none'
      AND NOT EXISTS (SELECT FROM suppressions p WHERE p.org_id = :org AND p.address = lower(a.email)
                      AND (p.until IS NULL OR p.until > now()))
    ORDER BY a.id
""")
_QUEUE = text("""
    INSERT INTO outgoing (org_id, id, handle, mailbox_id, profile_id, letter, recipient, recipient_name, message_id,
                          context, depth)
    SELECT :org, id, handle, mailbox_id, profile_id, letter, recipient, recipient_name, message_id, context, 1
    FROM jsonb_to_recordset(CAST(:letters AS jsonb)) AS o (
        id uuid, handle bigint, mailbox_id uuid, profile_id uuid, letter text, recipient text, recipient_name text,
        message_id text, context jsonb)
""")


def waiting(connection: Connection, org: UUID) -> list[Any]:
    """Mails in quarantine of which nobody was told, the latest first, with the beginning of their bytes.

    Args:
        connection: in the context of `org`.
        org: the organization.
    """
    return list(connection.execute(_WAITING, {"org": org, "head": HEAD_BYTES, "most": MOST}))


def tell(connection: Connection, org: UUID, rows: Sequence[Any], mails: Sequence[Mail]) -> list[UUID]:
    """Queue the letters, and mark all that waits as told, whoever wants to hear of it.

    Args:
        connection: in the context of `org`; the caller commits both or neither.
        org: the organization.
        rows: as `waiting` gave them.
        mails: what was read in each.

    Returns:
        The outbox rows it queued.
    """
    step = {"step": digest.STEP, "verdict": "told", "reason": "it was listed in the letter about the quarantine"}
    recent = UUID(int=int((datetime.now(UTC) - AGAIN).timestamp() * 1000) << 80)
    taken = set(connection.scalars(_TAKE, {"org": org, "step": json.dumps([step]), "recent": recent}))
    told = [(row, mail) for row, mail in zip(rows, mails, strict=True) if row.id in taken]
    if not told:
        return []
    said = {
        "mails": [row.id.hex for row, _ in told],
        "lines": [line for place, (row, mail) in enumerate(told, 1) for line in _lines(place, row, mail)],
        "note": f"and {len(taken) - len(told)} more: see `postern quarantine list`" if len(taken) > len(told) else "",
    }
    letters = [_letter(org, row, said) for row in connection.execute(_AUDIENCE, {"org": org}).mappings()]
    connection.execute(_QUEUE, {"org": org, "letters": json.dumps(letters)})
    return [UUID(one["id"]) for one in letters]


def _lines(place: int, row: Any, mail: Mail) -> tuple[str, str, str]:  # noqa: ANN401  a row of the database
    """Who and when, the subject, and why."""
    came = row.received_at.astimezone(ZoneInfo(row.timezone)).strftime("%a %d %b %H:%M")
    who = mail.sender.address if mail.sender else "unknown sender"
    return (
        f"{place}. {_short(who, LONGEST_SENDER)}, {came}",
        _short(mail.subject) or "(no subject)",
        _short(row.reason or ""),
    )


def _short(said: str, most: int = LONGEST_LINE) -> str:
    plain = _LINK.sub("[link]", " ".join(said.split()))
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def _letter(org: UUID, row: RowMapping, said: Mapping[str, Any]) -> dict[str, Any]:
    made = uuid7()
    return {
        "id": made.hex,
        "handle": marks.handle_of(made),
        "mailbox_id": row["mailbox"].hex,
        "profile_id": row["id"].hex,
        "letter": Letter.DIGEST,
        "recipient": row["email"],
        "recipient_name": row["name"][:LONGEST_NAME],
        "message_id": marks.message_id(made, org, row["address"].rpartition("@")[2]),
        "context": said,
    }
