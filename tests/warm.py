"""The desk without its start: a process that has imported all of it forks for each command, as a shell would start one.

What a command does and prints is the same; only importing takes a second of a slow machine each time.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from select import select
from threading import Lock
from typing import Any

ROOT = Path(__file__).parent.parent
Done = subprocess.CompletedProcess[bytes]


class WarmDesk:
    """The forking process, and how to ask it; commands come one after the other."""

    def __init__(self) -> None:
        words = [sys.executable, "-m", "tests.warm"]
        self._process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lock = Lock()
        atexit.register(self._process.communicate)  # it ends with its input

    def __call__(self, words: Sequence[str], environment: Mapping[str, str], seconds: float) -> Done:
        """Run a command to its end.

        Args:
            words: after the program's name.
            environment: of the command, whole.
            seconds: how long at most.

        Raises:
            subprocess.TimeoutExpired: it took longer.
        """
        with self._lock, tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            asked = {"words": list(words), "environment": dict(environment), "out": str(out), "err": str(err)}
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
            if not select([self._process.stdout], [], [], seconds)[0]:
                self._process.kill()
                warm_desk.cache_clear()
                raise subprocess.TimeoutExpired(list(words), seconds)
            code = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(list(words), code, out.read_bytes(), err.read_bytes())


@cache
def warm_desk() -> WarmDesk:
    """The one of this process."""
    return WarmDesk()


def _serve() -> None:
    package = import_module("gateway.cli")
    for module in walk_packages(package.__path__, "gateway.cli."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    for line in sys.stdin.buffer:
        if (pid := os.fork()) == 0:
            os._exit(_play(json.loads(line)))
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        sys.stdout.write(f"{code}\n")
        sys.stdout.flush()


def _play(asked: Mapping[str, Any]) -> int:
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for name, handle in (("out", 1), ("err", 2)):
        os.dup2(os.open(asked[name], os.O_WRONLY | os.O_CREAT, 0o600), handle)
    try:
        return int(import_module("gateway.cli").main(asked["words"]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    _serve()
