"""One line of the report: a value, what it is compared with, and whether that is good enough for the mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

KEYS = ("name", "value", "unit", "reference", "ratio", "goal", "holds")
RATE = "mails/s"
COST = "µs/mail"


@dataclass(frozen=True, slots=True)
class Measure:
    """A row of the report.

    Attributes:
        name: what was measured.
        value: ours. reference: the same of whom we compare with. unit: of both.
        ratio: how many times better ours is than the reference.
        goal: what the ratio should reach; without a reference, what the value should stay below.
        holds: whether it does, None where there is no goal.
    """

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    goal: float | None = None
    holds: bool | None = None


def rate(name: str, ours: Sequence[float], theirs: Sequence[float], goal: float | None = None) -> Measure:
    """Mails a second over interleaved rounds.

    Args:
        name: of the row.
        ours: rates of each round.
        theirs: of the reference; rounds of the same place ran one after the other.
        goal: for the median of the rounds' ratios, None where there is none.
    """
    ratio = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    holds = None if goal is None else ratio >= goal
    return Measure(name, round(median(ours), 1), RATE, round(median(theirs), 1), round(ratio, 3), goal, holds)


def cost(name: str, value: float, reference: float | None = None, unit: str = COST) -> Measure:
    """Processor time of a mail, or anything else that is better when small and has no goal.

    Args:
        name: of the row.
        value: ours.
        reference: theirs, if there is one.
        unit: of both.
    """
    ratio = round(reference / value, 3) if reference and value else None
    return Measure(name, round(value, 3), unit, None if reference is None else round(reference, 3), ratio)


def below(name: str, value: float, unit: str, goal: float) -> Measure:
    """A value that should stay below its goal."""
    return Measure(name, round(value, 3), unit, goal=goal, holds=value < goal)


def p95(values: Sequence[float]) -> float:
    """What 95 of 100 do not exceed; at least two values."""
    return quantiles(values, n=100, method="inclusive")[94]


def p99(values: Sequence[float]) -> float:
    """What 99 of 100 do not exceed; at least two values."""
    return quantiles(values, n=100, method="inclusive")[98]
