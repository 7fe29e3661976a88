"""`python -m gateway.cli.bench EFFORT MEASURE…`: measures, and says each row as one line of JSON."""

import json
import logging
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

import structlog

from gateway.cli.bench import (
    accept,
    bomb,
    fetch,
    file,
    growth,
    hostile,
    letters,
    live,
    memory,
    read,
    rehearse,
    routed,
    stage,
    tables,
    through,
    twice,
)
from gateway.cli.bench.effort import EFFORTS, Effort
from gateway.cli.bench.measure import Measure
from gateway.cli.bench.stage import Stage
from gateway.cli.problems import sentence

_STAGED: dict[str, tuple[str, Callable[[Stage, Effort], Iterator[Measure]]]] = {
    "accept": ("the durable door against stock aiosmtpd", accept.measure),
    "fetch": ("a backlog through the IMAP door against a bare loop", fetch.measure),
    "file": ("one worker against a bare loop", file.measure),
    "routed": ("filing with rules, fields, hooks and screens against filing without", routed.measure),
    "rehearse": ("a rule tried on stored mails against a bare loop that reads them", rehearse.measure),
    "hostile": ("mails made to be dear against ordinary ones", lambda _, effort: hostile.measure(effort)),
    "growth": ("filing beside few and many stored messages", lambda _, effort: growth.measure(effort)),
}


def main(words: Sequence[str]) -> int:
    """Measure.

    Args:
        words: name of an effort, then of measures.

    Returns:
        0 when everything could be measured, else 1.
    """
    effort, wanted = EFFORTS[words[0]], words[1:]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for number in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, _give_up)
    signal.alarm(effort.seconds)
    code = 0
    for part in (_alone(effort, wanted), _on_stage(effort, wanted), _live(effort, wanted)):
        try:
            for row in part:
                sys.stdout.write(json.dumps(asdict(row)) + "\n")
                sys.stdout.flush()
        except Exception as error:
            said = sentence(error)
            if said is None:
                raise
            sys.stdout.write(f"not measured: {said}\n")
            code = 1
    return code


def _alone(effort: Effort, wanted: Sequence[str]) -> Iterator[Measure]:
    if "read" in wanted:
        _say("read: understanding mails against the bare parser")
        yield from read.measure(effort)
    if "twice" in wanted:
        _say("twice: reading twice as much of anything")
        yield from twice.measure(effort)
    if "letters" in wanted:
        _say("letters: rendered, signed and sent, against less of our own")
        yield from letters.measure(effort)


def _on_stage(effort: Effort, wanted: Sequence[str]) -> Iterator[Measure]:
    if staged := [name for name in _STAGED if name in wanted]:
        with stage.servers() as scene:
            for name in staged:
                said, measure = _STAGED[name]
                _say(f"{name}: {said}")
                yield from measure(scene, effort)


def _live(effort: Effort, wanted: Sequence[str]) -> Iterator[Measure]:
    if {"start", "latency"} & set(wanted):
        _say("start, latency: the whole of `postern up`")
        yield from live.measure(effort, wanted)
    if "memory" in wanted:
        _say("memory: of each process of `postern up`")
        yield from memory.measure(effort)
    if "bomb" in wanted:
        _say("bomb: everybody's mail beside a flood from one sender")
        yield from bomb.measure(effort)
    if "journey" in wanted:
        _say("journey: from the door to the letters, with rules, fields, hooks and screens against without")
        yield from through.measure(effort)
    if "tables" in wanted:
        _say("tables: lists, searches and views of many tickets")
        yield from tables.measure(effort)


def _say(what: str) -> None:
    sys.stdout.write(f"measuring {what}\n")
    sys.stdout.flush()


def _give_up(number: int, _frame: object) -> None:
    """Unwind, so that every child is ended and every folder removed."""
    raise SystemExit("bench: took too long" if number == signal.SIGALRM else 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
