"""The bench measures everything, compares it as it says, and leaves nothing behind, however it ends."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cli import main
from gateway.cli.bench.mails import Maker
from gateway.cli.bench.measure import KEYS, below, cost, rate
from gateway.cli.bench.runner import run
from tests.running import ROOT
from tests.waiting import until

PROC = Path("/proc")


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


def test_everything_is_measured_and_nothing_left_behind(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(as_json=True, effort="tiny") == 0
    rows = json.loads(capsys.readouterr().out)
    assert all(tuple(row) == KEYS for row in rows)
    goals = {row["name"]: row["goal"] for row in rows if row["goal"] is not None}
    assert goals == {
        "accept 2 KB": 1.0,
        "accept 50 KB": 1.8,
        "file, 1 organization": 0.6,
        "file, 50 organizations": 0.6,
        "idle: from 250 to the ticket, p99": 250.0,
    }
    values = {row["name"]: row["value"] for row in rows}
    assert all(values[name] > 0 for name in [*goals, "start: until the first 250"])
    assert all((row["holds"] is None) == (row["goal"] is None) for row in rows)
    assert left_behind(place) == []


def test_a_bench_that_is_ended_takes_everything_with_it(place: Path) -> None:
    words = [sys.executable, "-m", "gateway.cli", "bench", "--only", "accept"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: list(place.glob("postern-bench-*/data/stock.log")))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == -signal.SIGTERM
    until(lambda: not left_behind(place))


def test_an_unknown_measure_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--only", "speed"]) == 2
    assert "choose of accept, file, start, latency" in capsys.readouterr().err


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
