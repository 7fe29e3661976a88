"""Hostile content is read in a child process that can be killed: its memory, time and rights are not the worker's."""

import fcntl
import os
import select
import signal
import subprocess
import sys
import time
import weakref
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from workers.confine import ANSWER, READY, REQUEST
from workers.errors import Temporary

_START_SECONDS = 30.0
_END_SECONDS = 1.0  # between the end of its output and its own
_OUTSIDE = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}  # none of them is a mail's doing
_READ_BYTES = 262_144
_PIPE_BYTES = 1_048_576  # what Linux grants to anybody


class Lost(Exception):  # noqa: N818  what happened to the child, for its owner to act upon
    """The child is gone, or was ended, while it worked on a request."""

    def __init__(self, why: str, *, outside: bool = False) -> None:
        super().__init__(why)
        self.outside = outside  # killed by somebody else, which says nothing about the request


class Late(Lost):
    """It may still be at work, but its time is over."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, and how large the answer may be.

    Attributes:
        kind: number that the child's program knows.
        content: what it is about.
        head, body: bytes that the two parts of the answer may have.
    """

    kind: int
    content: bytes
    head: int
    body: int


class Child:
    """One running child. It ends by itself when this object or this process does, since its input then closes.

    Args:
        module: what it runs, with `workers.confine.serve`.

    Raises:
        Temporary: it did not start.
    """

    def __init__(self, module: str) -> None:
        self.owner = os.getpid()
        self.answered = 0
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module, no secret in its environment
            [sys.executable, "-P", "-s", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": os.pathsep.join(_import_path()), "LC_ALL": "C.UTF-8"},
            cwd="/",
            process_group=0,  # Ctrl-C is for us; it ends when its input does
        )
        self._finish = weakref.finalize(self, _end, self._process, self.owner)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)
        _widen(self._to)
        _widen(self._from)
        self._readable, self._either = select.poll(), select.poll()
        self._readable.register(self._from, select.POLLIN)
        self._either.register(self._from, select.POLLIN)
        self._either.register(self._to, select.POLLOUT)
        self._received = bytearray()
        self._unsent: deque[memoryview] = deque()
        self._ahead = 0
        self._await_ready()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs and is ours (and not that of the process we were forked from)."""
        return self.owner == os.getpid() and self._process.poll() is None

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        try:
            while len(self._received) < len(READY):
                self._move(deadline)
        except Lost as lost:
            self.close()
            raise Temporary(f"the sandbox did not start: {lost}") from None
        self._received.clear()

    def send(self, request: Request) -> None:
        """Queue a request; it is written while answers are awaited."""
        self._unsent.append(memoryview(REQUEST.pack(request.kind, len(request.content))))
        self._unsent.append(memoryview(request.content))
        self._ahead += REQUEST.size + len(request.content)

    @property
    def ahead(self) -> int:
        """Bytes of requests not written yet."""
        return self._ahead

    def answer(self, request: Request, seconds: float) -> tuple[bytes, memoryview]:
        """The answer to the oldest request without one.

        Args:
            request: that request.
            seconds: how long it may take from now.

        Raises:
            Late: it took longer.
            Lost: the child died, or answered more than allowed.
        """
        deadline = time.monotonic() + seconds
        while len(self._received) < ANSWER.size:
            self._move(deadline)
        head, body = ANSWER.unpack_from(self._received)
        if head > request.head or body > request.body:
            raise Lost("its answer was too large")
        end = ANSWER.size + head + body
        while len(self._received) < end:
            self._move(deadline)
        with memoryview(self._received) as received:
            answer = memoryview(bytes(received[ANSWER.size : end]))
        del self._received[:end]  # the next answers, which may be there, stay where they are
        self.answered += 1
        return bytes(answer[:head]), answer[head:]

    def _move(self, deadline: float) -> None:
        """Write what can be written, wait, read what is there."""
        if self._unsent:
            self._flush()
        left = deadline - time.monotonic()
        if left <= 0:
            raise Late("it took too long")
        events = (self._either if self._unsent else self._readable).poll(left * 1000)
        if any(descriptor == self._from for descriptor, _ in events):
            self._receive()

    def _flush(self) -> None:
        try:
            while self._unsent:
                written = os.writev(self._to, [*islice(self._unsent, 64)])
                self._ahead -= written
                while self._unsent and written >= len(self._unsent[0]):
                    written -= len(self._unsent.popleft())
                if written:
                    self._unsent[0] = self._unsent[0][written:]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._unsent.clear()  # its end is noticed when reading
            self._ahead = 0

    def _receive(self) -> None:
        data = os.read(self._from, _READ_BYTES)
        if not data:
            raise self._ended()
        self._received += data

    def _ended(self) -> Lost:
        try:
            code = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            return Lost("its process closed its answers and went on")
        if code == -signal.SIGXCPU:
            return Lost("it needed too much computing time")
        return Lost(f"its process ended with {code}", outside=-code in _OUTSIDE)

    def close(self) -> None:
        """End it. Harmless when it has ended; a forked copy of the owner only lets go of it."""
        self._finish()


def _end(process: "subprocess.Popen[bytes]", owner: int) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    if owner == os.getpid():
        process.kill()
        process.wait()
    else:
        process.returncode = 0  # not our child to wait for


def _widen(pipe: int) -> None:
    """So that the child works on while we are busy elsewhere; where the system will not, it waits for us more often."""
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _import_path() -> list[str]:
    """Where we find our modules, the child must find the same."""
    root = str(Path(__file__).resolve().parents[1])
    return [root, *(str(Path(entry).absolute()) for entry in sys.path if entry)]
