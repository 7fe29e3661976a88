"""Taking runs that are due and writing down what became of them, under the lock of their ticket.

Whoever holds a ticket's lock works on its runs; others pass over it. What is chosen is looked for after the lock is
there, so nothing is seen that somebody else has done meanwhile, and one commit holds the effect and its record.
"""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from models.hook import HookType
from workers.clock.hooks.run import Result, Run

_LOCK = text("""
    SELECT t.id FROM tickets t
    WHERE t.org_id = :org AND t.id = ANY (ARRAY(
        SELECT r.ticket_id FROM hook_runs r
        WHERE r.org_id = :org AND r.state = 'waiting' AND r.next_try_at <= now() ORDER BY r.next_try_at LIMIT :most))
    ORDER BY t.id FOR UPDATE SKIP LOCKED
""")
# The next run of each ticket: entries in the order in which they happened, hooks in the order of the stage.
_DUE = text("""
    SELECT DISTINCT ON (r.ticket_id)
           r.history_id AS history, r.hook_id AS hook, r.ticket_id AS ticket, k.hook_type AS kind, k.config,
           s.name AS stage, k.stage_id, r.attempts,
           t.current_stage_id = k.stage_id AND NOT EXISTS (
               SELECT FROM ticket_history h WHERE h.org_id = r.org_id AND h.ticket_id = r.ticket_id
                AND h.id > r.history_id AND h.workflow_stage_id <> k.stage_id) AS is_current,
           EXISTS (SELECT FROM timers m WHERE m.org_id = r.org_id AND m.ticket_id = r.ticket_id
                AND m.hook_id = r.hook_id AND m.created_at >= r.created_at AND m.fired_at IS NOT NULL) AS is_delayed,
           CASE WHEN NOT k.is_active THEN 'the hook was switched off'
                WHEN t.merged_into_id IS NOT NULL THEN 'the ticket goes on in another one'
                WHEN t.deleted_at IS NOT NULL THEN 'the ticket was deleted' ELSE '' END AS dropped,
           now() AS at
    FROM hook_runs r
    JOIN workflow_stage_hooks k ON k.org_id = r.org_id AND k.id = r.hook_id
    JOIN workflow_stages s ON s.org_id = k.org_id AND s.id = k.stage_id
    JOIN tickets t ON t.org_id = r.org_id AND t.id = r.ticket_id
    WHERE r.org_id = :org AND r.ticket_id = ANY (:tickets) AND r.state = 'waiting' AND r.next_try_at <= now()
    ORDER BY r.ticket_id, r.history_id, k.position, k.created_at, k.id
""")
_READ = (
    "history", "hook", "ticket", "config", "stage", "stage_id", "attempts", "is_current", "is_delayed", "dropped", "at",
)  # fmt: skip
# What is tried again holds up what comes after it for the same entry, and nothing else.
_RECORD = text("""
    WITH said AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:results AS jsonb)) AS s (
            history_id uuid, hook_id uuid, state text, answer text, pause double precision)
    ), done AS (
        UPDATE hook_runs r SET state = s.state, answer = s.answer, attempts = r.attempts + 1,
            next_try_at = now() + make_interval(secs => s.pause),
            done_at = CASE WHEN s.state <> 'waiting' THEN now() END
        FROM said s WHERE r.org_id = :org AND r.history_id = s.history_id AND r.hook_id = s.hook_id
    )
    UPDATE hook_runs r SET next_try_at = greatest(r.next_try_at, now() + make_interval(secs => s.pause))
    FROM said s
    WHERE s.state = 'waiting' AND r.org_id = :org AND r.history_id = s.history_id AND r.hook_id <> s.hook_id
      AND r.state = 'waiting'
""")


def claim(connection: Connection, org: UUID, most: int) -> list[Run]:
    """The next run of each ticket that nobody else works on, locked until the transaction ends.

    Args:
        connection: in the context of `org`.
        org: the organization.
        most: runs to look at.
    """
    tickets = list(connection.scalars(_LOCK, {"org": org, "most": most}))
    if not tickets:
        return []
    rows = connection.execute(_DUE, {"org": org, "tickets": tickets}).all()
    return [Run(kind=HookType(row.kind), **{name: getattr(row, name) for name in _READ}) for row in rows]


def record(connection: Connection, org: UUID, results: Sequence[Result]) -> None:
    """Write down what became of runs, in one statement.

    Args:
        connection: the one they were claimed with.
        org: the organization.
        results: at most one for each run.
    """
    said = [{**one.run.key, "state": one.state, "answer": one.answer[:1000], "pause": one.pause} for one in results]
    connection.execute(_RECORD, {"org": org, "results": json.dumps(said)})
