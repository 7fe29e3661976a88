"""A wall clock that a test sets, for the processes it starts and nobody else."""

import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("clock.c")


class WrongClock:
    """Right until it is set.

    Attributes:
        environment: what a process is given to read it.
    """

    def __init__(self, folder: Path) -> None:
        """Compile what stands between a program and the clock; the test is skipped where there is no compiler."""
        library, self._file = folder / "clock.so", folder / "clock"
        try:
            subprocess.run(["cc", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
        except FileNotFoundError:
            pytest.skip("a wrong clock needs a C compiler (cc)")
        self.environment = {"LD_PRELOAD": str(library), "WRONG_CLOCK": str(self._file)}
        self.set(0)

    def set(self, seconds: int) -> None:
        """Be wrong by so much, from now on."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(seconds.to_bytes(8, "little", signed=True))
