"""The bench measures everything, compares it as it says, and leaves nothing behind, however it ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.cli.bench import processor, twice
from gateway.cli.bench.hostile_mails import KINDS, hostile
from gateway.cli.bench.mails import Maker
from gateway.cli.bench.measure import KEYS, below, cost, p99, rate
from gateway.cli.bench.runner import MEASURES, run
from gateway.cli.bench.tables import ASKED
from gateway.supervisor.processes import PROCESSES
from tests.running import ROOT
from tests.waiting import until

PROC = Path("/proc")
MEMORY = [
    f"memory {when}: {name}"
    for when in ("at rest", "after 20 mails")
    for name in ("supervisor", "postgres", "redis", *(row.name for row in PROCESSES), "all but postgres and redis")
]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary things that only this bench uses; anybody may pass through it."""
    found = Path(tempfile.mkdtemp(prefix="bench-test-"))
    found.chmod(0o711)
    monkeypatch.setenv("TMPDIR", str(found))
    yield found
    shutil.rmtree(found)


def left_behind(place: Path) -> list[str]:
    """Files in the folder, and processes that work in it."""
    return [entry.name for entry in place.iterdir()] + [
        entry.name for entry in PROC.glob("[0-9]*") if uses(entry, place)
    ]


def uses(process: Path, place: Path) -> bool:
    try:
        said = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        return str(place).encode() in said or (process / "cwd").resolve().is_relative_to(place)
    except OSError:
        return False  # it has ended, or is somebody else's


GOALS: dict[tuple[str, ...], dict[str, float]] = {
    ("read", "twice"): {
        "read: CPU of understanding mails, of bare parsing": 4.0,
        "read: the same, stretch": 3.0,
        "twice: CPU of reading twice as much, the worst": 2.5,
        **{f"twice: {2 * size:,} {name}, of {size:,}": 2.5 for name, (_, size) in twice.KINDS.items()},
    },
    ("accept", "file"): {
        "accept 2 KB": 1.0,
        "accept 50 KB": 1.8,
        "file, 1 organization": 0.6,
        "file, 50 organizations": 0.6,
    },
    ("routed", "rehearse"): {},
    ("letters",): {
        "letters: rendered, signed and sent by one process, of a loop without templates": 0.7,
        "letters: rendered, signed and sent by one process, of dkimpy and smtplib": 4.0,
    },
    ("fetch",): {
        "fetch, 300 mails / loop that asks for each mail and stores nothing": 0.7,
        "fetch, 300 mails / loop that asks for a hundred at once and stores nothing": 0.7,
    },
    ("hostile", "growth"): {
        "hostile: CPU of the worst": 50.0,
        "hostile: the worst for its size": 50.0,
        "growth: filing beside 1,500 messages, of that beside 300": 1.3,
        "growth: filing beside 1,500 messages, of that beside 300: CPU of worker and PostgreSQL": 1.3,
    },
    ("start", "latency", "memory"): {"idle: from 250 to the ticket, p99": 250.0},
    ("bomb",): {"bomb: others' p99 beside it, of that without": 2.0},
    ("journey",): {"journey: 200 rules, 20 fields, 5 hooks and every screen, of the journey with none": 0.7},
    ("tables",): {
        **{f"tables: {name}, p95": 100.0 for name in ASKED},
        "tables: a comment written beside a refresh, p95": 100.0,
        "tables: all of it with policies, against without": 0.85,
    },
}
OTHERS: dict[tuple[str, ...], list[str]] = {
    ("read", "twice"): ["read: CPU of worker and sandbox"],
    ("accept", "file"): [],
    ("routed", "rehearse"): ["routed: filing with 200 rules", "rehearse: a rule on 250 stored mails"],
    ("letters",): ["letters: rendered, signed and sent by one process, of a loop whose letters lie ready"],
    ("fetch",): ["fetch: memory of the door, 3 idle mailboxes"],
    ("hostile", "growth"): [f"hostile: {kind}," for kind in KINDS],
    ("start", "latency", "memory"): ["start: until the first 250", *MEMORY],
    ("bomb",): ["bomb: of it filed or held,"],
    ("journey",): [],
    ("tables",): ["tables: seeding 60 tickets", "tables: making their words", "tables: a refresh"],
}


