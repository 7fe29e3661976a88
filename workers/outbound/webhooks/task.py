"""The shell of webhooks, task `outbound.call`: claims calls, makes them, writes down what became of each.

Each webhook is talked with by one thread over one connection, its calls one after the other; several webhooks side by
side. One that does not answer costs its first call the wait, and the others are put off.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from time import monotonic
from uuid import UUID

import structlog

from models.database import transaction
from models.failpoint import reach
from models.outgoing import State
from workers.app import CALLS, app, ring
from workers.outbound.backoff import STEPS
from workers.outbound.webhooks import claims
from workers.outbound.webhooks.load import load
from workers.outbound.webhooks.place import place
from workers.outbound.webhooks.record import record
from workers.outbound.webhooks.standard import headers
from workers.outbound.webhooks.talk import Call, Result, Talk, Tried, result
from workers.outbound.webhooks.wire import Line

TASK = "outbound.call"
MOST = 20
"""Calls of one webhook in one task."""
AT_ONCE = 8
TAKE_SECONDS = 5.0
"""After this long no further call is begun: letters share the worker, and wait for so long and one call at most."""
LEASE = timedelta(seconds=60)
"""Longer than a task may take; what a worker that died had claimed is due again then."""

log = structlog.get_logger()


@app.task(name=TASK)  # type: ignore[untyped-decorator]  # celery ships no types
def call(webhooks: list[str]) -> None:
    """Make the calls of these webhooks that are due.

    Args:
        webhooks: of any organizations; a hint, the rows say what is due.
    """
    until = monotonic() + TAKE_SECONDS
    with transaction() as connection:
        claimed = claims.claim(connection, [UUID(one) for one in webhooks], MOST, LEASE)
    reach("webhooks.claimed")
    talks = [talk for org, calls in claimed.items() for talk in _load(org, calls)]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
        more = list(pool.map(lambda talk: _hold(talk, until), talks))
    ring(TASK, [talk.webhook for talk, has_more in zip(talks, more, strict=True) if has_more], queue=CALLS)


def _load(org: UUID, calls: Sequence[UUID]) -> list[Talk]:
    with transaction(org) as connection:
        return load(connection, org, calls)


def _hold(talk: Talk, until: float) -> bool:
    """One talk; whether there may be more to say now."""
    try:
        line = Line(place(talk.url))
    except ValueError as refused:
        return _hold_without(talk, str(refused))
    if not talk.is_active or talk.stuck:
        return _hold_without(talk, talk.stuck)
    with closing(line):
        for number, one in enumerate(talk.calls):
            if monotonic() >= until:
                _give_back(talk, talk.calls[number:])
                return True
            tried = _try(line, talk, one)
            reach("webhooks.answered")
            _record(talk, found := result(one, tried))
            if tried.is_away:
                _give_back(talk, talk.calls[number + 1 :], timedelta(seconds=found.pause) or STEPS[0])
                return False
    return len(talk.calls) == MOST


def _hold_without(talk: Talk, why: str) -> bool:
    """Nothing can be said: while it is paused each call waits for a person, else for better times."""
    tried = Tried(State.DEFERRED, why) if talk.is_active else Tried(State.WITHHELD, "the webhook is paused")
    for one in talk.calls:
        _record(talk, result(one, tried))
    return len(talk.calls) == MOST


def _try(line: Line, talk: Talk, one: Call) -> Tried:
    try:
        return line.post(one.content, headers(one.id, talk.secret, int(time.time()), one.content))
    except Exception as error:  # one bad call must harm no other
        log.exception("webhook.fault", id=str(one.id))
        line.close()
        return Tried(State.DEFERRED, f"a fault of ours: {type(error).__name__} while it was called")


def _record(talk: Talk, found: Result) -> None:
    with transaction(talk.org) as connection:
        record(connection, talk.org, found)
    reach("webhooks.recorded")
    log.info("webhook.tried", org=str(talk.org), id=str(found.id), attempt=found.attempt, state=found.outcome)


def _give_back(talk: Talk, calls: Sequence[Call], pause: timedelta = timedelta()) -> None:
    with transaction(talk.org) as connection:
        claims.give_back(connection, talk.org, {one.id: one.attempt for one in calls})
        if pause:
            claims.put_off(connection, talk.org, talk.webhook, pause)
