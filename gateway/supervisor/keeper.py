"""Keeps processes running until told to stop: a worker that dies delays a mail by a moment, never for good."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.embedded.child import Running
from gateway.embedded.server import ServerError
from gateway.supervisor.leftovers import Recorded, now

FIRST_DELAY = 0.2  # seconds until the first restart; doubled each time it dies quickly
LONGEST_DELAY = 10.0
SAME_WISH = 1.0  # seconds
QUICKLY = 30.0  # seconds; who lived longer starts with the first delay again


class Startable(Protocol):
    """What the keeper keeps: an embedded server or a row's child."""

    name: str
    stop_signal: signal.Signals
    process: Running | None

    def launch(self) -> None:
        """Start the process; does not wait for it to be ready."""


@dataclass(slots=True, eq=False)
class Kept:
    """One child's story: running, or waiting for its next start, or over."""

    child: Startable
    started: float
    running: bool = True
    failures: int = 0
    timer: asyncio.TimerHandle | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    recorded: Recorded | None = None


class Keeper:
    """Starts children, restarts those that die, stops them in the order it is told.

    Lives in the main thread of a running loop: the kernel ends the children when the thread that started them ends.
    """

    def __init__(self, say: Callable[[str], None], on_change: Callable[[list[Recorded]], None]) -> None:
        """Listens for the end of children from now on.

        Args:
            say: tells the operator one line; does not raise.
            on_change: gets all running children each time one was started.
        """
        self.stopping = asyncio.Event()
        self.hurry = asyncio.Event()
        self._asked = 0.0
        self._say, self._on_change = say, on_change
        self._kept: dict[str, Kept] = {}
        self._loop = asyncio.get_running_loop()
        self._loop.add_signal_handler(signal.SIGCHLD, self._reap)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._loop.add_signal_handler(number, self._asked_to_stop)

    def _asked_to_stop(self) -> None:
        """The first signal stops, one after a moment hastens; one at once is the same wish by another way (make)."""
        if self.stopping.is_set() and self._loop.time() - self._asked > SAME_WISH:
            self.hurry.set()
        if not self.stopping.is_set():
            self._asked = self._loop.time()
            self._say("Stopping; a second Ctrl-C makes it quick.")
            self.stopping.set()

    def start(self, child: Startable) -> None:
        """Start a child and keep it running.

        Raises:
            OSError, ServerError: it cannot be started at all.
        """
        child.launch()
        self._keep(Kept(child, self._loop.time()))

    def failures(self, child: Startable) -> int:
        """How many times in a row it died soon after its start."""
        return self._kept[child.name].failures

    def _keep(self, kept: Kept) -> None:
        self._kept[kept.child.name] = kept
        if kept.child.process:
            kept.recorded = now(kept.child.name, kept.child.process.pid, kept.child.stop_signal)
        with contextlib.suppress(OSError):  # a full disk is no reason to stop
            self._on_change([one.recorded for one in self._kept.values() if one.recorded])

    def _reap(self) -> None:
        """Some child ended; the kernel may tell of several at once."""
        for kept in list(self._kept.values()):
            process = kept.child.process
            if kept.running and process and (code := process.poll()) is not None:
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)  # whatever it started must not work on without it
                self._ended(kept, code)

    def _ended(self, kept: Kept, code: int) -> None:
        kept.running, kept.recorded = False, None
        if self.stopping.is_set():
            kept.over.set()
            return
        lived = self._loop.time() - kept.started
        kept.failures = 0 if lived > QUICKLY else kept.failures + 1
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** max(0, kept.failures - 1))
        self._say(f"{kept.child.name} ended after {lived:.1f} s ({told(code)}); it is restarted in {delay:.1f} s.")
        kept.timer = self._loop.call_later(delay, self._restart, kept)

    def _restart(self, kept: Kept) -> None:
        kept.timer, kept.started = None, self._loop.time()
        try:
            kept.child.launch()
        except (OSError, ServerError) as error:
            self._say(f"{kept.child.name} cannot be started: {error}")
            self._ended(kept, 1)
        else:
            kept.running = True
            self._keep(kept)
            self._say(f"{kept.child.name} is restarted.")

    async def end(self, children: Iterable[Startable], deadline: float) -> None:
        """Ask children to end and wait for it; kill what is left at the deadline, or when there is hurry.

        Args:
            children: to be stopped together; those that do not run are over already.
            deadline: in the loop's time.
        """
        self.stopping.set()
        left = [self._ask(kept) for child in children if (kept := self._kept.get(child.name))]
        waiting: asyncio.Future[Any] = asyncio.gather(*(kept.over.wait() for kept in left))
        impatience: asyncio.Future[Any] = asyncio.ensure_future(self.hurry.wait())
        patience = max(0.0, deadline - self._loop.time())
        await asyncio.wait({waiting, impatience}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        impatience.cancel()
        for kept in left:
            if not kept.over.is_set() and kept.child.process:
                self._say(f"{kept.child.name} did not end in time and is killed.")
                with contextlib.suppress(OSError):
                    os.killpg(kept.child.process.pid, signal.SIGKILL)
        await waiting

    def _ask(self, kept: Kept) -> Kept:
        if kept.timer:
            kept.timer.cancel()
        if kept.running and kept.child.process:
            kept.child.process.send_signal(kept.child.stop_signal)
        else:
            kept.over.set()
        return kept


def told(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    names = {known.value: known.name for known in signal.Signals}  # the real-time ones have none
    return f"killed by {names.get(-code, f'signal {-code}')}"
