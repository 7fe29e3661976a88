"""Starts a program that can not outlive us: whatever dies, no second writer is left behind on the mail."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gateway.embedded.privilege import Account

Running = subprocess.Popen[bytes]
NO_INPUT = subprocess.DEVNULL
PROC = Path("/proc")
PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Program:
    """What to start and as whom.

    Attributes:
        argv: the command; the first word is the binary.
        folder: working directory, entered before privileges are given up.
        account: whom to become; None stays who we are.
        environment: all of its variables; None passes ours on.
        death_signal: what it gets when the thread that started it ends, however that happens (Linux).
    """

    argv: Sequence[str]
    folder: Path | None = None
    account: Account | None = None
    environment: Mapping[str, str] | None = None
    death_signal: signal.Signals = signal.SIGTERM


def spawn(program: Program, *, output: int | IO[bytes], stdin: int = NO_INPUT) -> Running:
    """Start a program in a session of its own, so that a Ctrl-C at the terminal reaches only us.

    `subprocess` enters the folder, then gives up privileges, then runs our last word before the exec; the death
    signal has to come after the change of user, which clears it (prctl(2)).

    Args:
        program: what to start.
        output: file or descriptor for both stdout and stderr.
        stdin: descriptor to read from.

    Raises:
        OSError: the binary cannot be run.
    """
    account = program.account
    return subprocess.Popen(  # noqa: S603  argv is a list of ours, never a shell line
        list(program.argv),
        cwd=program.folder,
        env=program.environment,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        start_new_session=True,
        preexec_fn=_dies_with(os.getpid(), program.death_signal),  # noqa: PLW1509  two system calls, no lock is taken
    )


def _dies_with(parent: int, death_signal: signal.Signals) -> Callable[[], None] | None:
    """The last thing a child does before the exec; None where the kernel has no such thing."""
    if sys.platform != "linux":
        return None
    prctl, number = ctypes.CDLL(None, use_errno=True).prctl, int(death_signal)

    def before_exec() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked to be told
            os._exit(1)

    return before_exec


def birth(pid: int) -> str:
    """When a process started, in words that no other process with this number repeats; '' when it is gone."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "" if (PROC / "self").exists() else _birth_from_ps(pid)
    return "" if fields[0] == "Z" else f"{fields[19]}@{boot}"  # proc(5): state, then starttime as field 22


def _birth_from_ps(pid: int) -> str:
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603  fixed words
