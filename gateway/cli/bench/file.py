"""How fast one worker makes tickets and letters of stored mail, against a loop that only reads and writes."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

from sqlalchemy import text

from gateway.cli.bench import bare, processor, stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.mails import Maker
from gateway.cli.bench.measure import Measure, cost, rate
from gateway.cli.bench.stage import Stage
from gateway.cli.bench.store import Stored, store
from gateway.cli.problems import Problem
from models.database import transaction

BATCH = 100  # identifiers in one hint, as the door sends them
GOAL = 0.6
MANY = 50  # with as many organizations, each mail of a batch belongs to another one
Work = Callable[[Sequence[Stored]], None]


class Side:
    """One way to file a batch, and what came of its rounds so far.

    Args of the constructor:
        work: files a batch.
        database: process id of PostgreSQL.
        besides: children of ours that have no part in it.
    """

    def __init__(self, work: Work, database: int, besides: frozenset[int]) -> None:
        self.work = work
        self.rates: list[float] = []
        self.mails = 0
        self.used = [0.0, 0.0]
        self._database, self._besides = database, besides

    def now(self) -> list[float]:
        """Processor seconds so far of this process with its sandbox, and of PostgreSQL."""
        return [processor.of_ours(self._besides), processor.of_family(self._database)]

    def cost(self, who: int) -> float:
        """Microseconds that a mail took."""
        return self.used[who] / self.mails * 1e6


def measure(scene: Stage, effort: Effort) -> Iterator[Measure]:
    """Rows with one organization and with many.

    Args:
        scene: running servers.
        effort: how much.

    Raises:
        Problem: not every mail became a ticket.
    """
    from workers.inbound import task  # noqa: PLC0415  it reads the settings, which the stage has just made

    others, rounds = processor.children_of_ours(), [*_rounds(effort)]

    def worker(batch: Sequence[Stored]) -> None:
        task.receive([str(one.id) for one in batch])

    for name in dict.fromkeys(name for name, _ in rounds):
        sides = [Side(work, scene.postgres.pid, others) for work in (worker, bare.Filer().file)]
        for number, mails in enumerate(mails for known, mails in rounds if known == name):
            turn(sides[number % 2], mails, counts=number > 1)  # the first of each warms up
        yield from _rows(name, *sides)


def _rounds(effort: Effort) -> Iterator[tuple[str, list[Stored]]]:
    """Stored mails for every round of both sides, all of them made before the clock runs."""
    maker = Maker(2)
    number = 2 * (effort.rounds + 1) * effort.filed
    names = {"1 organization": stage.tenants(1), f"{MANY} organizations": stage.tenants(MANY)}
    turns = [(owners[place % len(owners)], place) for owners in names.values() for place in range(number)]
    stored = store([(owner, maker.mixed(owner.address, place)) for owner, place in turns])
    for start in range(0, len(stored), effort.filed):
        yield list(names)[start // number], stored[start : start + effort.filed]


def turn(side: Side, mails: Sequence[Stored], *, counts: bool) -> None:
    """Let a side file mails.

    Args:
        side: which; what came of it is added there.
        mails: stored and not filed.
        counts: whether it does; the first round warms up.

    Raises:
        Problem: not every mail became a ticket with its letters.
    """
    before, began = side.now(), perf_counter()
    for start in range(0, len(mails), BATCH):
        side.work(mails[start : start + BATCH])
    took = perf_counter() - began
    if counts:
        side.mails += len(mails)
        side.rates.append(len(mails) / took)
        side.used = [sum(one) for one in zip(side.used, side.now(), [-value for value in before], strict=True)]
    _check(mails)


def _rows(name: str, ours: Side, theirs: Side) -> Iterator[Measure]:
    yield rate(f"file, {name}", ours.rates, theirs.rates, GOAL)
    if processor.known():
        yield cost(f"file, {name}: CPU of the worker", ours.cost(0), theirs.cost(0))
        yield cost(f"file, {name}: CPU of PostgreSQL", ours.cost(1), theirs.cost(1))


def _check(mails: Sequence[Stored]) -> None:
    filed = 0
    for org in {one.tenant.org for one in mails}:
        with transaction(org) as connection:
            said = {"org": org, "ids": [one.id for one in mails if one.tenant.org == org]}
            filed += connection.execute(text(_FILED), said).scalar_one()
    if filed != len(mails):
        raise Problem(f"only {filed} of {len(mails)} mails became tickets with their two letters")


_FILED = """
    SELECT count(*) FROM raw_mail r JOIN tickets t ON t.org_id = r.org_id AND t.id = r.ticket_id
    WHERE r.org_id = :org AND r.id = ANY (CAST(:ids AS uuid[])) AND r.stage = 'filed'
      AND (SELECT count(*) FROM outgoing o WHERE o.org_id = r.org_id AND o.comment_id = r.comment_id) = 2
"""
