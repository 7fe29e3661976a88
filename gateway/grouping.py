"""Many sessions, one trip to PostgreSQL: what was asked while a trip was under way goes with the next, without a timer.

Whoever asked gets an answer in time, even if the trip hangs.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import Generic, TypeVar

import structlog

from gateway.failures import Unavailable, new_reference, told

log = structlog.get_logger()
PATIENCE = 4.0  # seconds until who asked is told 451; a trip that takes longer is left behind
LINES = 8  # connections in turn, since one that hangs cannot be used until the database has answered or died

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Trip = Callable[[str, Sequence[Item]], Awaitable[Sequence[Answer | Exception]]]


@dataclass(frozen=True, slots=True, eq=False)
class _Request(Generic[Item, Answer]):
    item: Item
    weight: int
    due: float
    answer: asyncio.Future[Answer]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much goes on one trip, and how much may wait.

    Attributes:
        items: most requests in a trip.
        weight: after which a trip is full. waiting: weight that may be unanswered before requests are refused at once.
        pace: weight for which a request may take a second longer than others.
    """

    items: int
    weight: int
    waiting: int
    pace: float = inf


class Group(Generic[Item, Answer]):
    """Requests of one kind.

    Attributes:
        weight: of all that is waiting or under way.
    """

    def __init__(self, name: str, trip: Trip[Item, Answer], bounds: Bounds) -> None:
        self._name = name
        self._trip = trip
        self._bounds = bounds
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[_Request[Item, Answer]] = deque()
        self._under_way: list[list[_Request[Item, Answer]]] = []
        self._workers: set[asyncio.Task[None]] = set()
        self._line = 0
        self._left_at: float | None = None  # when the trip under way on the current line left
        self._working = False
        self._timer: asyncio.TimerHandle | None = None
        self.weight = 0

    async def ask(self, item: Item, weight: int = 1) -> Answer:
        """Send a request with the next trip and wait for its answer.

        Args:
            item: what the trip is given.
            weight: what it counts against the bounds.

        Raises:
            Unavailable: too much is waiting, the trip failed, or there was no answer within `PATIENCE` and what its
                weight adds.
        """
        if self.weight and self.weight + weight > self._bounds.waiting:
            failure = Unavailable()
            log.warning("too much is waiting", group=self._name, reference=failure.reference)
            raise failure
        now = self._loop.time()
        due = now + PATIENCE + weight / self._bounds.pace
        request: _Request[Item, Answer] = _Request(item, weight, due, self._loop.create_future())
        self._waiting.append(request)
        self.weight += weight
        if not self._working:
            self._start()
        self._look_at(now + PATIENCE)
        return await request.answer

    def _start(self) -> None:
        self._working = True
        worker = self._loop.create_task(self._work(self._line))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _work(self, line: int) -> None:
        while line == self._line and (batch := self._load()):
            self._left_at = self._loop.time()
            self._under_way.append(batch)
            answers: Sequence[Answer | Exception]
            try:
                answers = await self._trip(f"{self._name}-{line % LINES}", [request.item for request in batch])
            except Exception as error:  # noqa: BLE001  whatever it is, who asked must be told
                answers = self._failed(error, batch)
            self._under_way.remove(batch)
            self.weight -= sum(request.weight for request in batch)
            for request, answer in zip(batch, answers, strict=True):
                _tell(request.answer, answer)
        if line == self._line:
            self._working, self._left_at = False, None

    def _load(self) -> list[_Request[Item, Answer]]:
        batch: list[_Request[Item, Answer]] = []
        weight = 0
        while self._waiting and len(batch) < self._bounds.items and weight < self._bounds.weight:
            request = self._waiting.popleft()
            if request.answer.done():  # told 451 already, or the client is gone
                self.weight -= request.weight
            else:
                batch.append(request)
                weight += request.weight
        return batch

    def _failed(self, error: Exception, batch: list[_Request[Item, Answer]]) -> list[Exception]:
        if isinstance(error, Unavailable):
            return [Unavailable(error.reference) for _ in batch]
        reference = new_reference()
        log.error("trip failed", group=self._name, requests=len(batch), reference=reference, **told(error))
        return [Unavailable(reference) for _ in batch]

    def _look_at(self, when: float) -> None:
        if self._timer and self._timer.when() <= when:
            return
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._look)

    def _look(self) -> None:
        """Tell 451 to whoever waited too long, and leave a trip behind that hangs."""
        self._timer = None
        now = self._loop.time()
        reference = new_reference()
        late = [request for request in chain(*self._under_way, self._waiting) if not request.answer.done()]
        over = [request for request in late if request.due <= now]
        for request in over:
            request.answer.set_exception(Unavailable(reference))
        if over:
            log.error("no answer from the database", group=self._name, reference=reference, waiting=len(late))
        if self._left_at is not None and self._left_at + PATIENCE <= now:
            self._line += 1
            self._left_at = None
            self._start()
        due = [request.due for request in late if request.due > now]
        due += [self._left_at + PATIENCE] if self._left_at is not None else []
        if due:
            self._look_at(min(due))


def _tell(future: "asyncio.Future[Answer]", answer: Answer | Exception) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
