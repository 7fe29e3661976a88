"""How much processor time a server has used for the mail, and how much memory it holds: read from the kernel."""

import os
import resource
import time
from pathlib import Path

from gateway.cli.problems import Problem

PROC = Path("/proc")


def known() -> bool:
    """Whether this system tells (Linux does)."""
    return (PROC / "self" / "stat").exists()


def need() -> None:
    """For what can be told in processor time only.

    Raises:
        Problem: this system does not tell.
    """
    if not known():
        raise Problem("this system does not tell how much processor time a process has used")


def of(pid: int) -> float:
    """Seconds used by a process, to the microsecond; 0 when it is gone."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # clock_getcpuclockid(3): how Linux numbers the clock of a process
    except OSError:
        return 0.0


def of_family(pid: int) -> float:
    """Seconds used by a process and all children it ever had."""
    return _used(_fields(pid), 11, 15) + sum(of(child) for child in children(pid))


def of_ours(besides: frozenset[int]) -> float:
    """Seconds used by this process and its children.

    Args:
        besides: children that do not count; they must still run.
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = sum(of(child) for child in children_of_ours() - besides)
    return time.process_time() + ended.ru_utime + ended.ru_stime + running


def children_of_ours() -> frozenset[int]:
    """The children of this process."""
    return children(os.getpid())


def children(pid: int) -> frozenset[int]:
    """The processes that a process has started and that still run."""
    others = (int(entry.name) for entry in PROC.glob("[0-9]*"))
    return frozenset(other for other in others if _fields(other)[1:2] == [str(pid)])


def descendants(pid: int) -> list[int]:
    """Its children, their children, and so on."""
    found = sorted(children(pid))
    return [*found, *(further for child in found for further in descendants(child))]


def memory(pid: int) -> int:
    """Bytes that a process holds, its part of what it shares (PSS of proc(5)); 0 when it is gone."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _used(fields: list[str], first: int, after: int) -> float:
    return sum(map(int, fields[first:after])) / os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    """Of proc(5) `stat` from the third, the state, on; empty when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
