"""Passed and total by source, category, key and basis; and whether anything fell since the last time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

FEW = 20  # below, a rate says nothing: counts only
Group = tuple[str, str, str, str]  # source, category, key, basis


@dataclass(frozen=True, slots=True)
class Result:
    """What was expected of one case by one key, and found; `why` tells of a miss how it came."""

    group: Group
    name: str
    expected: str
    found: str
    passed: bool
    why: str = ""


@dataclass(slots=True)
class Score:
    """The results of one group."""

    group: Group
    passed: int = 0
    total: int = 0
    misses: list[Result] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """For `--json`."""
        keys = ("source", "category", "key", "basis")
        misses = [
            {"name": one.name, "expected": one.expected, "found": one.found, "why": one.why} for one in self.misses
        ]
        return dict(zip(keys, self.group, strict=True)) | {
            "passed": self.passed,
            "total": self.total,
            "rate": round(self.passed / self.total, 4) if self.total >= FEW else None,
            "misses": misses,
        }


def tally(results: Iterable[Result]) -> list[Score]:
    """One score for each group, in order."""
    scores: dict[Group, Score] = {}
    for result in results:
        score = scores.setdefault(result.group, Score(result.group))
        score.total += 1
        score.passed += result.passed
        if not result.passed:
            score.misses.append(result)
    return [scores[group] for group in sorted(scores)]


def figures(scores: Iterable[Score]) -> dict[str, dict[str, list[int]]]:
    """Source to `key (basis)` to [passed, total]: no name of a mail, nothing of its text."""
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for score in scores:
        source, _, key, basis = score.group
        told = found[source].setdefault(key if basis == "source" else f"{key} ({basis})", [0, 0])
        told[0] += score.passed
        told[1] += score.total
    return dict(found)


def falls(before: dict[str, dict[str, list[int]]], now: dict[str, dict[str, list[int]]]) -> list[str]:
    """Sources that got worse in a key of the same number of cases; other folders have others, and prove nothing."""
    return [
        f"{source}, {key}: {passed} of {total} before, {now[source][key][0]} now"
        for source, keys in before.items()
        for key, (passed, total) in keys.items()
        if key in now.get(source, {}) and now[source][key][1] == total and now[source][key][0] < passed
    ]
