"""`python -m tests.peers.bench [ROUNDS MAILS]`: says the conditions, then a table; what misses its goal is said."""

import logging
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict

import structlog
from sqlalchemy import text

from gateway.cli import printing
from gateway.cli.bench import stage
from gateway.cli.bench.measure import KEYS, Measure
from gateway.cli.bench.stage import Stage
from models.database import transaction
from tests.peers.bench import accept, environment, fetching, tickets

ROUNDS, MAILS = 5, 200
LIGHT = 10  # times as many are only accepted
WORDS = {True: "holds", False: "missed", None: None}


def main(rounds: int, mails: int) -> int:
    """Measure and print.

    Args:
        rounds: that count, of each measure.
        mails: that become tickets in a round of theirs; of ours it is `tickets.MORE` times as many.

    Returns:
        0 when everything that is installed could be measured.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    code, rows = 0, list[Measure]()
    with stage.servers() as scene:
        _say(f"{rounds} rounds that count, ours and theirs in turns; {_machine()}; PostgreSQL {_server()}, durable")
        try:
            _say(f"{', '.join(environment.PINNED)}: one process, DEBUG off, one kept connection, a database of its own")
            rows += tickets.measure(scene, rounds, mails)
            rows += _fetching(scene, rounds, mails)
        except (subprocess.CalledProcessError, AssertionError) as error:
            _say(f"not measured: {error}")
            code = 1
        rows += _accept(scene, rounds, mails * LIGHT)
    printing.table([asdict(row) | {"holds": WORDS[row.holds]} for row in rows], KEYS, none="nothing was measured")
    return code


def _fetching(scene: Stage, rounds: int, mails: int) -> Iterator[Measure]:
    if why := fetching.missing():
        _say(f"fetching beside get_email: not measured, {why}")
        return
    yield from fetching.measure(scene, rounds, mails)


def _accept(scene: Stage, rounds: int, mails: int) -> Iterator[Measure]:
    if why := accept.missing():
        _say(f"durable accept beside Postfix: not measured, {why}")
        return
    _say(f"{accept.version()}: throws away what it has stored; {mails} mails a round over {accept.SESSIONS} sessions")
    yield from accept.measure(scene, rounds, mails)


def _machine() -> str:
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"


def _server() -> str:
    with transaction() as connection:
        return str(connection.scalar(text("SHOW server_version")))


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])) if sys.argv[1:] else main(ROUNDS, MAILS))
