"""One instance on one data folder: its lock, its addresses, and what it tells other commands about itself."""

import errno
import fcntl
import json
import os
import secrets
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from models.settings import Settings

PORTS_TRIED = 100
IN_USE = "already in use"


class InstanceError(RuntimeError):
    """This instance cannot start; the message says why and what to do."""


def lock(home: Path) -> IO[str]:
    """Take the data folder for ourselves, until the file is closed or we die.

    Args:
        home: the data folder, made if missing.

    Raises:
        InstanceError: another `postern up` has it.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (home / "postern.lock").open("a+")
    except OSError as error:
        raise InstanceError(
            f"cannot use {home} as data folder: {error.strerror}; choose another with --data"
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        pid = file.read().strip() or "unknown"
        file.close()
        raise InstanceError(
            f"Postern already runs on {home} (process {pid}). Stop it with `kill {pid}` or Ctrl-C where it runs; "
            "a second one beside it needs its own --data."
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


@dataclass(slots=True)
class Addresses:
    """Where the doors will listen.

    Attributes:
        chosen: setting's name → `HOST:PORT`, None for a door that stays closed.
        moved: names of those whose default port was taken.
        configured: names of those that the operator chose; they do not move.
    """

    chosen: dict[str, str | None] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    configured: list[str] = field(default_factory=list)
    _claims: list[socket.socket] = field(default_factory=list)

    def settle(self, settings: Settings) -> None:
        """Find each door a free port: the configured one, or the next free one after the default.

        What the settings took over from an instance that was killed counts as it did there.

        Raises:
            InstanceError: a configured address cannot be used.
        """
        last = read(settings)
        for name in ("smtp", "lmtp", "http"):
            wanted: str | None = getattr(settings, name)
            if name in settings.model_fields_set and (last.get(name) != wanted or name in last.get("configured", ())):
                self.configured.append(name)
            self.chosen[name] = wanted and self._settle_one(name, wanted, configured=name in self.configured)

    def _settle_one(self, name: str, wanted: str, *, configured: bool) -> str:
        host, port = split(wanted)
        port = port or any_port(host)
        for candidate in range(port, port + 1 if configured else min(port + PORTS_TRIED, 65_536)):
            problem = unusable(host, candidate)
            if problem and (configured or problem != IN_USE):
                raise InstanceError(
                    f"{name} cannot listen on {wanted}: {problem}; choose another with --{name} HOST:PORT"
                )
            if not problem and (configured or self._claim(candidate)):
                self.moved += [name] if candidate != port else []
                return f"{wanted.rpartition(':')[0]}:{candidate}"
        raise InstanceError(f"no free port for {name} after {wanted}; choose one with --{name} HOST:PORT")

    def _claim(self, port: int) -> bool:
        """Reserve a default port against an instance that starts at the same moment (Linux: an abstract socket)."""
        if sys.platform != "linux":
            return True
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0postern-port-{port}")
        except OSError:
            claim.close()
            return False
        self._claims.append(claim)
        return True

    def close(self) -> None:
        """Give up the reservations."""
        while self._claims:
            self._claims.pop().close()


def split(address: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT` or `[IPV6]:PORT`.

    Raises:
        InstanceError: it is not of this form.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:  # noqa: PLR2004  the highest port there is
        raise InstanceError(f"{address!r} is no address; write HOST:PORT, for example 127.0.0.1:2525")
    return host.strip("[]"), int(port)


def reachable(host: str) -> str:
    """The host as a client writes it: one that listens everywhere is found on this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  compared


def any_port(host: str) -> int:
    """A free port, for an address that names none (port 0)."""
    with socket.create_server((host, 0)) as found:
        return int(found.getsockname()[1])


def unusable(host: str, port: int) -> str | None:
    """Why nothing can listen there; None when it can."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.create_server((host, port), family=family):
            return None
    except OSError as error:
        return IN_USE if error.errno == errno.EADDRINUSE else str(error.strerror or error)


def read(settings: Settings) -> dict[str, Any]:
    """What the running or the last instance wrote about itself; empty when there is nothing."""
    try:
        found = json.loads(settings.instance_file.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def announce(settings: Settings, configured: Sequence[str]) -> None:
    """Write `postern.json`, whole or not at all: other commands find the addresses there.

    Args:
        settings: with the addresses as they are used.
        configured: which of them the operator chose.
    """
    content = {
        "pid": os.getpid(),
        "smtp": settings.smtp,
        "lmtp": settings.lmtp,
        "http": settings.http,
        "configured": list(configured),
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    draft = settings.instance_file.with_name(f".postern.json.{secrets.token_hex(4)}")
    draft.write_text(json.dumps(content, indent=2) + "\n")
    draft.replace(settings.instance_file)
