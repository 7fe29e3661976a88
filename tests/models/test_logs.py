"""Logging must never be what stops a process."""

import os
import subprocess
import sys
from pathlib import Path

from tests.gateway.servers import ROOT, on_linux

SPEAK = """
import logging
import structlog
from models import logs

logs.configure(verbose=False)
structlog.get_logger().error("said")
logging.getLogger("library").error("too")
print("went on")
"""
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}  # as most of us run


def speak(log: Path) -> str:
    """What a process does that logs into a file."""
    with log.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", SPEAK], cwd=ROOT, env=BUFFERED, stdout=subprocess.PIPE, stderr=file, check=True
        )
    return done.stdout.decode().strip()


def test_a_line_is_written(tmp_path: Path):
    log = tmp_path / "log"
    assert speak(log) == "went on"
    assert '"event": "said"' in log.read_text()


@on_linux
def test_a_full_disk_costs_the_line_only():
    assert speak(Path("/dev/full")) == "went on"
