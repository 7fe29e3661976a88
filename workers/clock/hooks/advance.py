"""On to another stage, once the delay is over; a ticket that left meanwhile stays where it went."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from models.hook import RunState
from workers.clock.hooks.changing import change
from workers.clock.hooks.config import identifier
from workers.clock.hooks.run import Kind, Result, Row, Run
from workers.errors import Permanent

ROUNDS = 20  # in an hour; stages that lead to each other would never come to rest
_WHY = "its stage goes on by itself"
_ROUNDS = text("""
    SELECT h.ticket_id, count(*) AS rounds FROM ticket_history h
    WHERE h.org_id = :org AND h.ticket_id = ANY (:tickets) AND h.reason = :why
      AND h.changed_at > now() - interval '1 hour'
    GROUP BY 1
""")


def read(run: Run) -> Row:
    """The stage."""
    if not (stage := identifier(run.config, "stage_id")):
        raise Permanent("it names no stage")
    return {"stage_id": str(stage)}


def carry(connection: Connection, org: UUID, asked: Sequence[tuple[Run, Row]]) -> list[Result]:
    """Move those that still stand where they stood."""
    staying = [run.ticket for run, _ in asked if run.is_current]
    said = {"org": org, "tickets": staying, "why": _WHY}
    rounds = {row.ticket_id: row.rounds for row in connection.execute(_ROUNDS, said)}
    moving = {run.ticket: row for run, row in asked if run.is_current and rounds.get(run.ticket, 0) < ROUNDS}
    change(connection, {ticket: (row, _WHY) for ticket, row in moving.items()})
    return [_moved(run, run.ticket in moving) for run, _ in asked]


def _moved(run: Run, moved: bool) -> Result:
    if moved:
        return Result(run, RunState.DONE, "it moved on")
    if run.is_current:
        why = f"it went on by itself {ROUNDS} times within the hour: stages go in a circle"
        return Result(run, RunState.FAILED, why)
    return Result(run, RunState.SKIPPED, "the ticket had left the stage")


KIND = Kind(read, carry)
