"""How much processor time a server has used for the mail: read from the kernel, in seconds."""

import os
import resource
import time
from pathlib import Path

PROC = Path("/proc")


def known() -> bool:
    """Whether this system tells (Linux does)."""
    return (PROC / "self" / "stat").exists()


def of(pid: int) -> float:
    """Seconds used by a process."""
    return _used(_fields(pid), 11, 13)


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


def _used(fields: list[str], first: int, after: int) -> float:
    return sum(map(int, fields[first:after])) / os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    """Of proc(5) `stat` from the third, the state, on; empty when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
