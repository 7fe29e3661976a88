"""The doorbell: tells the workers which mails wait, after the commit. It never blocks, never raises, and may be lost.

The truth is the row; a hint that does not arrive costs delay, since the sweeper rings again.
"""

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from gateway.metrics import Metrics

if TYPE_CHECKING:
    from celery import Celery

log = structlog.get_logger()
RECEIVE = "inbound.receive"
FLOOD = "inbound.receive of a flood"
MOST_WAITING = 50_000  # identifiers; more than that is left to the sweeper
PAUSE = 0.02  # seconds between two messages under load, in which the next one fills up
TIMEOUT = 2.0  # seconds for one word with Redis


@dataclass(frozen=True, slots=True)
class Hint:
    """What a hint becomes: a task, the queue it goes to, and how many identifiers one message holds."""

    task: str
    queue: str
    batch: int


# The mails of a flood wait in a queue of their own, which workers look into when nobody else's wait; then one more who
# comes waits for one small message at most.
HINTS = {RECEIVE: Hint("inbound.receive", "inbound", 100), FLOOD: Hint("inbound.receive", "inbound-bulk", 5)}
TRANSPORT = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_timeout": TIMEOUT,
    "socket_connect_timeout": TIMEOUT,
}


class Nudge:
    """One thread that rings for the whole process.

    Attributes:
        reachable: whether the last hint went out.
    """

    def __init__(self, broker: str, metrics: Metrics) -> None:
        self._broker = broker
        self._metrics = metrics
        self._waiting: dict[str, list[str]] = {}
        self._count = 0
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="nudge", daemon=True)
        self.reachable = True

    def start(self) -> None:
        """Begin; the broker's library is loaded in the thread, so that the door need not wait for it."""
        self._thread.start()

    def ring(self, hint: str, ids: list[str]) -> None:
        """Hint that rows wait.

        Args:
            hint: of `HINTS`.
            ids: of the rows.
        """
        with self._changed:
            if self._count + len(ids) > MOST_WAITING:
                self._metrics.nudges_dropped += len(ids)
                return
            self._waiting.setdefault(hint, []).extend(ids)
            self._count += len(ids)
            self._changed.notify()

    def close(self, seconds: float) -> None:
        """Send what still waits, but no longer than this."""
        self._closing.set()
        with self._changed:
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _work(self) -> None:
        app = _producer(self._broker)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing.is_set())
                waiting, self._waiting, self._count = self._waiting, {}, 0
            if not waiting:
                return
            for hint, ids in sorted(waiting.items(), key=_urgent):
                self._send(app, HINTS[hint], ids)
            self._closing.wait(PAUSE)

    def _send(self, app: "Celery", hint: Hint, ids: list[str]) -> None:
        for start in range(0, len(ids), hint.batch):
            some = ids[start : start + hint.batch]
            try:
                app.send_task(hint.task, args=[some], queue=hint.queue, retry=False, ignore_result=True)
            except Exception as error:  # noqa: BLE001  the library lets many kinds through; all mean a lost hint
                lost = len(ids) - start
                self._metrics.nudges_dropped += lost
                if self.reachable:
                    log.warning("workers cannot be told, the sweep will", mails=lost, error=type(error).__name__)
                self.reachable = False
                return
            if not self.reachable:
                log.info("workers can be told again")
            self.reachable = True


def _urgent(waiting: tuple[str, list[str]]) -> int:
    return list(HINTS).index(waiting[0])


def _producer(broker: str) -> "Celery":
    from celery import Celery  # noqa: PLC0415  loading it takes a while, and the door is open already

    app = Celery("postern-door", broker=broker, set_as_current=False)
    app.conf.update(
        task_serializer="json",
        task_ignore_result=True,
        task_create_missing_queues=True,
        broker_transport_options=TRANSPORT,
    )
    return app
