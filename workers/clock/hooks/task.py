"""The shell of what stages have done: each organization where something is due, round after round, a commit each."""

from time import monotonic
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from models.database import transaction
from models.failpoint import reach
from workers.app import CALLS, app, ring
from workers.clock.hooks import delay
from workers.clock.hooks.carrying import go_round
from workers.clock.sla.watch import watch

PATIENCE = 2.0  # seconds; then others have their turn, and the rest waits for the next time
_DUE = text("SELECT organizations_due()")

log = structlog.get_logger()


@app.task(name="clock.act")  # type: ignore[untyped-decorator]  # celery ships no types
def act() -> None:
    """Look at promises, and carry out hooks of stages that are due, in all organizations."""
    end = monotonic() + PATIENCE
    with transaction() as connection:
        waiting = list(connection.scalars(_DUE))
    while waiting and monotonic() < end:
        waiting = [org for org in waiting if _tried(org)]


def _tried(org: UUID) -> bool:
    """A round that fails as a whole is for the next time, and keeps no other organization waiting."""
    try:
        return _act(org)
    except OperationalError:  # the database is away for all of them
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, it rolled back
        log.warning("hooks not carried out", org=str(org), error=type(error).__name__)
        return False


def _act(org: UUID) -> bool:
    """One round in an organization; whether there may be another."""
    with transaction(org) as connection:
        watch(connection, org)
        delay.fire(connection, org)
        done = go_round(connection, org)
    reach("hooks.committed")
    ring("outbound.send", done.letters)
    ring("outbound.call", done.webhooks, queue=CALLS)
    return done.runs > 0
