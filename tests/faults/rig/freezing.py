"""Processes that are there and do nothing, as on a machine that swaps or was paused."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.waiting import until


@contextmanager
def frozen(*leaders: int) -> Iterator[None]:
    """Stop whole process groups (the supervisor gives each process its own) and let them go on at the end.

    Args:
        leaders: process ids of the first of each group.
    """
    for leader in leaders:
        os.killpg(leader, signal.SIGSTOP)
    try:
        until(lambda: all(_state(leader) == "T" for leader in leaders))
        yield
    finally:
        for leader in leaders:
            with suppress(ProcessLookupError):  # it was killed meanwhile
                os.killpg(leader, signal.SIGCONT)


def _state(pid: int) -> str:
    return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
