"""A door as a process of its own, where its end or its memory matters."""

import subprocess
import sys
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from models.settings import Settings
from tests.door import Client
from tests.running import ROOT, free_port
from tests.waiting import until


class Process:
    """One `python -m gateway`; at the end of a `with` block it is killed."""

    def __init__(self, settings: Settings, log: Path, **changes: object) -> None:
        """Start it and wait until it listens.

        Args:
            settings: of its instance.
            log: the file it writes to.
            changes: settings of its own.
        """
        self.port, self.http, self.log = free_port(), free_port(), log
        ports = {"smtp": f"127.0.0.1:{self.port}", "http": f"127.0.0.1:{self.http}"}
        chosen = settings.model_copy(update=ports | changes)
        with log.open("wb") as output:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "gateway"],
                cwd=ROOT,
                env=chosen.child_environment(),
                stderr=output,
                stdout=output,
            )
        until(self.listens)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.running.kill()
        self.running.wait()

    def listens(self) -> bool:
        """Whether it takes connections."""
        assert self.running.poll() is None, self.log.read_text()
        try:
            Client(self.port).socket.close()
        except ConnectionRefusedError:
            return False
        return True

    def page(self, path: str) -> bytes:
        """A page of its window; b'' as long as it is not open."""
        try:
            with urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=5) as answer:
                body: bytes = answer.read()
                return body
        except URLError:
            return b""

    def memory(self, *, peak: bool = False) -> int:
        """Bytes of memory it occupies, or the most it did since `forget_peak`."""
        status = Path(f"/proc/{self.running.pid}/status").read_text()
        word = "VmHWM" if peak else "VmRSS"
        (line,) = (line for line in status.splitlines() if line.startswith(word))
        return int(line.split()[1]) * 1024

    def forget_peak(self) -> None:
        """Measure the peak from here on (proc(5), clear_refs)."""
        Path(f"/proc/{self.running.pid}/clear_refs").write_text("5")
