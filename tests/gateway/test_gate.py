"""What is loaded early runs when it is told to, and never when there is nobody left to tell."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.gateway.servers import ROOT


@pytest.fixture
def program(tmp_path: Path) -> "subprocess.Popen[str]":
    """Says `loaded`, and `running` when it runs; its exit code is then 7."""
    package = tmp_path / "slow"
    package.mkdir()
    (package / "__main__.py").write_text(
        "print('loaded', flush=True)\ndef main():\n    print('running')\n    return 7\n"
    )
    return subprocess.Popen(
        [sys.executable, "-m", "gateway.gate", "slow"],
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_runs_when_it_is_told(program: "subprocess.Popen[str]") -> None:
    assert program.stdout
    assert program.stdout.readline() == "loaded\n"
    assert program.poll() is None
    said, _ = program.communicate("go")
    assert (said, program.returncode) == ("running\n", 7)


def test_ends_when_nobody_is_left_to_tell(program: "subprocess.Popen[str]") -> None:
    said, _ = program.communicate()
    assert (said, program.returncode) == ("loaded\n", 1)
