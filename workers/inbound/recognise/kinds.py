"""What wrote a mail, as the recognisers say it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from workers.inbound.facts import Facts, Received


class Kind(StrEnum):
    """What wrote a mail.

    `own` is a letter of ours that came back and is never filed; `bounce` tells what became of a letter; `automatic` was
    written by a program or list: filed, never acknowledged, never passed on as an agent's words; `personal` is the
    rest.
    """

    OWN = "own"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Opinion:
    """A kind and why."""

    kind: Kind
    reason: str


Recogniser = Callable[[Received, Facts], Opinion | None]