def test_everything_is_tried() -> None:
    assert sorted(measure for some in GOALS for measure in some) == sorted(MEASURES)


@pytest.mark.long
@pytest.mark.parametrize("only", GOALS, ids=lambda only: only[-1])
def test_each_is_measured_and_nothing_left_behind(
    place: Path, capsys: pytest.CaptureFixture[str], only: tuple[str, ...]
) -> None:
    assert run(as_json=True, effort="tiny", only=only) == 0
    rows = json.loads(capsys.readouterr().out)
    assert all(tuple(row) == KEYS for row in rows)
    values = {row["name"].partition(" (")[0]: row for row in rows}
    assert {name: row["goal"] for name, row in values.items() if row["goal"] is not None} == GOALS[only]
    assert all(row["value"] > 0 for name, row in values.items() if row["goal"] is not None)
    for said in OTHERS[only]:
        assert any(row["value"] > 0 for name, row in values.items() if name.startswith(said)), said
    assert all((row["holds"] is None) == (row["goal"] is None) for row in rows)
    assert left_behind(place) == []


@pytest.mark.long
def test_a_bench_that_is_ended_takes_everything_with_it(place: Path) -> None:
    words = [sys.executable, "-m", "gateway.cli", "bench", "--only", "accept"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: list(place.glob("postern-bench-*/data/stock.log")))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == -signal.SIGTERM
    until(lambda: not left_behind(place))


def test_an_unknown_measure_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--only", "speed"]) == 2
    assert f"choose of {', '.join(MEASURES)}" in capsys.readouterr().err


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    row = rate("it", ours=[100, 90, 30], theirs=[50, 100, 60], goal=1.0)
    assert (row.value, row.reference, row.ratio, row.holds) == (90, 60, 0.9, False)
    assert rate("it", ours=[100], theirs=[100], goal=1.0).holds


def test_what_costs_half_is_twice_as_good() -> None:
    row = cost("it", 2.0, 4.0)
    assert (row.ratio, row.goal, row.holds) == (2.0, None, None)
    assert cost("it", 0.0, 4.0).ratio is None


def test_a_limit_must_not_be_reached() -> None:
    assert below("it", 249.9, "ms", 250).holds
    assert below("it", 250.0, "ms", 250).holds is False


def test_no_two_mails_are_alike_and_each_is_as_large_as_asked() -> None:
    maker = Maker(1)
    mails = [maker.mixed("support@one.test", place).content for place in range(50)]
    assert len(set(mails)) == 50
    assert sum(b"multipart/alternative" in mail for mail in mails) == 10
    assert all(1_900 < len(mail) < 2_200 or 9_000 < len(mail) < 11_500 for mail in mails)
    assert 49_000 < len(maker.scan("support@one.test").content) < 51_000
    assert [Maker(1).text("a@b.test")] == [Maker(1).text("a@b.test")]


def test_what_99_of_100_do_not_exceed() -> None:
    assert p99([1.0] * 99 + [100.0]) < 3
    assert p99([1.0] * 90 + [100.0] * 10) == 100


def test_ordinary_mails_are_as_large_as_asked() -> None:
    maker = Maker(1)
    for size in (5_000, 100_000, 1_000_000):
        assert 0.95 * size < len(maker.sized("support@one.test", size).content) < 1.05 * size


def test_hostile_mails_are_what_they_say() -> None:
    assert hostile("100,000 parts", "support@one.test", 1).count(b"--b\r\n") == 100_000
    assert hostile("100 pages", "support@one.test", 1) != hostile("100 pages", "support@one.test", 2)
    assert all(b"To: support@one.test\r\n" in hostile(kind, "support@one.test", 1)[:200] for kind in KINDS)


def test_processor_time_and_memory_are_those_of_a_process() -> None:
    words = [sys.executable, "-c", "kept = bytes(range(256)) * 200_000; print(sum(range(10**7))); input()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert 0.02 < processor.of(process.pid) < 20
        assert 51_000_000 < processor.memory(process.pid) < 100_000_000
        assert process.pid in processor.descendants(os.getpid())
        process.kill()
    assert processor.of(process.pid) == processor.memory(process.pid) == 0
