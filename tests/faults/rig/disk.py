"""A disk that is really full: a small one of the test's own, which a file fills to the last byte."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CHUNK = 65_536


class Disk:
    """One that is mounted.

    Attributes:
        folder: where.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filling = folder / "filling"

    def fill(self) -> None:
        """Leave no byte."""
        with self._filling.open("ab", buffering=0) as file:
            for size in (CHUNK, 1):
                try:
                    while file.write(bytes(size)):
                        pass
                except OSError as error:
                    assert error.errno == errno.ENOSPC, error  # noqa: PT017  it is what ends the loop

    def full(self) -> bool:
        """Still, since what was freed meanwhile is taken too."""
        self.fill()
        return True

    def clear(self) -> None:
        """There is space again."""
        self._filling.unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mount a disk in memory; the test is skipped where that is not allowed.

    Args:
        folder: where, made when it is missing.
        megabytes: how large.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = f"size={megabytes}m,mode=0700"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "postern-test", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.decode().strip()}")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
