"""How fast the door stores what it answers 250 for, against a server that stores nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import process_time

from sqlalchemy import text

from gateway.cli.bench import processor, stage
from gateway.cli.bench.client import deliver
from gateway.cli.bench.effort import SESSIONS, Effort
from gateway.cli.bench.mails import Made, Maker
from gateway.cli.bench.measure import Measure, cost, rate
from gateway.cli.bench.stage import Stage, Tenant
from gateway.cli.problems import Problem
from gateway.smtp.loop import run
from models.database import transaction

GOALS = {"2 KB": 1.0, "50 KB": 1.8}


@dataclass(slots=True)
class _Side:
    """A server: where it listens, its process and PostgreSQL's, and what came of its rounds so far."""

    address: str
    pid: int
    database: int | None = None
    rates: list[float] = field(default_factory=list)
    mails: int = 0
    used: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])

    def now(self) -> list[float]:
        """Processor seconds so far of the server, PostgreSQL and ourselves."""
        database = processor.of_family(self.database) if self.database else 0.0
        return [processor.of(self.pid), database, process_time()]

    def cost(self, who: int) -> float:
        """Microseconds that a mail took."""
        return self.used[who] / self.mails * 1e6


def measure(scene: Stage, effort: Effort) -> Iterator[Measure]:
    """Rows for both sizes of mail.

    Args:
        scene: running servers.
        effort: how much.

    Raises:
        Problem: not every mail that was answered 250 was stored.
    """
    maker, where = Maker(1), stage.free_address()
    words, log = ["-m", "gateway.cli.bench.stock", where.rpartition(":")[2]], scene.settings.home / "stock.log"
    with stage.door(scene.settings) as door, stage.program(words, log) as stock:
        stage.await_open(where, stock, log)
        for name, make, count in (("2 KB", maker.text, effort.small), ("50 KB", maker.scan, effort.large)):
            (tenant,) = stage.tenants(1)
            sides = (_Side(scene.settings.smtp, door.pid, scene.postgres.pid), _Side(where, stock.pid))
            for number in range(effort.rounds + 1):
                for side in sides:
                    mails = [[make(tenant.address) for _ in range(count)] for _ in range(SESSIONS)]
                    _round(side, mails, counts=number > 0)  # the first one warms up
            yield from _rows(name, *sides)
            _check(tenant, (effort.rounds + 1) * count * SESSIONS)


def _round(side: _Side, mails: list[list[Made]], *, counts: bool) -> None:
    before, took = side.now(), [0.0]

    async def play() -> int:
        took[0] = await deliver(side.address, mails)
        return 0

    run(play())
    if counts:
        number = sum(map(len, mails))
        side.mails += number
        side.rates.append(number / took[0])
        side.used = [sum(one) for one in zip(side.used, side.now(), [-value for value in before], strict=True)]


def _rows(name: str, ours: _Side, theirs: _Side) -> Iterator[Measure]:
    yield rate(f"accept {name}", ours.rates, theirs.rates, GOALS[name])
    if processor.known():
        yield cost(f"accept {name}: CPU of the door", ours.cost(0), theirs.cost(0))
        yield cost(f"accept {name}: CPU of PostgreSQL", ours.cost(1))
    yield cost(f"accept {name}: CPU of the generator", ours.cost(2), theirs.cost(2))


def _check(tenant: Tenant, at_least: int) -> None:
    with transaction(tenant.org) as connection:
        stored = connection.scalar(text("SELECT count(*) FROM raw_mail WHERE org_id = :org"), {"org": tenant.org})
    if stored is None or stored < at_least:
        raise Problem(f"only {stored} of {at_least} mails were stored")
