"""A real `postern up` of a test's own: own data folder, own free ports, started and stopped like an operator does."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

from tests.waiting import until
from tests.warm import warm_desk

ROOT = Path(__file__).parent.parent
FROM_CLONE = (sys.executable, "-m", "gateway.cli")
START_SECONDS = 60.0
COMMAND_SECONDS = 60.0
STOP_SECONDS = 30.0  # what the README promises
_random = SystemRandom()


def free_port() -> int:
    """A port of this machine that nobody listens on at this moment.

    It is none that the system gives to outgoing connections, which would take it while its owner is being restarted.
    """
    while True:
        port = _random.randrange(15_000, 32_768)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class Postern:
    """One instance; a context manager that starts it and stops it in order.

    Attributes:
        smtp, lmtp, http: ports of its doors.
        data: its folder.
        process: the supervisor, once started.
    """

    def __init__(
        self,
        data: Path,
        *,
        command: Sequence[str] = FROM_CLONE,
        folder: Path = ROOT,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        """Nothing is started yet.

        Args:
            data: its folder, may be missing.
            command: how the desk is called.
            folder: where the commands run.
            settings: further ones by name, such as `relay`.
        """
        self.data = data
        self.smtp, self.lmtp, self.http = free_port(), free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._command = tuple(command)
        self._folder = folder
        given = {f"POSTERN_{name.upper()}": str(value) for name, value in (settings or {}).items()}
        self._environment = {**clean_environment(), **given}
        self._log = data.with_name(f"{data.name}.out")

    def __enter__(self) -> Self:
        """Start it and wait until it says that it is ready."""
        doors = [f"--{name}=127.0.0.1:{getattr(self, name)}" for name in ("smtp", "lmtp", "http")]
        words = [*self._command, "up", f"--data={self.data}", *doors]
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                words, cwd=self._folder, env=self._environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        try:
            until(self._is_ready, START_SECONDS)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def stop(self) -> int:
        """Ask it to end, and wait for that.

        Returns:
            Its exit code.

        Raises:
            subprocess.TimeoutExpired: it does not end in time; it is then killed.
        """
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def desk(self, *words: str) -> Any:
        """What a command of the desk prints with `--json`."""
        return json.loads(self.output(*words, "--json"))

    def output(self, *words: str) -> bytes:
        """What a command of the desk prints, as bytes."""
        done = self._run([*words, f"--data={self.data}"])
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def said(self) -> str:
        """What it printed so far."""
        return self._log.read_text(errors="replace")

    def _run(self, words: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        if self._command == FROM_CLONE:
            return warm_desk()(words, self._environment, COMMAND_SECONDS)
        return subprocess.run(
            [*self._command, *words],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )

    def _is_ready(self) -> bool:
        """Once it has written down who and where it is, everything is started; then its doors must be able to serve."""
        assert self.process is not None
        assert self.process.poll() is None, f"postern up ended with {self.process.returncode}:\n{self.said()}"
        try:
            if json.loads((self.data / "postern.json").read_text())["pid"] != self.process.pid:
                return False
            with urlopen(f"http://127.0.0.1:{self.http}/readyz", timeout=5) as answer:
                ready: bool = answer.status == 200
                return ready
        except (FileNotFoundError, URLError, ConnectionError, TimeoutError):
            return False


def clean_environment() -> dict[str, str]:
    """Ours, without what would point the instance, or its Python, at somebody else's things."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("POSTERN_", "PYTHON"))}
