"""One reason for or against spam."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """How much it speaks for spam (above 0) or against it, in logits, and the words for it."""

    weight: float
    reason: str
