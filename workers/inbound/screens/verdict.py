"""What a screen says about a mail before anybody asks which ticket it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass

from workers.inbound.facts import Facts, Person, Received


@dataclass(frozen=True, slots=True)
class Verdict:
    """An opinion with its reason.

    Attributes:
        step, verdict, reason: an entry of the decision trace.
        quarantine: the mail is not filed; else it goes on, and the trace says what was found.
        score: how much it looks like spam, from 0 to 1, where that was asked.
    """

    step: str
    verdict: str
    reason: str
    quarantine: bool = True
    score: float | None = None


Screen = Callable[[Received, Person | None, Facts], Verdict | None]
