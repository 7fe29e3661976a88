"""Workers and the clock, each by itself."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.supervisor import PROCESSES
from models.settings import Settings
from tests.running import ROOT

FLEET = [row for row in PROCESSES if "celery" in row.argv]


@contextmanager
def alone(row: int, instance: Settings, folder: Path, **changed: object) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the fleet, started as systemd would."""
    _, *words = (word.replace("{data}", str(folder)) for word in FLEET[row].argv)
    environment = instance.model_copy(update=changed).child_environment()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
