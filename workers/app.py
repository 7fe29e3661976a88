"""The fleet's wiring: queues, limits, the doorbell. A message holds identifiers only; the rest lies in PostgreSQL."""

import gc
import socket
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from celery import Celery, bootsteps, signals
from celery.schedules import schedstate, schedule
from kombu.exceptions import OperationalError
from sqlalchemy.exc import OperationalError as DatabaseAway

from models import logs, pulse
from models.database import standing
from models.settings import settings
from models.standing import Unsafe, trust, trust_broker
from workers import credit
from workers.ending import Ending
from workers.failing import Frugal
from workers.patience import Patience

BATCH = 100  # identifiers in one message: 45 times cheaper each than one by one
BULK = "inbound-bulk"  # served after `inbound`: mails of a flood, and what is rung for again
CALLS = "outbound-calls"  # served after `outbound`: a letter waits for no webhook that is not being called already
HARD_LIMIT = 45  # seconds of one task; below the lease and the visibility timeout, so nothing is done twice at once
SWEEP_EVERY = 5.0  # seconds
ACT_EVERY = 2.0  # seconds
NOTIFY_EVERY = 10.0  # seconds
TELL_EVERY = 60.0  # seconds
INDEX_EVERY = 5.0  # seconds
COUNT_EVERY = 300.0  # seconds
RETAIN_EVERY = 600.0  # seconds
DIGEST_EVERY = 300.0  # seconds
TIDY_EVERY = 86_400.0  # seconds
EXPIRES = 3600.0  # seconds; above what the clocks of two machines may differ, or the sweep would never run
_NOUGHT = datetime(2000, 1, 1, tzinfo=UTC)


class Steadily(schedule):  # type: ignore[misc]  # celery ships no types
    """Every so many seconds of a clock that nobody sets: set back by a day, Celery's own would rest for that day."""

    _due = 0.0

    def now(self) -> datetime:
        """Beat keeps its list of what comes next by this; where it counts from is no matter."""
        return _NOUGHT + timedelta(seconds=monotonic())

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Whether it is time, and in how many seconds to ask again."""
        del last_run_at  # beat writes it down, and the next one may run since another start of the machine
        now, every = monotonic(), self.seconds
        if now < self._due:
            return schedstate(is_due=False, next=self._due - now)
        self._due = now + every
        return schedstate(is_due=True, next=every)


log = structlog.get_logger()
app = Celery(
    "postern",
    include=[
        "workers.inbound.task",
        "workers.inbound.digest.task",
        "workers.outbound.task",
        "workers.outbound.webhooks.task",
        "workers.clock.task",
        "workers.clock.hooks.task",
        "workers.clock.notices.task",
    ],
    set_as_current=True,
    task_cls=Frugal,
)
app.conf.update(
    broker_url=settings().broker(),
    broker_connection_retry_on_startup=True,
    broker_channel_error_retry=True,  # a Redis whose disk is full refuses, and will not for ever
    broker_transport_options={
        "visibility_timeout": 400,  # above every hard limit; the sweep finds what a dead worker held much earlier
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "queue_order_strategy": "sorted",  # `inbound` before `inbound-bulk`, `clock` before `slow`
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "max_retries": 1,  # with Redis away a hint must fail at once; the sweep rings again
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    },
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=True,
    task_time_limit=HARD_LIMIT,
    task_routes={
        "inbound.receive_slowly": "slow",
        "outbound.call": CALLS,
        **{f"{leg}.*": leg for leg in ("inbound", "outbound", "clock")},
    },
    task_create_missing_queues=True,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    beat_schedule={
        name: {"task": f"clock.{name}", "schedule": Steadily(every), "options": {"expires": EXPIRES}}
        for name, every in {
            "sweep": SWEEP_EVERY,
            "act": ACT_EVERY,
            "notify": NOTIFY_EVERY,
            "tell": TELL_EVERY,
            "index": INDEX_EVERY,
            "count": COUNT_EVERY,
            "retain": RETAIN_EVERY,
            "digest": DIGEST_EVERY,
            "tidy": TIDY_EVERY,
        }.items()
    },
)

credit.forgive()


@signals.setup_logging.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _log_as_the_door_does(**_: object) -> None:
    logs.configure(verbose=settings().verbose)


@signals.worker_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
@signals.worker_ready.connect  # type: ignore[untyped-decorator]  # as above; again, for what was away at first
@signals.beat_init.connect  # type: ignore[untyped-decorator]  # as above
def _refuse_the_unsafe(**_: object) -> None:
    """End at once, with the reason, where mail could be lost or seen by others; what is merely away may come."""
    try:
        with suppress(DatabaseAway, LookupError):
            trust("app", standing("app"))
        with app.connection() as connection, suppress(OperationalError, *connection.connection_errors):
            trust_broker(str(connection.default_channel.client.info("memory").get("maxmemory_policy", "")))
    except Unsafe as refusal:
        _log_as_the_door_does()  # Celery asks for it later
        log.error("refuses to work", error=str(refusal))  # noqa: TRY400  the operator wants the reason, no trace
        raise SystemExit(1) from None


class _Pulse(bootsteps.StartStopStep):  # type: ignore[misc]  # celery ships no types
    """Beats while the worker hears Redis: its loop keeps the time, and the step is stopped when the line is lost."""

    requires = ("celery.worker.consumer.tasks:Tasks",)
    timer: Any = None

    def start(self, consumer: Any) -> None:  # noqa: ANN401  celery ships no types
        """Begin."""
        self.timer = consumer.timer.call_repeatedly(pulse.EVERY, pulse.beat, (consumer.hostname,))

    def stop(self, consumer: Any) -> None:  # noqa: ANN401  as above
        """End; it may not have begun, where Redis refused before."""
        del consumer
        if self.timer:
            self.timer.cancel()


app.steps["consumer"].update((_Pulse, Patience))
app.steps["worker"].add(Ending)


@signals.worker_before_create_process.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _share_what_is_loaded(**_: object) -> None:
    """What is there before a fork is no garbage; looking for some in it would copy its pages to each process."""
    gc.collect()
    gc.freeze()


@signals.beat_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _pulse_of_the_clock(**_: object) -> None:
    """The clock is well while what it rings is heard."""

    def rung(**_: object) -> None:
        pulse.beat(f"beat@{socket.gethostname()}")

    signals.after_task_publish.connect(rung, weak=False)


def ring(task: str, ids: Sequence[UUID], *, queue: str | None = None, batch: int = BATCH) -> None:
    """Tell the fleet that rows wait; a hint that is lost costs delay, since the sweep rings again.

    Args:
        task: name of the task, such as `outbound.send`.
        ids: of the rows.
        queue: where they wait, if not behind the others of their leg.
        batch: identifiers in one message.
    """
    try:
        for start in range(0, len(ids), batch):
            hint = [str(one) for one in ids[start : start + batch]]
            # Celery would write all of them out for its logs; it took 139 of 435 ms in a profile.
            app.send_task(task, args=[hint], queue=queue, retry=False, argsrepr=f"([… {len(hint)} …],)")
    except OperationalError:
        log.warning("doorbell unreachable", task=task, ids=len(ids))


def queued(queue: str) -> int:
    """Messages that wait in a queue; 0 while Redis is away."""
    with app.connection_for_read() as connection, suppress(OperationalError, *connection.connection_errors):
        return int(connection.default_channel.client.llen(queue))
    return 0
