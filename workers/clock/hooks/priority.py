"""How urgent a ticket is in this stage."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from models.hook import RunState
from workers.clock.hooks.changing import change
from workers.clock.hooks.run import Kind, Result, Row, Run


def read(run: Run) -> Row:
    """The priority."""
    return {"priority": run.config["priority"]}


def carry(connection: Connection, org: UUID, asked: Sequence[tuple[Run, Row]]) -> list[Result]:
    """Set it."""
    del org  # of the context
    changed = change(connection, {run.ticket: (patch, f"a hook of stage {run.stage!r}") for run, patch in asked})
    return [
        Result(run, RunState.DONE, f"priority {patch['priority']}{'' if run.ticket in changed else ', as before'}")
        for run, patch in asked
    ]


KIND = Kind(read, carry)
