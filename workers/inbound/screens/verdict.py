"""What a screen says about a mail, and what a screen is."""

from collections.abc import Callable
from dataclasses import dataclass

from workers.inbound.facts import Facts, Person, Received


@dataclass(frozen=True, slots=True)
class Verdict:
    """One entry of the decision trace; with `quarantine` the mail is not filed but waits there for a person."""

    step: str
    verdict: str
    reason: str
    quarantine: bool = True


Screen = Callable[[Received, Person | None, Facts], Verdict | None]
