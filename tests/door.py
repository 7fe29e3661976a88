"""A door of a test's own on free ports, and a client that says to it, byte for byte, what a test wants."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import uvloop
from sqlalchemy import text

from gateway.accept import Acceptor
from gateway.addresses import Addresses
from gateway.metrics import Metrics
from gateway.smtp import Door
from models import database
from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant

Result = TypeVar("Result")
PATIENCE = 10.0  # seconds for anything the door should do at once
HOST = "127.0.0.1"


@dataclass
class OpenDoor:
    """The real door with the real commit, in a thread with a loop of its own.

    Attributes:
        rung: what the doorbell was told.
    """

    settings: Settings
    rung: list[tuple[str, list[str]]] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    def __enter__(self) -> Self:
        self.loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self.door = self.run(self._open())
        self.port, *more = self.door.ports
        self.lmtp = more[0] if more else 0
        return self

    def __exit__(self, *error: object) -> None:
        self.run(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the door's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    async def _open(self) -> Door:
        def ring(task: str, ids: list[str]) -> None:
            self.rung.append((task, ids))

        acceptor = Acceptor(self.metrics, ring, max_queued_bytes=self.settings.max_queued_bytes)
        door = Door(self.settings, Addresses(), acceptor, self.metrics)
        await door.open()
        return door

    async def _close(self) -> None:
        await self.door.close()
        for dialogue in tuple(self.door._dialogues):  # a client that is still there, when a test failed
            dialogue.wire.abort()
        while self.door._dialogues:  # noqa: ASYNC110  it takes a turn of the loop or two
            await asyncio.sleep(0)
        await database.hang_up()


@contextmanager
def open_door(settings: Settings, **changes: object) -> Iterator[OpenDoor]:
    """A door with some settings changed, on free ports for SMTP and LMTP."""
    ports: dict[str, object] = {"smtp": f"{HOST}:0", "lmtp": f"{HOST}:0"}
    with OpenDoor(settings.model_copy(update=ports | changes)) as door:
        yield door


class Client:
    """One connection; every read waits for `PATIENCE` seconds at most."""

    def __init__(self, port: int, *, greeted: bool = True) -> None:
        """Connect, and read the banner."""
        self.socket: socket.socket = socket.create_connection((HOST, port), PATIENCE)
        self._buffer = b""
        self.banner = self.reply() if greeted else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()

    def send(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(raw)

    def line(self) -> str:
        """One line of an answer; '' when the door has closed."""
        while b"\r\n" not in self._buffer:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more:
                assert not self._buffer, f"half a line: {self._buffer!r}"
                return ""
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line.decode()

    def reply(self) -> str:
        """One whole answer, its lines joined by a newline; '' when the door has closed."""
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return "\n".join(lines)

    def replies(self, count: int) -> list[str]:
        """Several answers."""
        return [self.reply() for _ in range(count)]

    def say(self, command: bytes | str) -> str:
        """Send a command line and read its answer."""
        self.send((command.encode() if isinstance(command, str) else command) + b"\r\n")
        return self.reply()

    def rest(self) -> list[str]:
        """All answers until the door closes."""
        return list(iter(self.reply, ""))

    def hello(self, verb: str = "EHLO") -> str:
        """Introduce us."""
        return self.say(f"{verb} client.test")

    def envelope(self, *recipients: str, sender: str = "ann@client.test") -> list[str]:
        """MAIL and RCPTs; their answers."""
        return [self.say(f"MAIL FROM:<{sender}>"), *(self.say(f"RCPT TO:<{address}>") for address in recipients)]

    def mail(self, content: bytes, *recipients: str, answers: int = 1, sender: str = "ann@client.test") -> list[str]:
        """A whole transaction with bytes that are already dot-stuffed; the answers to its content."""
        self.envelope(*recipients, sender=sender)
        assert self.say("DATA").startswith("354")
        self.send(content + b".\r\n")
        return self.replies(answers)

    def start_tls(self, behind: bytes = b"") -> None:
        """Secure the connection, trusting any certificate.

        Args:
            behind: plaintext in the same packet as the command.
        """
        self.send(b"STARTTLS\r\n" + behind)
        assert self.reply().startswith("220")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)


@contextmanager
def greeted(door: OpenDoor, verb: str = "EHLO") -> Iterator[Client]:
    """A client that has said hello, by SMTP or (`LHLO`) by LMTP."""
    with Client(door.lmtp if verb == "LHLO" else door.port) as found:
        assert found.hello(verb).startswith("250")
        yield found


def stored(tenant: Tenant) -> list[dict[str, Any]]:
    """What lies in the ledger for an organization, in order of arrival."""
    with transaction(tenant.id) as connection:
        rows = connection.execute(text("SELECT *, host(peer) AS host FROM raw_mail ORDER BY id"))
        return [dict(row._mapping) for row in rows]
