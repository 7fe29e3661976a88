"""The fleet's wiring: queues, limits, the doorbell. A message holds identifiers only; the rest lies in PostgreSQL."""

import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from celery import Celery, bootsteps, signals
from kombu.exceptions import OperationalError
from sqlalchemy.exc import OperationalError as DatabaseAway

from models import logs
from models.database import standing
from models.settings import settings
from models.standing import Unsafe, trust, trust_broker
from workers import pulse

BATCH = 50  # identifiers in one message: 45 times cheaper each than one by one
HARD_LIMIT = 45  # seconds of one task; below the lease and the visibility timeout, so nothing is done twice at once
SWEEP_EVERY = 5.0  # seconds

log = structlog.get_logger()
app = Celery(
    "postern", include=["workers.inbound.task", "workers.outbound.task", "workers.clock.task"], set_as_current=True
)
app.Task.throws = (DatabaseAway,)  # no traceback for it: the rows still wait, and the sweep rings again
app.conf.update(
    broker_url=settings().broker(),
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 400,  # above every hard limit; the sweep finds what a dead worker held much earlier
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
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
    task_routes={"inbound.*": "inbound", "outbound.*": "outbound", "clock.*": "clock"},
    task_create_missing_queues=True,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    beat_schedule={"sweep": {"task": "clock.sweep", "schedule": SWEEP_EVERY, "options": {"expires": SWEEP_EVERY}}},
)


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

    def start(self, consumer: Any) -> None:  # noqa: ANN401  celery ships no types
        """Begin."""
        self.timer = consumer.timer.call_repeatedly(pulse.EVERY, pulse.beat, (consumer.hostname,))

    def stop(self, consumer: Any) -> None:  # noqa: ANN401  as above
        """End."""
        del consumer
        self.timer.cancel()


app.steps["consumer"].add(_Pulse)


@signals.beat_init.connect  # type: ignore[untyped-decorator]  # celery ships no types
def _pulse_of_the_clock(**_: object) -> None:
    """The clock is well while what it rings is heard."""

    def rung(**_: object) -> None:
        pulse.beat(f"beat@{socket.gethostname()}")

    signals.after_task_publish.connect(rung, weak=False)


def ring(task: str, ids: Sequence[UUID]) -> None:
    """Tell the fleet that rows wait; a hint that is lost costs delay, since the sweep rings again.

    Args:
        task: name of the task, such as `outbound.send`.
        ids: of the rows.
    """
    try:
        for start in range(0, len(ids), BATCH):
            hint = [str(one) for one in ids[start : start + BATCH]]
            app.send_task(task, args=[hint], retry=False)
    except OperationalError:
        log.warning("doorbell unreachable", task=task, ids=len(ids))
