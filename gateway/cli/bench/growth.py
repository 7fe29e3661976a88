"""What filing a mail costs beside a few stored messages and beside very many: one worker, two servers, in turns."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random
from statistics import median
from time import perf_counter

from sqlalchemy import text

from gateway.cli.bench import processor, stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.file import BATCH
from gateway.cli.bench.fill import fill, threads
from gateway.cli.bench.mails import Made, Maker
from gateway.cli.bench.measure import Measure, below, cost
from gateway.cli.bench.stage import Stage, Tenant
from gateway.cli.bench.store import Stored, store
from gateway.cli.problems import Problem
from models.database import transaction
from models.settings import configure

GOAL = 1.3  # times
_FILED = text(
    "SELECT count(*), count(DISTINCT r.ticket_id) FILTER (WHERE t.number LIKE 'FILL-%') FROM raw_mail r"
    " JOIN tickets t ON t.org_id = r.org_id AND t.id = r.ticket_id"
    " WHERE r.org_id = :org AND r.id = ANY (CAST(:ids AS uuid[])) AND r.stage = 'filed'"
)


@dataclass(slots=True)
class _Side:
    """A server with a past, and what came of its rounds so far."""

    scene: Stage
    messages: int
    tenants: list[Tenant] = field(default_factory=list)
    maker: Maker = field(default_factory=lambda: Maker(10))
    random: Random = field(default_factory=lambda: Random(10))  # noqa: S311  nothing here is secret
    took: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)

    def enter(self) -> None:
        """Let this process work on this server."""
        configure(data=self.scene.settings.data)


def measure(effort: Effort) -> Iterator[Measure]:
    """Rows of both and of one against the other; the servers of a stage must run, whose Redis is rung.

    Args:
        effort: how much.

    Raises:
        Problem: not every mail was filed where it belongs.
    """
    with ExitStack() as running:
        sides = [_Side(running.enter_context(stage.servers()), count) for count in (effort.few, effort.many)]
        for side in sides:
            side.enter()
            began = perf_counter()
            side.tenants = fill(side.messages)
            yield cost(f"growth: filling in {side.messages:,} messages", perf_counter() - began, unit="s")
        for number in range(effort.rounds + 1):
            for side in sides:
                side.enter()
                _round(side, effort.filed, counts=number > 0)
    yield from _rows(*sides)


def _round(side: _Side, count: int, *, counts: bool) -> None:
    from workers.inbound import task  # noqa: PLC0415  it reads the settings, which the stage has just made

    stored = store([_mail(side, place) for place in range(count)])
    used, began = _used(side), perf_counter()
    for start in range(0, count, BATCH):
        task.receive([str(one.id) for one in stored[start : start + BATCH]])
    took = perf_counter() - began
    used = _used(side) - used
    _check(stored)
    if counts:
        side.took.append(took / count * 1e6)
        side.used.append(used / count * 1e6)


def _used(side: _Side) -> float:
    """Processor seconds so far of this process with its sandbox, and of the server."""
    from workers.inbound import task  # noqa: PLC0415  as above

    servers = processor.children_of_ours() - {task.sandbox().pid}
    return processor.of_ours(servers) + processor.of_family(side.scene.postgres.pid)


def _mail(side: _Side, place: int) -> tuple[Tenant, Made]:
    """Every second mail answers a letter of an old conversation, as its customer does."""
    tenant = side.tenants[place // 2 % len(side.tenants)]
    mail = side.maker.mixed(tenant.address, place)
    if place % 2:
        return tenant, mail
    thread = side.random.randrange(threads(side.messages))
    head = f"From: c{thread // 2}@example.net\r\nIn-Reply-To: <out3.{thread}@example.net>\r\n".encode()
    content = head + mail.content.partition(b"\r\n")[2]
    return tenant, Made(f"c{thread // 2}@example.net", tenant.address, content, mail.message_id)


def _check(stored: Sequence[Stored]) -> None:
    filed = old = 0
    for org in {one.tenant.org for one in stored}:
        with transaction(org) as connection:
            ids = [one.id for one in stored if one.tenant.org == org]
            more, threaded = connection.execute(_FILED, {"org": org, "ids": ids}).one()
            filed, old = filed + more, old + threaded
    if filed != len(stored) or old < len(stored) * 0.4:  # two may answer in one conversation
        raise Problem(f"{filed} of {len(stored)} mails were filed, {old} of them in old conversations")


def _rows(few: _Side, many: _Side) -> Iterator[Measure]:
    for name, ours, theirs in (("", many.took, few.took), (": CPU of worker and PostgreSQL", many.used, few.used)):
        times = median(mine / other for mine, other in zip(ours, theirs, strict=True))
        yield below(
            f"growth: filing beside {many.messages:,} messages, of that beside {few.messages:,}{name}",
            times,
            "times",
            GOAL,
        )
        yield cost(f"growth: filing beside {few.messages:,} messages{name}", median(theirs))
        yield cost(f"growth: filing beside {many.messages:,} messages{name}", median(ours))
