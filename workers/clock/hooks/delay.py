"""Hooks that wait in their stage first, maybe in hours of business: a timer each, which leaving the stage ends."""

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from models.hook import HookType, RunState
from workers.clock import calendars, hours
from workers.clock.calendars import Week
from workers.clock.hooks import config
from workers.clock.hooks.run import Result, Run
from workers.clock.hours import Hours
from workers.errors import Permanent

MOST = 1000  # timers at once

_SET = text("""
    INSERT INTO timers (org_id, ticket_id, kind, hook_id, stage_id, due_at)
    SELECT :org, ticket_id, kind, hook_id, stage_id, due_at FROM jsonb_to_recordset(CAST(:timers AS jsonb)) AS m (
        ticket_id uuid, kind text, hook_id uuid, stage_id uuid, due_at timestamptz)
""")
# The run that set a timer is the latest of its hook and ticket: an entry after it would have ended the timer.
_FIRE = text("""
    WITH due AS MATERIALIZED (
        SELECT m.id FROM timers m
        WHERE m.org_id = :org AND m.due_at <= now() AND m.fired_at IS NULL AND m.cancelled_at IS NULL
          AND m.hook_id IS NOT NULL
        ORDER BY m.due_at LIMIT :most FOR UPDATE SKIP LOCKED
    ), fired AS (
        UPDATE timers m SET fired_at = now() FROM due WHERE m.org_id = :org AND m.id = due.id
        RETURNING m.ticket_id, m.hook_id
    ), over AS MATERIALIZED (
        SELECT f.hook_id, (SELECT r.history_id FROM hook_runs r
                           WHERE r.org_id = :org AND r.ticket_id = f.ticket_id AND r.hook_id = f.hook_id
                           ORDER BY r.history_id DESC LIMIT 1) AS history_id
        FROM fired f
    )
    UPDATE hook_runs r SET state = 'waiting', attempts = 0, next_try_at = now(), done_at = NULL
    FROM over o WHERE r.org_id = :org AND r.history_id = o.history_id AND r.hook_id = o.hook_id
""")


def wanted(run: Run) -> int:
    """For how many minutes a run has to wait yet.

    Raises:
        Permanent: its delay is none.
    """
    return 0 if run.is_delayed else config.delay(run.config)


def set_timers(connection: Connection, org: UUID, runs: Sequence[tuple[Run, int]]) -> list[Result]:
    """Set a timer for each run, unless its ticket has left the stage already.

    Args:
        connection: in the context of `org`.
        org: the organization.
        runs: with their minutes.
    """
    staying = [(run, minutes) for run, minutes in runs if run.is_current]
    results = [Result(run, RunState.SKIPPED, "the ticket had left the stage") for run, _ in runs if not run.is_current]
    counts = any(run.config.get("business_hours") is True for run, _ in staying)
    week = calendars.default(connection, org) if counts else None
    timers = []
    for run, minutes in staying:
        business = run.config.get("business_hours") is True
        try:
            due = hours.after(_counted(week) if business else None, run.at, timedelta(minutes=minutes))
        except Permanent as refused:
            results.append(Result(run, RunState.FAILED, str(refused)))
            continue
        kind = "advance" if run.kind is HookType.ADVANCE else "reminder"
        timers.append({**run.key, "stage_id": run.stage_id.hex, "kind": kind, "due_at": due.isoformat()})
        results.append(Result(run, RunState.DONE, f"a timer was set for {due:%Y-%m-%d %H:%M} UTC"))
    if timers:
        connection.execute(_SET, {"org": org, "timers": json.dumps(timers)})
    return results


def fire(connection: Connection, org: UUID) -> None:
    """What waited in its stage for long enough is to be carried out.

    Args:
        connection: in the context of `org`.
        org: the organization.
    """
    connection.execute(_FIRE, {"org": org, "most": MOST})


def _counted(week: Week) -> Hours | None:
    if isinstance(week, str):
        raise Permanent(week)
    return week
