"""How much memory each process of a running `postern up` holds, with its children, at rest and after work."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from uuid import UUID

from sqlalchemy import text

from gateway.cli.bench import instance, processor, stage
from gateway.cli.bench.client import deliver
from gateway.cli.bench.effort import SESSIONS, Effort
from gateway.cli.bench.mails import Made, Maker
from gateway.cli.bench.measure import Measure, cost
from gateway.cli.problems import Problem
from gateway.cli.up import MAILBOX
from gateway.smtp.loop import run
from models.database import transaction

LOOK = 0.25  # seconds
WORK_SECONDS = 240.0
KEPT = "processes.json"  # what the supervisor writes down of its children
SERVERS = ("postgres", "redis")
_DONE = text(
    "SELECT count(*) FROM raw_mail r WHERE r.org_id = :org AND r.stage = 'filed' AND NOT EXISTS"
    " (SELECT FROM outgoing o WHERE o.org_id = r.org_id AND o.comment_id = r.comment_id AND o.state <> 'captured')"
)


def measure(effort: Effort) -> Iterator[Measure]:
    """Rows for each process, in MB of proportional set size: what several share is divided among them.

    Args:
        effort: how much.

    Raises:
        Problem: this system does not tell, or the work was not done in time.
    """
    if not processor.known():
        raise Problem("this system does not tell how much memory a process holds")
    maker = Maker(9)
    with instance.fresh() as settings, instance.up(settings, maker.text(MAILBOX)) as running:
        _settle(1, effort.rest)
        rest = _held(running.pid, settings.home)
        mails = [[maker.mixed(MAILBOX, place) for place in range(effort.worked)] for _ in range(SESSIONS)]
        run(_deliver(settings.smtp, mails))
        _settle(1 + effort.worked * SESSIONS, effort.rest)
        worked = _held(running.pid, settings.home)
    yield from _rows(rest, "at rest")
    yield from _rows(worked, f"after {effort.worked * SESSIONS} mails")


async def _deliver(address: str, mails: list[list[Made]]) -> int:
    await deliver(address, mails)
    return 0


def _settle(mails: int, rest: float) -> None:
    """Wait until as many mails are filed and all letters are out, then a little longer."""
    org, deadline = instance.organization(), monotonic() + WORK_SECONDS
    while _done(org) < mails:
        if monotonic() > deadline:
            raise Problem(f"{mails} mails were not filed and answered in {WORK_SECONDS:.0f} s")
        stage.pause(LOOK)
    stage.pause(rest)


def _done(org: UUID) -> int:
    with transaction(org) as connection:
        filed: int = connection.execute(_DONE, {"org": org}).scalar_one()
        return filed


def _held(supervisor: int, home: Path) -> dict[str, float]:
    """MB that each process holds with its descendants, by its name."""
    pids = {"supervisor": supervisor, **{one["name"]: one["pid"] for one in json.loads((home / KEPT).read_text())}}
    families = {name: [pid, *processor.descendants(pid)] for name, pid in pids.items()}
    families["supervisor"] = [supervisor]
    return {name: sum(map(processor.memory, family)) / 1e6 for name, family in families.items()}


def _rows(held: dict[str, float], when: str) -> Iterator[Measure]:
    ours = sum(megabytes for name, megabytes in held.items() if name not in SERVERS)
    yield cost(f"memory {when}: all but {' and '.join(SERVERS)}", ours, unit="MB")
    for name, megabytes in held.items():
        yield cost(f"memory {when}: {name}", megabytes, unit="MB")
