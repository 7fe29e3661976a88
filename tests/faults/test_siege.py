"""G1: everything is killed at random, again and again, while mail comes in; nothing is lost, nothing is done twice.

`POSTERN_SIEGE` says for how many seconds (`make faults`: half an hour, with 500 kills and 100,000 mails); a slow
machine goes on until it has seen as much. `-s` shows what happened.
"""

import os
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.faults.rig.system import REACH_SECONDS, REST_SECONDS, System
from tests.faults.rig.world import World
from tests.faults.test_failpoints import PLACES
from tests.waiting import PAUSE, until

SECONDS = float(os.environ.get("POSTERN_SIEGE", "45"))
LEAST_KILLS = SECONDS * 500 / 1800
LEAST_MAILS = SECONDS * 100_000 / 1800
LONGEST = SECONDS * 2
RATE = 125.0  # mails a second, were each answered at once
KILL_EVERY = 2.2  # seconds
KILLS_OF_ONE = 50  # at least, for each mail that is hit by chance at each of its three attempts (seen: 1 of 650)
TARGETS = (
    "gateway",
    "worker-inbound",
    "worker-outbound",
    "worker-clock",
    "beat",
    "postgres",
    "redis",
    "backend",
    "child",
)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(LONGEST * 2 + REACH_SECONDS + 600)]


class Siege:
    """Kills at random; a seed makes it the same again."""

    def __init__(self, system: System, seed: int) -> None:
        self.system = system
        self.random = Random(seed)
        self.kills: Counter[str] = Counter()

    def last(self, world: World) -> None:
        """Kill somebody now and then until enough was seen; half of them where it hurts most."""
        began = time.monotonic()
        while (lasts := time.monotonic() - began) < SECONDS or not self._seen_enough(world):
            assert lasts < LONGEST, f"only {len(world.acknowledged)} mails, {self.kills.total()} kills in {lasts:.0f} s"
            pause = time.monotonic() + self.random.uniform(0.5, 2 * KILL_EVERY - 0.5)
            self._strike()
            until(lambda pause=pause: time.monotonic() > pause, KILL_EVERY * 2 + PAUSE)  # type: ignore[misc]  # mypy cannot infer a default of a lambda

    def _seen_enough(self, world: World) -> bool:
        return len(world.acknowledged) >= LEAST_MAILS and self.kills.total() >= LEAST_KILLS

    def _strike(self) -> None:
        if self.random.random() < 0.5:
            target = self.random.choice(TARGETS)
            self.kills[target] += self.system.strike(target)
        else:
            place = self.random.choice([place for places in PLACES.values() for place in places])
            self.system.arm(place, self.random.choice(["kill", "die"]))
            self.system.await_reached(place)
            self.kills[place] += 1


def test_nothing_is_lost_or_doubled_in_a_siege(tmp_path: Path):
    with System(tmp_path) as system:
        siege = Siege(system, seed=int(time.time()))
        with system.world(rate=RATE) as world:
            siege.last(world)
        told(siege, world, "the world stopped; coming to rest")
        system.rest(REST_SECONDS + LONGEST)  # kills leave leases behind, and work for longer than they last
        asked, given_up = system.send_what_is_unknown(), system.file_what_was_given_up()
        assert given_up <= siege.kills.total() / KILLS_OF_ONE, "mails are given up that did no harm"
        system.examine(world)
        told(
            siege,
            world,
            f"whole; letters {sum(system.letters.times.values())}, "
            f"most often {max(system.letters.times.values())} times, {asked} only when asked; "
            f"{given_up} mails given up and released",
        )


def told(siege: Siege, world: World, what: str) -> None:
    """Figures for people."""
    kills = ", ".join(f"{name} {count}" for name, count in sorted(siege.kills.items()))
    tries = ", ".join(f"{name} {count}" for name, count in sorted(world.tries.items()))
    print(f"\n{what}: {len(world.acknowledged)} acknowledged ({tries}); {siege.kills.total()} kills: {kills}")  # noqa: T201  figures for people
