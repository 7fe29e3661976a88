"""A relay in a bad mood: at every stage it refuses or hangs up, nobody knows when, until it is told to behave."""

from collections import Counter
from random import Random

from tests.relay import DROP, FakeRelay

STAGES = ("connect", "ehlo", "mail", "rcpt", "data", "dot")
MOODS = ("421 4.3.2 not now", "451 4.3.0 come again", "550 5.7.1 I do not like it", DROP)
SHARE = 0.1  # of the answers at each stage


class MoodyRelay(FakeRelay):
    """As the fake one, but for its moods.

    Attributes:
        moody: whether it has any now.
        shown: how often, by stage and answer.
    """

    def __post_init__(self) -> None:
        self.moody, self.shown = False, Counter[tuple[str, str]]()
        self._chance = Random(0)
        self.extensions.append("PIPELINING")  # as most have it; the other relay of these tests has not
        super().__post_init__()

    def answer(self, stage: str) -> str:
        """What is scripted or usual, or a mood."""
        if stage == "connect" and self._is_moody():
            self.then("ehlo", self._mood("ehlo"))
        return self._mood(stage) if stage != "ehlo" and self._is_moody() and stage in STAGES else super().answer(stage)

    def _is_moody(self) -> bool:
        return self.moody and self._chance.random() < SHARE

    def _mood(self, stage: str) -> str:
        mood = min(MOODS, key=lambda mood: self.shown[stage, mood])  # in turn, so that each has its own soon
        self.shown[stage, mood] += 1
        return mood
