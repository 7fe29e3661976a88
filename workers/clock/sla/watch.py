"""Looks at the promises whose time has come: writes notices, has hooks run, and sets the time of the next look.

A promise is a timer without a hook. The trigger on revisions makes it due whenever its ticket changes, so a pause, a
priority, a type or a solution is noticed at once; between changes it rests until the next moment that matters.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Connection, text

from models.workflow import Status
from workers.clock import calendars
from workers.clock.calendars import Week
from workers.clock.sla.promise import Promise, Verdict, judge

MOST = 200  # tickets at once

log = structlog.get_logger()

# Tickets before timers, as whoever changes a ticket locks them.
_LOCK = text("""
    SELECT t.id FROM tickets t
    WHERE t.org_id = :org AND t.id = ANY (ARRAY(
        SELECT m.ticket_id FROM timers m
        WHERE m.org_id = :org AND m.due_at <= now() AND m.fired_at IS NULL AND m.cancelled_at IS NULL
          AND m.hook_id IS NULL
        ORDER BY m.due_at LIMIT :most))
    ORDER BY t.id FOR UPDATE SKIP LOCKED
""")
# Of the policies that apply, the one that names the type wins, then the one that names the priority.
_DUE = text("""
    SELECT m.id, m.kind, t.id AS ticket, now() AS now, p.calendar_id, t.merged_into_id IS NOT NULL AS is_gone,
           CASE m.kind WHEN 'first_response' THEN t.first_response_at END AS kept_at,
           CASE m.kind WHEN 'first_response' THEN p.first_response_minutes ELSE p.resolution_minutes END AS minutes,
           EXISTS (SELECT FROM timers w WHERE w.org_id = :org AND w.ticket_id = t.id AND w.kind = m.kind
                    AND w.fired_at IS NOT NULL) AS warned,
           (SELECT jsonb_agg(jsonb_build_array(h.changed_at, h.category) ORDER BY h.id) FROM ticket_history h
            WHERE h.org_id = :org AND h.ticket_id = t.id) AS past
    FROM timers m
    JOIN tickets t ON t.org_id = m.org_id AND t.id = m.ticket_id
    LEFT JOIN LATERAL (
        SELECT s.* FROM sla_policies s
        WHERE s.org_id = :org AND s.is_active AND (s.priority IS NULL OR s.priority = t.priority)
          AND (s.request_type_id IS NULL OR s.request_type_id = t.request_type_id)
        ORDER BY s.request_type_id IS NULL, s.priority IS NULL LIMIT 1) p ON true
    WHERE m.org_id = :org AND m.ticket_id = ANY (:tickets) AND m.due_at <= now() AND m.fired_at IS NULL
      AND m.cancelled_at IS NULL AND m.hook_id IS NULL
    ORDER BY m.id
""")
# A warning is a timer that fired; the one that waits for the breach is its own.
_WRITE = text("""
    WITH said AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:verdicts AS jsonb)) AS v (
            id uuid, ticket_id uuid, kind text, event text, again timestamptz, over boolean, due timestamptz)
    ), looked AS (
        UPDATE timers m SET
            fired_at = CASE WHEN v.event <> '' OR v.over THEN now() END,
            cancelled_at = CASE WHEN v.event = '' AND NOT v.over AND v.again IS NULL THEN now() END,
            due_at = CASE WHEN v.event = '' AND v.again IS NOT NULL THEN v.again ELSE m.due_at END
        FROM said v WHERE m.org_id = :org AND m.id = v.id
    ), next AS (
        INSERT INTO timers (org_id, ticket_id, kind, due_at)
        SELECT :org, v.ticket_id, v.kind, v.again FROM said v WHERE v.event <> '' AND NOT v.over
    ), dated AS (
        UPDATE tickets t SET due_at = v.due FROM said v
        WHERE t.org_id = :org AND t.id = v.ticket_id AND v.kind = 'resolution' AND t.due_at IS DISTINCT FROM v.due
          AND v.event <> 'sla_breach'
    ), hooks AS (
        INSERT INTO hook_runs (org_id, history_id, hook_id, ticket_id)
        SELECT :org, t.latest_history_id, k.id, t.id
        FROM said v JOIN tickets t ON t.org_id = :org AND t.id = v.ticket_id
        JOIN workflow_stage_hooks k ON k.org_id = :org AND k.stage_id = t.current_stage_id AND k.is_active
        WHERE k.config ->> 'on' = v.event AND v.event <> ''
        ON CONFLICT DO NOTHING
    )
    INSERT INTO notifications (org_id, profile_id, type, title, content, link, ticket_id)
    SELECT :org, p.id, 'sla', t.number || ': ' || t.title, jsonb_build_object('event', v.event, 'target', v.kind,
           'due', v.due), '/tickets/' || t.number, t.id
    FROM said v JOIN tickets t ON t.org_id = :org AND t.id = v.ticket_id
    JOIN profiles p ON p.org_id = :org AND p.role IN ('agent', 'admin') AND p.deleted_at IS NULL
    WHERE v.event <> '' AND (
        p.id = t.assigned_to OR v.event = 'sla_breach' AND p.role = 'admin'
        OR t.assigned_to IS NULL AND (p.role = 'admin' OR t.department_id IS NULL OR p.department_id = t.department_id))
""")


def watch(connection: Connection, org: UUID) -> None:
    """Judge the promises that are due; the caller commits all that follows or nothing.

    Args:
        connection: in the context of `org`.
        org: the organization.
    """
    tickets = list(connection.scalars(_LOCK, {"org": org, "most": MOST}))
    if not tickets:
        return
    weeks = calendars.known(connection, org)
    rows = connection.execute(_DUE, {"org": org, "tickets": tickets}).all()
    verdicts = json.dumps([_said(row, _judged(row, weeks)) for row in rows])
    connection.execute(_WRITE, {"org": org, "verdicts": verdicts})


def _judged(row: Any, weeks: Mapping[UUID | None, Week]) -> Verdict:  # noqa: ANN401  a row of the database
    """What nothing was promised of rests until the ticket changes; so does what a calendar makes no sense of."""
    if row.minutes is None or row.is_gone:
        return Verdict()
    week = weeks.get(row.calendar_id, weeks[None])
    if isinstance(week, str):
        log.warning("promise not watched", ticket=str(row.ticket), why=week)
        return Verdict()
    past = tuple(_past(row.past))
    return judge(Promise(timedelta(minutes=row.minutes), week, past, row.kept_at, row.warned), row.now)


def _past(rows: Iterable[tuple[str, str]]) -> Iterable[tuple[datetime, Status]]:
    for at, status in rows:
        yield datetime.fromisoformat(at), Status(status)


def _said(row: Any, verdict: Verdict) -> dict[str, Any]:  # noqa: ANN401  as above
    return {
        "id": row.id.hex,
        "ticket_id": row.ticket.hex,
        "kind": row.kind,
        "event": verdict.event,
        "again": verdict.again and verdict.again.isoformat(),
        "over": verdict.over,
        "due": verdict.due and verdict.due.isoformat(),
    }
