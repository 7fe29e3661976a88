"""How far long work has come: a bar on a terminal, a line now and then elsewhere.

It is said on stderr, so that stdout stays clean.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

EVERY = 10.0  # seconds between two lines where there is no terminal
Unit = Literal["bytes", "mails", "tables", "tickets"]


class Progress:
    """Shows one step after the other.

    Args of the constructor:
        bars: None where there is no terminal.
    """

    def __init__(self, bars: "Bars | None") -> None:
        self._bars = bars
        self._said = time.monotonic()

    @contextmanager
    def step(self, name: str, total: int, *, unit: Unit, done: int = 0) -> Iterator[Callable[[int], None]]:
        """Begin a step; what it gives is told how much of it is done since then.

        Args:
            name: what is done.
            total: how much there is in all, earlier steps of the name included.
            unit: of `total`.
            done: how much was done before.
        """
        shown = self._bars.add_task(name, total=total, completed=done) if self._bars else None

        def tell(more: int) -> None:
            if self._bars and shown is not None:
                self._bars.update(shown, completed=done + more)
            elif time.monotonic() - self._said >= EVERY:
                self._said = time.monotonic()
                sys.stderr.write(f"{name}: {done + more} of {total} {unit}\n")

        yield tell
        if self._bars and shown is not None:
            self._bars.remove_task(shown)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show progress on stderr for a while."""
    if not sys.stderr.isatty():
        yield Progress(None)
        return
    from rich.console import Console  # noqa: PLC0415  only for a terminal
    from rich.progress import Progress as Bars  # noqa: PLC0415  as above

    with Bars(console=Console(file=sys.stderr), transient=True) as bars:
        yield Progress(bars)
