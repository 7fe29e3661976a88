"""How much is tried: `POSTERN_FUZZ` is a number of examples (`10000`) or a time (`3600s`); the seed repeats a run."""

import os
import time
from collections.abc import Iterator
from math import inf

SAID = os.environ.get("POSTERN_FUZZ", "300")
SEED = int(os.environ.get("POSTERN_FUZZ_SEED", "0")) or time.time_ns() % 1_000_000
TIMED = SAID.endswith("s")
MOST = inf if TIMED else int(SAID)
SECONDS = float(SAID.removesuffix("s")) if TIMED else inf
EXAMPLES = 10_000 if TIMED else int(SAID)  # of what is not measured by the clock
PROPERTY = EXAMPLES if "POSTERN_FUZZ" in os.environ else 50  # of one property, where hypothesis would try 100
LONGEST_SECONDS = SECONDS if TIMED else MOST / 10  # even a slow machine tries ten in a second


def rounds(size: int) -> Iterator[range]:
    """Numbers of the examples of one round after the other, until the budget is used."""
    ends, start = time.monotonic() + SECONDS, 0
    while start < MOST and time.monotonic() < ends:
        yield range(start, int(min(start + size, MOST)))
        start += size
