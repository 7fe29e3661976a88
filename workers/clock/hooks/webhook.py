"""Calls of other programs: a row of the outbox for each, so that nothing waits here for anybody's answer."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from models.hook import RunState
from models.webhook import STAGE
from workers.clock.hooks.config import identifier
from workers.clock.hooks.run import Kind, Result, Row, Run
from workers.errors import Permanent

_CALL = text("""
    INSERT INTO webhook_calls (org_id, webhook_id, event, ticket_id, history_id, hook_id)
    SELECT w.org_id, w.id, a.event, a.ticket_id, a.history_id, a.hook_id
    FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS a (
        history_id uuid, hook_id uuid, ticket_id uuid, webhook_id uuid, event text)
    JOIN webhooks w ON w.org_id = :org AND w.id = a.webhook_id
    RETURNING history_id, hook_id, webhook_id
""")


def read(run: Run) -> Row:
    """Which one, and what for: the stage that was entered, or a promise (`ticket.sla_breach`)."""
    if not (webhook := identifier(run.config, "webhook_id")):
        raise Permanent("it names no webhook")
    return {"webhook_id": webhook.hex, "event": f"ticket.{run.config['on']}" if "on" in run.config else STAGE}


def carry(connection: Connection, org: UUID, asked: Sequence[tuple[Run, Row]]) -> list[Result]:
    """Write the calls down."""
    said = json.dumps([run.key | row for run, row in asked])
    made = {
        (row.history_id, row.hook_id): row.webhook_id for row in connection.execute(_CALL, {"org": org, "asked": said})
    }
    return [_written(run, made.get((run.history, run.hook))) for run, _ in asked]


def _written(run: Run, webhook: UUID | None) -> Result:
    if webhook:
        return Result(run, RunState.DONE, "the call is in the outbox; see `postern webhooks calls`", webhook=webhook)
    return Result(run, RunState.FAILED, "its webhook is not there any more")


KIND = Kind(read, carry)
