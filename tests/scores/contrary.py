"""Statements that contradict each other: of one source, about the same bytes from and to the same, with two outcomes.

No reading agrees with both. So they are counted apart, as `contrary`, those that were met with those that were missed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from tests.scores.cases import Case
from tests.scores.judging import Judged
from tests.scores.tally import Result

BASIS = "contrary"
_WHY = "its source states both for these bytes in this envelope"
Subject = tuple[str, bytes, Any, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is stated of what, and how it was met."""

    about: Subject
    expected: str
    result: Result


def statement(case: Case, key: str, judged: Judged, result: Result) -> Statement:
    """One statement about a case by one key."""
    envelope = case.expects.get("envelope") or {}
    ends = repr((envelope.get("from"), envelope.get("to"), case.expects.get("own_addresses")))
    return Statement((case.source, sha256(case.content).digest(), ends, key), repr(judged.expected), result)


def apart(statements: Iterable[Statement]) -> Iterator[Result]:
    """The results, in order; of statements that contradict each other, with a basis of their own."""
    told = list(statements)
    outcomes: dict[Subject, set[str]] = defaultdict(set)
    for one in told:
        outcomes[one.about].add(one.expected)
    for one in told:
        if len(outcomes[one.about]) == 1:
            yield one.result
        else:
            why = "" if one.result.passed else f"{_WHY}; {one.result.why}"
            yield replace(one.result, group=(*one.result.group[:3], BASIS), why=why)
