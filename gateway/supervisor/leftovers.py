"""What a supervisor that was killed left running: the next start ends it before it touches the mail."""

import contextlib
import json
import os
import secrets
import signal
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from gateway.embedded.child import PROC, birth

GRACE_SECONDS = 15.0
POLL_SECONDS = 0.02  # they are not our children: nothing tells us when they end


@dataclass(frozen=True, slots=True)
class Recorded:
    """A child as it was started.

    Attributes:
        name: for messages.
        pid: of the process, which leads a group of its own.
        birth: when it started, told apart from any later process with this number.
        stop_signal: number of the signal that asks it to end.
    """

    name: str
    pid: int
    birth: str
    stop_signal: int


def now(child_name: str, pid: int, stop_signal: int) -> Recorded:
    """The record of a process that was just started."""
    return Recorded(child_name, pid, birth(pid), int(stop_signal))


def record(path: Path, running: Iterable[Recorded]) -> None:
    """Write down who runs, whole or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.write_text(json.dumps([asdict(one) for one in running]))
    draft.replace(path)


def take_over(path: Path, seconds: float = GRACE_SECONDS) -> list[str]:
    """End what is still running of the last instance: ask, wait, kill; what outlived its leader is not asked.

    Args:
        path: where it was recorded.
        seconds: how long to wait before it is killed.

    Returns:
        Names of those that had to be killed.
    """
    recorded = _read(path)
    leading = [one for one in recorded if _leads(one)]
    for one in leading:
        with contextlib.suppress(OSError):
            os.kill(one.pid, one.stop_signal)
    deadline = time.monotonic() + seconds
    while any(_leads(one) for one in leading) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    killed = {one.name: _members(one) for one in recorded}
    for pid in (pid for members in killed.values() for pid in members):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    path.unlink(missing_ok=True)
    return [name for name, members in killed.items() if members]


def _read(path: Path) -> list[Recorded]:
    try:
        return [Recorded(**one) for one in json.loads(path.read_text())]
    except (OSError, ValueError, TypeError):
        return []


def _leads(one: Recorded) -> bool:
    return birth(one.pid) == one.birth


def _members(one: Recorded) -> list[int]:
    """The processes of its group that are still alive: itself, or what it started, and nobody who came later.

    A number that still names a group is given to no new process, so a group of this number in the same run of the
    machine, in a session of the same number, is the recorded one's.
    """
    found = [one.pid] if _leads(one) else []
    if not (PROC / "self").exists() or (not found and birth(one.pid)):
        return found
    others = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and _led_by(entry, one.pid)]
    return found + [pid for pid in others if pid != one.pid and _younger(birth(pid), one.birth)]


def _younger(one: str, other: str) -> bool:
    """Whether the first birth is not before the other, in the same run of the machine."""
    (start, _, boot), (other_start, _, other_boot) = one.partition("@"), other.partition("@")
    return boot == other_boot and start.isdigit() and int(start) >= int(other_start)


def _led_by(entry: Path, pid: int) -> bool:
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[2:4] == [str(pid), str(pid)]  # its group and its session
