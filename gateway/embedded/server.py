"""What both embedded servers are: our own foreground child, started, awaited, stopped, and plain when it fails."""

import contextlib
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import IO

from gateway.embedded.child import Program, Running, spawn
from gateway.embedded.privilege import service_account
from models.settings import Settings

START_SECONDS = 60.0  # replaying the log after a power cut takes its time
STOP_SECONDS = 15.0
PREDECESSOR_SECONDS = 20.0
POLL_SECONDS = 0.005
LOG_TAIL = 8


class ServerError(RuntimeError):
    """An embedded server cannot be had; the message says why and what to do."""


class Server(ABC):
    """An embedded server: `launch` and `await_ready` (or both, `start`), then `stop`.

    The thread that launches it has to live as long as the server should (child.spawn).

    Attributes:
        name, stop_signal: of the process.
        patience: seconds to wait for a predecessor on the same data that is still ending.
        process: None while it was not launched.
        open_log: opens the file for what it prints.
    """

    name: str
    stop_signal: signal.Signals

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data=data)
        self.home = self.settings.home
        self.account = service_account()
        self.log = self.home / "logs" / f"{self.name}.log"
        self.patience = PREDECESSOR_SECONDS
        self.process: Running | None = None
        self.open_log: Callable[[Path], IO[bytes]] = append_to

    @property
    def pid(self) -> int:
        """Process id of the running server.

        Raises:
            ServerError: it was not launched.
        """
        if self.process is None:
            raise ServerError(f"{self.name} was not started")
        return self.process.pid

    def start(self, seconds: float = START_SECONDS) -> None:
        """Launch it and return when it takes connections.

        Raises:
            ServerError: it ended, or is not ready in time.
        """
        self.launch()
        self.await_ready(seconds)

    def launch(self) -> None:
        """Start the process, making its data first where there is none; does not wait for it.

        Raises:
            ServerError: its data or program cannot be used.
        """
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log.parent.mkdir(exist_ok=True, mode=0o700)
        self.prepare()
        with self.open_log(self.log) as output:
            self.process = spawn(self.program(), output=output)

    def await_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until it takes connections.

        Args:
            seconds: how long at most.

        Raises:
            ServerError: it ended, or is not ready in time; it is then not running.
        """
        deadline = time.monotonic() + seconds
        while not self.ready():
            if self.process is None or self.process.poll() is not None:
                raise ServerError(f"{self.name} ended while starting:\n{self.last_words()}")
            if time.monotonic() > deadline:
                self.stop()
                raise ServerError(f"{self.name} was not ready within {seconds:.0f} s:\n{self.last_words()}")
            time.sleep(POLL_SECONDS)  # neither server has a way to tell

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Stop it in order, by force after the given time; nothing happens when it is not running."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None
        with contextlib.suppress(OSError):  # the other server may still be in it
            self.settings.socket_folder.rmdir()

    @abstractmethod
    def prepare(self) -> None:
        """Make what the program needs to find."""

    @abstractmethod
    def program(self) -> Program:
        """The command that runs it in the foreground."""

    @abstractmethod
    def ready(self) -> bool:
        """Whether it takes connections now."""

    def last_words(self) -> str:
        """The end of its log, for an error message."""
        return f"{last_lines(self.log)}\n  (all of it: {self.log})"


def last_lines(log: Path) -> str:
    """The end of a log, indented, for an error message."""
    lines = log.read_text(errors="replace").splitlines()[-LOG_TAIL:] if log.exists() else []
    return "\n".join(f"  {line}" for line in lines)


def append_to(log: Path) -> IO[bytes]:
    """Open a log at its end."""
    return log.open("ab")
