"""The processes of a server, as the kernel knows them."""

from pathlib import Path


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and f"\nPPid:\t{pid}\n" in _status(entry)
    ]
    return [pid, *children]


def _status(process: Path) -> str:
    try:
        return (process / "status").read_text()
    except OSError:
        return ""  # it has ended
