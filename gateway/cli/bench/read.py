"""What it costs to understand a mail: by worker and sandbox together, beside the bare parser of the standard library.

The mails are those of the folder that POSTERN_CORPUS names, whatever they are; without one, mixed mails that are made
here. The parser (`email` with its default policy, compat32) finds headers and parts and decodes nothing.
"""

import email
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from gateway.cli.bench import processor
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.mails import Maker
from gateway.cli.bench.measure import Measure, below, cost
from models.settings import settings

if TYPE_CHECKING:
    from workers.inbound.reading import Sandbox

GOAL, STRETCH = 4.0, 3.0  # times the bare parser
BATCH = 50  # mails that a worker hands to its sandbox at once


def measure(effort: Effort) -> Iterator[Measure]:
    """Rows of ours against the parser.

    Args:
        effort: how much.

    Raises:
        Problem: this system tells no processor time.
    """
    processor.need()
    from workers.inbound.reading import Sandbox  # noqa: PLC0415  only this measure needs it

    what, mails = _mails(effort, settings().corpus)
    sandbox, others = Sandbox(), processor.children_of_ours()
    ours, theirs = list[float](), list[float]()
    try:
        _understand(sandbox, mails[:BATCH])  # it starts and warms up
        for _ in range(effort.rounds):
            before = time.process_time()
            _parse(mails)
            theirs.append(time.process_time() - before)
            before = processor.of_ours(others)
            _understand(sandbox, mails)
            ours.append(processor.of_ours(others) - before)
    finally:
        sandbox.close()
    times = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    taken = f"({len(mails):,} {what})"
    yield below(f"read: CPU of understanding mails, of bare parsing {taken}", times, "times", GOAL)
    yield below(f"read: the same, stretch {taken}", times, "times", STRETCH)
    mine, bare = (median(one) / len(mails) * 1e6 for one in (ours, theirs))
    yield cost(f"read: CPU of worker and sandbox {taken}", mine, bare)


def _mails(effort: Effort, folder: Path | None) -> tuple[str, list[bytes]]:
    """What the mails are, and the mails."""
    if folder is not None and folder.is_dir():
        return "of POSTERN_CORPUS", [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]
    maker = Maker(9)
    return "made ones, as POSTERN_CORPUS names none", [
        maker.mixed("us@bench.test", n).content for n in range(effort.filed)
    ]


def _parse(mails: Sequence[bytes]) -> None:
    for content in mails:
        email.message_from_bytes(content)


def _understand(sandbox: "Sandbox", mails: Sequence[bytes]) -> None:
    for start in range(0, len(mails), BATCH):
        sandbox.parse(mails[start : start + BATCH])
