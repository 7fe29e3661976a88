"""A round: the next run of each ticket, all of one type at once; one that fails is found by halves, alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from models.failpoint import reach
from models.hook import HookType, RunState
from workers.clock.hooks import advance, assign, delay, notification, priority, reply, tag, webhook
from workers.clock.hooks.claims import claim, record
from workers.clock.hooks.run import Kind, Result, Row, Run
from workers.errors import Permanent

MOST = 100  # tickets of one round
PAUSES = (10.0, 60.0, 600.0, 3600.0)  # seconds before each further attempt; then a run has failed
KINDS: Mapping[HookType, Kind] = {
    HookType.NOTIFICATION: notification.KIND,
    HookType.REPLY: reply.KIND,
    HookType.ASSIGN: assign.KIND,
    HookType.PRIORITY: priority.KIND,
    HookType.TAG: tag.KIND,
    HookType.WEBHOOK: webhook.KIND,
    HookType.ADVANCE: advance.KIND,
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to: how many runs, letters that are to be sent after the commit, webhooks to be called."""

    runs: int
    letters: tuple[UUID, ...] = ()
    webhooks: tuple[UUID, ...] = ()


def go_round(connection: Connection, org: UUID) -> Round:
    """Carry out the next run of each ticket where one is due; the caller commits effects and records, or neither.

    Args:
        connection: in the context of `org`.
        org: the organization.
    """
    runs = claim(connection, org, MOST)
    reach("hooks.claimed")
    results = [Result(run, RunState.SKIPPED, run.dropped) for run in runs if run.dropped]
    for kind, some in groupby(sorted((run for run in runs if not run.dropped), key=_kind), key=_kind):
        results += _carry_out(connection, org, kind, list(some))
    if results:
        record(connection, org, results)
    reach("hooks.carried")
    letters = tuple(one.letter for one in results if one.letter)
    return Round(len(runs), letters, tuple({one.webhook for one in results if one.webhook}))


def _kind(run: Run) -> HookType:
    return run.kind


def _carry_out(connection: Connection, org: UUID, kind: HookType, runs: Sequence[Run]) -> list[Result]:
    """Those that have a delay before them get a timer, the others are done."""
    results: list[Result] = []
    later: list[tuple[Run, int]] = []
    now: list[tuple[Run, Row]] = []
    for run in runs:
        if run.is_delayed and not run.is_current:
            results.append(Result(run, RunState.SKIPPED, "the ticket had left the stage"))
            continue
        try:
            minutes = delay.wanted(run)
            now += [] if minutes else [(run, KINDS[kind].read(run))]
            later += [(run, minutes)] if minutes else []
        except Permanent as refused:
            results.append(Result(run, RunState.FAILED, str(refused)))
        except Exception as error:  # noqa: BLE001  a fault of ours; one bad hook must harm no other
            results.append(_failed(run, error))
    return [*results, *delay.set_timers(connection, org, later), *_try(connection, org, KINDS[kind], now)]


def _try(connection: Connection, org: UUID, kind: Kind, asked: Sequence[tuple[Run, Row]]) -> list[Result]:
    if not asked:
        return []
    try:
        with connection.begin_nested():
            return kind.carry(connection, org, asked)
    except Exception as error:  # whatever it is, it rolled back, and one bad hook must harm no other
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        if len(asked) == 1:
            return [_failed(asked[0][0], error)]
    middle = len(asked) // 2
    return [*_try(connection, org, kind, asked[:middle]), *_try(connection, org, kind, asked[middle:])]


def _failed(run: Run, error: Exception) -> Result:
    cause = getattr(error, "orig", None) or error
    said = f"{type(cause).__name__}: {str(cause).partition(chr(10))[0][:500]}"
    log.warning("hook failed", hook=str(run.hook), kind=run.kind, attempt=run.attempts + 1)
    if run.attempts < len(PAUSES):
        return Result(run, RunState.WAITING, said, pause=PAUSES[run.attempts])
    return Result(run, RunState.FAILED, f"given up after {run.attempts + 1} attempts: {said}")
