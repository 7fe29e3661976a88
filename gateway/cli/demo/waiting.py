"""Waiting for what other processes do with a mail: ask again until it is so, or say what to look at."""

import time
from collections.abc import Callable
from typing import TypeVar

from gateway.cli.problems import Problem

Answer = TypeVar("Answer")
PAUSE = 0.05  # seconds


def until(ask: Callable[[], Answer | None], what: str, seconds: float) -> Answer:
    """Ask again and again until there is an answer.

    Args:
        ask: None means not yet.
        what: is awaited, for the sentence.
        seconds: how long at most.

    Raises:
        Problem: there was none in time.
    """
    deadline = time.monotonic() + seconds
    while (answer := ask()) is None:
        if time.monotonic() > deadline:
            raise Problem(f"{what} did not come within {seconds:.0f} s; see `postern doctor` and `postern mail list`")
        time.sleep(PAUSE)
    return answer
