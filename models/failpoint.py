"""Named places where a test has a process killed, frozen or failed; in production they cost a comparison and no more.

A test writes one of `ACTIONS` into a file named like the place, in the folder of the setting `failpoints`. Whoever gets
there first takes the file away, so that each is obeyed once, and what is left as `<name>.reached` proves it.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from models.settings import settings

REACHED = ".reached"


class Failed(Exception):  # noqa: N818  it reads as what happened
    """A failpoint was told to `raise`: a surprise that no code expects."""


def reach(name: str) -> None:
    """Say that this place is reached; in production nobody listens.

    Args:
        name: of the place, such as `inbound.claimed`.

    Raises:
        Failed: a test wants it.
    """
    folder = settings().failpoints
    if folder is not None:
        _obey(folder, name)


def _obey(folder: Path, name: str) -> None:
    taken = folder / f"{name}{REACHED}"
    with suppress(FileNotFoundError):  # nothing is asked for here, or somebody else was first
        (folder / name).rename(taken)
        ACTIONS[taken.read_text()](name)


def _kill(name: str) -> None:
    """As `kill -9` of the whole service: this process, who started it and what it started."""
    del name
    os.killpg(0, signal.SIGKILL)


def _die(name: str) -> None:
    """This process alone, as the kernel does when memory is short."""
    del name
    os.kill(os.getpid(), signal.SIGKILL)


def _freeze(name: str) -> None:
    """Until somebody sends SIGCONT."""
    del name
    os.kill(os.getpid(), signal.SIGSTOP)


def _raise(name: str) -> None:
    raise Failed(name)


ACTIONS: dict[str, Callable[[str], None]] = {"kill": _kill, "die": _die, "freeze": _freeze, "raise": _raise}
