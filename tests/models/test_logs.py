"""Logging must never be what stops a process."""

import subprocess
import sys
from pathlib import Path

from tests.gateway.servers import ROOT, on_linux

SPEAK = """
import structlog
from models import logs

logs.configure(verbose=False)
structlog.get_logger().error("said")
print("went on")
"""


def speak(log: Path) -> str:
    """What a process does that logs into a file."""
    with log.open("wb") as file:
        done = subprocess.run([sys.executable, "-c", SPEAK], cwd=ROOT, stdout=subprocess.PIPE, stderr=file, check=True)
    return done.stdout.decode().strip()


def test_a_line_is_written(tmp_path: Path):
    log = tmp_path / "log"
    assert speak(log) == "went on"
    assert '"event": "said"' in log.read_text()


@on_linux
def test_a_full_disk_costs_the_line_only():
    assert speak(Path("/dev/full")) == "went on"
