"""Waiting for something that another process does and has no way to tell us: ask again, until a deadline."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
PAUSE = 0.05


def until(ask: Callable[[], Answer], seconds: float = 30.0, pause: float = PAUSE) -> Answer:
    """Ask again and again until the answer is true.

    Args:
        ask: cheap, and safe to call often; what it raises is not caught.
        seconds: how long at most.
        pause: seconds between two questions.

    Returns:
        The first true answer.

    Raises:
        AssertionError: there was none in time; it shows the last answer.
    """
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds:.0f} s"
        time.sleep(pause)
    return answer
