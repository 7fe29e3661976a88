"""The machine that mail is kept on: its Python, the keys, room on the disk."""

import platform
import shutil
import stat
from collections.abc import Iterable
from email.policy import compat32
from pathlib import Path

from gateway.cli.checks.finding import Finding, fail, ok, warn
from models.settings import settings

LITTLE_SHARE, LITTLE_BYTES = 0.1, 1 << 30  # less than both is little room
NO_BYTES = 100 << 20
SHARED = stat.S_IRWXG | stat.S_IRWXO


def python() -> Iterable[Finding]:
    """CVE-2024-6923: `email` writes header values with line ends in them; the mended one can refuse them."""
    said = f"Python {platform.python_version()}"
    if hasattr(compat32, "verify_generated_headers"):
        yield ok("python", said)
    else:
        advice = "every letter is parsed again before it goes out, so nothing is open; take a newer patch release"
        yield warn("python", f"{said} has CVE-2024-6923 (header injection in its email package)", advice)


def keys() -> Iterable[Finding]:
    """Who reads the keys can sign reply addresses."""
    folder = settings().keys
    if not folder.exists():
        yield warn("keys", f"{folder} is not there yet", "start `postern up` once, with the same --data")
        return
    open_to_others = [path for path in (folder, *folder.iterdir()) if path.stat().st_mode & SHARED]
    if open_to_others:
        names = " ".join(str(path) for path in open_to_others)
        yield fail("keys", f"others can use the keys: {names}", f"chmod go= {names}")
    else:
        yield ok("keys", f"{folder} is private; it is part of every backup")


def disk() -> Iterable[Finding]:
    """A full disk is a closed door (452)."""
    folder = _existing(settings().home)
    usage = shutil.disk_usage(folder)
    said = f"{usage.free / (1 << 30):.1f} GiB of {usage.total / (1 << 30):.1f} GiB free at {folder}"
    advice = "make room, or move the data folder with --data"
    if usage.free < NO_BYTES:
        yield fail("disk", said, advice)
    elif usage.free < min(LITTLE_SHARE * usage.total, LITTLE_BYTES):
        yield warn("disk", said, advice)
    else:
        yield ok("disk", said)


def failpoints() -> Iterable[Finding]:
    """Nothing to say where it should be, in production: nobody listens there."""
    if folder := settings().failpoints:
        advice = "unset POSTERN_FAILPOINTS; it is for tests"
        yield fail("failpoints", f"whoever can write into {folder} can kill processes that hold mail", advice)


def _existing(path: Path) -> Path:
    return next(one for one in (path, *path.parents) if one.exists())
