"""What wrote a mail, as the recognisers say it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from workers.inbound.facts import Facts, Received


class Kind(StrEnum):
    """What wrote a mail. Only a `personal` one may be answered by a program.

    `own` is a letter of ours that came back and is never filed; `bounce`, `feedback` and `receipt` tell what became of
    a letter; `challenge` is a filter that wants an answer; `automatic` an answer by a program, filed, never passed on
    as an agent's words; `bulk` was sent by a program or a list, not as an answer; `personal` is the rest.
    """

    OWN = "own"
    BOUNCE = "bounce"
    FEEDBACK = "feedback"
    RECEIPT = "receipt"
    CHALLENGE = "challenge"
    AUTOMATIC = "automatic"
    BULK = "bulk"
    PERSONAL = "personal"

    @property
    def reopens(self) -> bool:
        """Somebody who takes part in a ticket said something new, be it by way of a list."""
        return self in (Kind.PERSONAL, Kind.BULK)

    @property
    def is_news(self) -> bool:
        """It tells what became of a letter."""
        return self in (Kind.BOUNCE, Kind.FEEDBACK, Kind.RECEIPT)


@dataclass(frozen=True, slots=True)
class Opinion:
    """A kind and why."""

    kind: Kind
    reason: str


Recogniser = Callable[[Received, Facts], Opinion | None]
