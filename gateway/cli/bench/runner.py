"""Starts the measuring in a process of its own, apart from the operator's instance, and prints what it reports."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from subprocess import PIPE
from typing import IO

from gateway.cli import printing
from gateway.cli.bench.measure import KEYS, Measure
from gateway.cli.problems import Usage
from gateway.embedded.child import Program, spawn
from models.settings import settings

MEASURES = (
    "read",
    "twice",
    "accept",
    "fetch",
    "file",
    "routed",
    "rehearse",
    "letters",
    "hostile",
    "growth",
    "start",
    "latency",
    "memory",
    "bomb",
    "journey",
    "tables",
)
KEPT = "POSTERN_CORPUS"  # of what is configured: it names mails, and no instance
ROW = b'{"name": '  # how a line that is a row begins; every other line is for people


def run(*, as_json: bool = False, only: Sequence[str] = (), effort: str = "", quick: bool = False) -> int:
    """Measure and report.

    Args:
        as_json: print one JSON document with the rows, else a table.
        only: names of `MEASURES`; all of them unless given.
        effort: a name of `effort.EFFORTS`, which wins over `quick`.
        quick: take about two minutes.

    Returns:
        0 when everything could be measured, whether goals hold or not; else 1.

    Raises:
        Usage: there is no such measure.
    """
    if unknown := set(only) - set(MEASURES):
        raise Usage(f"there is nothing to measure called {', '.join(sorted(unknown))}; choose of {', '.join(MEASURES)}")
    effort = effort or ("quick" if quick else "full")
    # Whatever the operator configured is for their instance: the measured one has servers and addresses of its own.
    inherited = settings().child_environment()
    clean = {name: value for name, value in inherited.items() if name == KEPT or not name.startswith("POSTERN_")}
    words = [sys.executable, "-m", "gateway.cli.bench", effort, *(only or MEASURES)]
    with spawn(Program(words, environment=clean), output=PIPE) as process:
        try:
            rows = list(_rows(process.stdout or ()))
        except BaseException:
            process.terminate()
            process.wait()
            raise
    _print(rows, as_json=as_json)
    return process.returncode


def _rows(lines: IO[bytes] | Iterable[bytes]) -> Iterable[Measure]:
    for line in lines:
        if line.startswith(ROW):
            yield Measure(**json.loads(line))
        else:
            sys.stderr.write(line.decode(errors="replace"))
            sys.stderr.flush()


def _print(rows: Sequence[Measure], *, as_json: bool) -> None:
    found = [asdict(row) for row in rows]
    if as_json:
        printing.document(found)
    else:
        words = {True: "holds", False: "missed", None: None}
        shown = [row | {"holds": words[row["holds"]]} for row in found]
        printing.table(shown, KEYS, none="nothing was measured")
