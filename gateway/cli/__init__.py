"""The operator's desk, `postern …`: what became of every mail, and the few things a person decides about it."""

import sys
from collections.abc import Sequence

from gateway.cli.entry import run

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: its words without the program's name; those of the process unless given.

    Returns:
        The exit code: 0 done, 1 it could not be done (one sentence on stderr says why), 2 wrong usage.
    """
    return run(sys.argv[1:] if argv is None else list(argv))
