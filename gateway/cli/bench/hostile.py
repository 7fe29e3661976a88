"""What a mail made to be dear costs the worker that files it, against ordinary mails filed the same way: one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from gateway.cli.bench import processor, stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.hostile_mails import KINDS, hostile
from gateway.cli.bench.mails import Made, Maker
from gateway.cli.bench.measure import Measure, below, cost
from gateway.cli.bench.stage import Tenant
from gateway.cli.bench.store import Stored, store

GOAL = 50.0  # times an ordinary mail of 2 KB
ORDINARY = 10  # of them in each round
UNIT = "ms/mail"


@dataclass(frozen=True, slots=True)
class _Kind:
    """Milliseconds of processor time that a mail of a kind took, and that an ordinary one of its size did."""

    name: str
    size: int
    used: float
    ordinary: float


def measure(effort: Effort) -> Iterator[Measure]:
    """Rows for the worst kind and for each.

    Args:
        effort: how much.

    Raises:
        Problem: this system tells no processor time.
    """
    processor.need()
    (tenant,) = stage.tenants(1)
    meter, maker = _Meter(), Maker(5)
    plain, kinds = list[float](), dict[str, list[tuple[float, float]]]()
    meter.use(store([(tenant, maker.text(tenant.address))]))  # it warms up
    sizes = {name: len(_made(name, tenant, 0).content) for name in KINDS}
    for number in range(effort.hostile):
        plain += [meter.use([one]) for one in store([(tenant, maker.text(tenant.address)) for _ in range(ORDINARY)])]
        for name, size in sizes.items():
            pair = store([(tenant, _made(name, tenant, number)), (tenant, maker.sized(tenant.address, size))])
            worst, ordinary = [meter.use([one]) for one in pair]
            kinds.setdefault(name, []).append((worst, ordinary))
    found = [_Kind(name, sizes[name], *map(median, zip(*pairs, strict=True))) for name, pairs in kinds.items()]
    yield from _rows(median(plain), found)


class _Meter:
    """Files mails as the worker does, and says what that cost its process and its children."""

    def __init__(self) -> None:
        from workers.inbound import task  # noqa: PLC0415  it reads the settings, which the stage has just made

        self._task = task
        self._others = processor.children_of_ours()

    def use(self, mails: Sequence[Stored]) -> float:
        """Milliseconds of processor time."""
        before = processor.of_ours(self._others)
        self._task.receive([str(one.id) for one in mails])
        return (processor.of_ours(self._others) - before) * 1e3


def _made(name: str, tenant: Tenant, number: int) -> Made:
    content = hostile(name, tenant.address, number)
    return Made("mallory@example.net", tenant.address, content, "")


def _rows(plain: float, kinds: Sequence[_Kind]) -> Iterator[Measure]:
    worst = max(kinds, key=lambda kind: kind.used)
    dear = max(kinds, key=lambda kind: kind.used / kind.ordinary)
    yield cost("hostile: CPU of an ordinary mail of 2 KB", plain, unit=UNIT)
    yield below(f"hostile: CPU of the worst ({worst.name}), of that", worst.used / plain, "times", GOAL)
    times = dear.used / dear.ordinary
    yield below(f"hostile: the worst for its size ({dear.name}), of an ordinary one", times, "times", GOAL)
    for kind in sorted(kinds, key=lambda kind: -kind.used):
        yield cost(f"hostile: {kind.name}, {_size(kind.size)}", kind.used, kind.ordinary, UNIT)


def _size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{number / 1e3:.0f} KB"  # noqa: PLR2004  a million
