"""Writers that open and change tickets through the two doors as fast as they can: several processes, many threads."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from models.settings import configure
from tests.models.doors import CREATE, UPDATE

PROCESSES, THREADS = 4, 8  # each thread has a connection of its own
BATCH = 8
PATIENCE = 60.0  # seconds until all processes are there


@dataclass(frozen=True, slots=True)
class House:
    """An organization as writers know it: who writes, to which stages, and tickets that all of them change."""

    org: UUID
    people: tuple[UUID, ...]
    stages: tuple[UUID, ...]
    shared: tuple[UUID, ...]


@dataclass(slots=True)
class Tally:
    """What was committed and what was refused.

    Attributes:
        opened, changed: revisions by organization that are there now, first ones and others.
        transactions: how many were committed.
        undone: how many were rolled back on purpose.
        refused: others by SQLSTATE; there should be none.
        seconds: from the first to the last.
    """

    opened: Counter[UUID] = field(default_factory=Counter)
    changed: Counter[UUID] = field(default_factory=Counter)
    transactions: int = 0
    undone: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, other: "Tally") -> None:
        """Take in what another writer did."""
        self.opened += other.opened
        self.changed += other.changed
        self.transactions += other.transactions
        self.undone += other.undone
        self.refused += other.refused
        self.seconds = max(self.seconds, other.seconds)


class Undone(Exception):  # noqa: N818  it ends a transaction on purpose
    """A transaction is rolled back on purpose."""


class Writer:
    """One writer: one thread, one connection."""

    def __init__(self, houses: Sequence[House], seed: int) -> None:
        self.houses, self.chance, self.name = houses, Random(seed), f"writer {seed}"
        self.tally = Tally()
        self._own: dict[UUID, list[UUID]] = {house.org: [] for house in houses}
        self._count = 0

    def run(self, seconds: float) -> Tally:
        """Write for some seconds."""
        start = time.monotonic()
        while time.monotonic() < start + seconds:
            try:
                self._transact(self.chance.choice(self.houses))
            except Undone:
                self.tally.undone += 1
            except DBAPIError as error:
                self.tally.refused[getattr(error.orig, "sqlstate", None) or str(error.orig)] += 1
        self.tally.seconds = time.monotonic() - start
        return self.tally

    def _transact(self, house: House) -> None:
        """Changes first, new tickets last, since the counter is held until the commit."""
        opened, changed = self.chance.choice(((1, 0), (BATCH, 0), (0, 1), (0, BATCH), (1, 1), (2, 3)))
        new: list[UUID] = []
        with transaction(house.org) as connection:
            done = self._change(connection, house, changed) if changed else 0
            new = self._open(connection, house, opened) if opened else []
            if self.chance.random() < 0.1:
                raise Undone
        self.tally.transactions += 1
        self.tally.opened[house.org] += len(new)
        self.tally.changed[house.org] += done
        self._own[house.org] += new

    def _open(self, connection: Connection, house: House, number: int) -> list[UUID]:
        new = [uuid7() for _ in range(number)]
        asked = [{"id": one, "requester_id": self.chance.choice(house.people), "title": self._title()} for one in new]
        assert len(connection.execute(CREATE, {"rows": json.dumps(asked, default=str)}).all()) == number
        return new

    def _change(self, connection: Connection, house: House, number: int) -> int:
        known = [*house.shared, *self._own[house.org][-len(house.shared) :]]
        chosen = self.chance.sample(known, min(number, len(known)))
        asked = [{"ticket_id": one, "patch": self._patch(house), "reason": self.name} for one in chosen]
        assert len(connection.execute(UPDATE, {"rows": json.dumps(asked, default=str)}).all()) == len(chosen)
        return len(chosen)

    def _patch(self, house: House) -> dict[str, Any]:
        more = {
            "priority": self.chance.choice(("low", "normal", "high", "urgent")),
            "assigned_to": self.chance.choice((None, *house.people)),
            "stage_id": self.chance.choice(house.stages),
        }
        key = self.chance.choice((*more, None))
        return {"title": self._title()} | ({key: more[key]} if key else {})

    def _title(self) -> str:
        self._count += 1
        return f"{self.name}: {self._count}"


_together: list[Barrier] = []


def _begin(data: Path, together: Barrier) -> None:
    configure(data=data, unsafe_database=True)
    _together.append(together)


def write(houses: Sequence[House], number: int, seconds: float) -> Tally:
    """What one process does: its share of the writers, each in a thread."""
    writers = [Writer(houses, number * THREADS + one) for one in range(THREADS)]
    total = Tally()
    _together[0].wait(PATIENCE)
    with ThreadPoolExecutor(THREADS) as pool:
        for tally in pool.map(lambda one: one.run(seconds), writers):
            total.add(tally)
    return total


def write_all(data: Path, houses: Sequence[House], seconds: float) -> Tally:
    """All writers at once, for some seconds."""
    context = get_context("spawn")
    begin = (data, context.Barrier(PROCESSES))
    total = Tally()
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_begin, initargs=begin) as pool:
        for one in [pool.submit(write, houses, number, seconds) for number in range(PROCESSES)]:
            total.add(one.result())
    return total
