"""The doorbell's server: Redis on a private socket; it may lose everything, the mail is in PostgreSQL."""

import contextlib
import signal
import socket
import time
from pathlib import Path

from gateway.embedded.binaries import redis_binary
from gateway.embedded.child import Program
from gateway.embedded.privilege import own_folder
from gateway.embedded.server import Server

PROBE_SECONDS = 0.5
UNREADABLE = "Bad file format reading the append only file"
FILES = ("appendonly.aof", "appendonlydir")  # up to Redis 6, and from 7 on


class EmbeddedRedis(Server):
    """Redis with an append-only file in `<data>/redis`, refusing writes rather than forgetting when it is full."""

    name = "redis"
    stop_signal = signal.SIGTERM

    def __init__(self, data: Path, *, fast: bool = False) -> None:
        """Nothing is started yet.

        Args:
            data: the instance's folder.
            fast: for tests: keep nothing on disk.
        """
        super().__init__(data)
        self.fast = fast

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.settings.socket_folder / "redis.sock"

    def url(self, scheme: str = "unix") -> str:
        """Its address: `unix` for redis-py, `redis+socket` for Celery."""
        return f"{scheme}://{self.socket}"

    def prepare(self) -> None:
        """Make the folders of its file and its socket; a file it could not read is set aside.

        All it holds are hints, and the sweep rings again: no reason to stand still after a power cut.
        """
        folder = own_folder(self.home / "redis", self.account)
        if self.log.exists() and UNREADABLE in self.last_words():
            for name in FILES:
                with contextlib.suppress(FileNotFoundError):
                    (folder / name).rename(folder / f"{name}.{int(time.time())}")
        own_folder(self.settings.socket_folder, self.account)

    def program(self) -> Program:
        """redis-server in the foreground; it finds its folder as the working directory."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "appendonly": "no" if self.fast else "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "logfile": "",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return Program(
            [str(redis_binary(self.account)), *words],
            folder=self.home / "redis",
            account=self.account,
            environment={"LC_ALL": "C"},
        )

    def ready(self) -> bool:
        """Whether it answers PING (it does not while it reads its file)."""
        with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
            probe.settimeout(PROBE_SECONDS)
            probe.connect(str(self.socket))
            probe.sendall(b"PING\r\n")
            return probe.recv(64).startswith(b"+PONG")
        return False
