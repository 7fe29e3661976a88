"""The table, and how a row becomes a process."""

from pathlib import Path

import pytest

from gateway.supervisor import PROCESSES, Process
from gateway.supervisor.processes import Child, children
from tests.gateway.servers import ROOT


def test_table_names_each_process_once_and_the_door_first() -> None:
    assert [one.name for one in PROCESSES] == [
        "gateway", "fetcher", "worker-inbound", "worker-outbound", "worker-clock", "beat"
    ]  # fmt: skip
    assert PROCESSES[0].listens
    assert PROCESSES[0].preload


def test_a_row_that_counts_several_has_a_name_and_a_log_for_each(tmp_path: Path) -> None:
    several = children([Process("worker", ("true",), count=2), Process("beat", ("true",))], tmp_path, {})
    assert [one.name for one in several] == ["worker-1", "worker-2", "beat"]
    assert [one.log.name for one in several] == ["worker-1.log", "worker-2.log", "beat.log"]


@pytest.fixture
def preloaded(tmp_path: Path) -> Child:
    """Writes `running` to its log when it runs."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "__main__.py").write_text(
        "def main():\n    print('running')\n    return 7\nif __name__ == '__main__':\n    raise SystemExit(main())\n"
    )
    row = Process("slow", ("python", "-m", "slow"), preload=True)
    return Child(row, 1, tmp_path, {"PYTHONPATH": f"{ROOT}:{tmp_path}"})


def outcome(child: Child) -> tuple[str, int]:
    assert child.process
    code = child.process.wait(20)
    return child.log.read_text(), code


def test_preloaded_process_runs_when_it_is_told_and_at_once_from_then_on(preloaded: Child) -> None:
    preloaded.launch()
    assert preloaded.log.read_text() == ""
    preloaded.run()
    assert outcome(preloaded) == ("running\n", 7)
    preloaded.launch()
    assert outcome(preloaded) == ("running\nrunning\n", 7)


def test_preloaded_process_that_dies_waits_again(preloaded: Child) -> None:
    preloaded.launch()
    assert preloaded.process
    preloaded.process.kill()
    preloaded.process.wait()
    preloaded.launch()
    preloaded.run()
    assert outcome(preloaded) == ("running\n", 7)


def test_word_to_a_process_that_died_is_no_error(preloaded: Child) -> None:
    preloaded.launch()
    assert preloaded.process
    preloaded.process.kill()
    preloaded.process.wait()
    preloaded.run()
    preloaded.launch()
    assert outcome(preloaded) == ("running\n", 7)
