"""What the processes say, kept on disk within bounds and shown on the terminal when asked."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

LIMIT_BYTES = 50_000_000
CHUNK = 65_536


def show(text: str) -> None:
    """Write to the terminal; one that is closed (`postern up | head`) is no reason to stop taking mail."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  for the rest of our life


class Voice:
    """What the supervisor itself says: to the operator, and with the time in its own log."""

    def __init__(self, say: Callable[[str], None], log: Path) -> None:
        """Nothing is said yet.

        Args:
            say: shows one line.
            log: keeps it; its folder exists when the first line is said.
        """
        self._say, self._log = say, log

    def __call__(self, line: str) -> None:
        """Say one line; never raises, since who speaks is about to do something that matters."""
        with suppress(OSError):
            self._say(line)
        with suppress(OSError), self._log.open("a") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {line}\n")


def begin(folder: Path) -> None:
    """Start every log anew, keeping the one before beside it as `.1`."""
    folder.mkdir(exist_ok=True, mode=0o700)
    for log in folder.glob("*.log"):
        log.replace(log.with_name(f"{log.name}.1"))


def trim(folder: Path, limit: int = LIMIT_BYTES) -> None:
    """Set a log aside that grew too large; its process appends and never notices.

    Args:
        folder: of the logs.
        limit: bytes of one.
    """
    for log in folder.glob("*.log"):
        if log.stat().st_size > limit:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)


def open_mirrored(log: Path) -> IO[bytes]:
    """A pipe for a process to write to; the running loop copies it to the log and to our own output."""
    reader, writer = os.pipe()
    loop, file = asyncio.get_running_loop(), log.open("ab", buffering=0)
    prefix = f"{log.stem:>15} | "

    def copy() -> None:
        said = os.read(reader, CHUNK)
        if not said:
            loop.remove_reader(reader)
            os.close(reader)
            file.close()
            return
        file.write(said)
        show("".join(f"{prefix}{line}\n" for line in said.decode(errors="replace").splitlines()))

    loop.add_reader(reader, copy)
    return os.fdopen(writer, "wb")
