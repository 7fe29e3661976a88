"""A letter of a stage to who asked: a public comment in the name of the organization, and the outbox row that takes it.

No program is answered, and nobody gets more such letters than the brake on letters lets through: what is beyond is
kept back, and `postern outbox retry` lets it go.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from models import marks
from models.base import uuid7
from models.hook import RunState
from models.outgoing import Letter, State
from workers.clock.hooks.config import identifier
from workers.clock.hooks.filling import fill
from workers.clock.hooks.run import Kind, Result, Row, Run
from workers.errors import Permanent

HOUR, DAY = 3, 10  # letters of stages that one person's tickets make a mailbox write; as with acknowledgements
LONGEST_NAME = 200

# What such a letter says and to whom; by key, one ticket after the other.
_FACTS = text("""
    SELECT t.id AS ticket, t.number, t.title, m.id AS mailbox, m.address AS host, r.id AS requester, r.role,
           r.name AS recipient_name, r.email AS recipient, o.name AS organization,
           coalesce(a.name, o.name) AS author_name, f.body AS macro, said.silent,
           coalesce(heard.ids, '{}') AS heard, spent.hour, spent.day
    FROM unnest(CAST(:tickets AS uuid[]), CAST(:macros AS uuid[])) AS asked (ticket_id, macro_id)
    JOIN tickets t ON t.org_id = :org AND t.id = asked.ticket_id
    JOIN organizations o ON o.id = t.org_id
    JOIN profiles r ON r.org_id = :org AND r.id = t.created_by
    LEFT JOIN profiles a ON a.org_id = :org AND a.id = t.assigned_to
    LEFT JOIN mailboxes m ON m.org_id = :org AND m.id = t.mailbox_id
    LEFT JOIN macros f ON f.org_id = :org AND f.id = asked.macro_id AND f.is_active
    LEFT JOIN LATERAL (
        SELECT c.metadata ->> 'silent' AS silent FROM ticket_comments c
        WHERE c.org_id = :org AND c.ticket_id = t.id AND c.sender_type = 'customer'
        ORDER BY c.created_at DESC, c.id DESC LIMIT 1) said ON true
    CROSS JOIN LATERAL (
        SELECT array_agg(h.message_id ORDER BY h.id) AS ids FROM (
            SELECT i.message_id, i.id FROM message_ids i
            JOIN ticket_comments c ON c.org_id = i.org_id AND c.id = i.comment_id AND c.sender_type = 'customer'
            WHERE i.org_id = :org AND i.ticket_id = t.id AND i.direction = 'in' ORDER BY i.id DESC LIMIT 20) h) heard
    CROSS JOIN LATERAL (
        SELECT count(*) AS day, count(*) FILTER (WHERE g.created_at > now() - interval '1 hour') AS hour FROM outgoing g
        WHERE g.org_id = :org AND g.correspondent_id = r.id AND g.created_at > now() - interval '1 day'
          AND g.letter = 'letter_of_stage') spent
""")
_WRITE = text("""
    WITH rows AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS l (
            id uuid, handle bigint, mailbox_id uuid, ticket_id uuid, comment_id uuid, profile_id uuid, letter text,
            recipient text, recipient_name text, message_id text, context jsonb, state text, answer text,
            body text)
    ), said AS (
        INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, message_type, is_internal, text,
                                     metadata)
        SELECT :org, comment_id, ticket_id, acting_profile(), 'system', 'reply', false, body, '{"automatic": true}'
        FROM rows
    ), indexed AS (
        INSERT INTO message_ids (org_id, message_id, direction, ticket_id, comment_id)
        SELECT :org, message_id, 'out', ticket_id, comment_id FROM rows
    )
    INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient,
                          recipient_name, message_id, context, state, answer, depth, correspondent_id)
    SELECT :org, id, handle, mailbox_id, ticket_id, comment_id, profile_id, letter, recipient, recipient_name,
           message_id, context, state, answer, 1, profile_id
    FROM rows
""")


def read(run: Run) -> Row:
    """The text, or the macro that has it."""
    return {"message": run.config.get("message"), "macro": identifier(run.config, "macro_id")}


def carry(connection: Connection, org: UUID, asked: Sequence[tuple[Run, Row]]) -> list[Result]:
    """Write the letters; `outgoing` holds them until the caller has rung."""
    macros = [row["macro"] and row["macro"].hex for _, row in asked]
    said = {"org": org, "tickets": [run.ticket.hex for run, _ in asked], "macros": macros}
    facts = {row.ticket: row for row in connection.execute(_FACTS, said)}
    drafts = [_draft(org, run, row, facts[run.ticket]) for run, row in asked]
    if rows := [letter for _, letter in drafts if letter]:
        connection.execute(_WRITE, {"org": org, "rows": json.dumps(rows)})
    return [result for result, _ in drafts]


def _draft(org: UUID, run: Run, row: Row, fact: Any) -> tuple[Result, Row]:  # noqa: ANN401  a row of the database
    if why := _why_not(fact):
        return Result(run, RunState.SKIPPED, why), {}
    try:
        letter = _letter(org, fact, _words(row, fact))
    except Permanent as refused:
        return Result(run, RunState.FAILED, str(refused)), {}
    if letter["state"] == State.WITHHELD:
        return Result(run, RunState.DONE, f"a letter to {fact.recipient} is withheld: {letter['answer']}"), letter
    return Result(run, RunState.DONE, f"a letter to {fact.recipient}", letter=UUID(letter["id"])), letter


def _why_not(fact: Any) -> str:  # noqa: ANN401  as above
    if fact.mailbox is None:
        return "the ticket has no mailbox that a letter could go out from"
    if not fact.recipient or fact.role == "system":
        return "nobody knows where the requester reads letters"
    return f"no program answers their last mail: {fact.silent}" if fact.silent else ""


def _words(row: Row, fact: Any) -> str:  # noqa: ANN401  as above
    said = row["message"] if row["macro"] is None else fact.macro
    if not said:
        raise Permanent("its macro is not there any more" if row["macro"] else "it has no text")
    names = ("organization", "number", "title", "recipient_name", "author_name")
    filled = fill(str(said), {name: getattr(fact, name) for name in names})
    if not filled:
        raise Permanent("nothing is left of its text")
    return filled


def _letter(org: UUID, fact: Any, words: str) -> Row:  # noqa: ANN401  as above
    made = uuid7()
    more = next((f"{most} within the {name}" for most, name in ((HOUR, "hour"), (DAY, "day"))
                 if getattr(fact, name) >= most), "")  # fmt: skip
    return {
        "id": made.hex,
        "handle": marks.handle_of(made),
        "mailbox_id": fact.mailbox.hex,
        "ticket_id": fact.ticket.hex,
        "comment_id": uuid7().hex,
        "profile_id": fact.requester.hex,
        "letter": Letter.STAGE,
        "recipient": fact.recipient,
        "recipient_name": fact.recipient_name[:LONGEST_NAME],
        "message_id": marks.message_id(made, org, fact.host.rpartition("@")[2]),
        "context": {"in_reply_to": fact.heard[-1] if fact.heard else None, "references": list(fact.heard)},
        "state": State.WITHHELD if more else State.QUEUED,
        "answer": f"stages have written more than {more} to {fact.recipient}" if more else None,
        "body": words,
    }


KIND = Kind(read, carry)
