"""What a check says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is: `ok`; `warn` works, but somebody should know; `fail` must be mended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        check: its name.
        verdict: how bad it is.
        said: what was found.
        advice: what to do, '' for nothing.
    """

    check: str
    verdict: Verdict
    said: str
    advice: str = ""


Check = Callable[[], Iterable[Finding]]


def ok(check: str, said: str) -> Finding:
    """All is well."""
    return Finding(check, Verdict.OK, said)


def warn(check: str, said: str, advice: str) -> Finding:
    """It works, but somebody should know."""
    return Finding(check, Verdict.WARN, said, advice)


def fail(check: str, said: str, advice: str) -> Finding:
    """It must be mended."""
    return Finding(check, Verdict.FAIL, said, advice)
