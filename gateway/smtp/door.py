"""The door itself: it listens, lets clients in, watches their time, and closes without losing a mail."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from gateway.addresses import Target
from gateway.flood import Floods
from gateway.metrics import Metrics
from gateway.smtp import replies
from gateway.smtp.callers import Callers
from gateway.smtp.dialogue import Dialogue
from gateway.smtp.limits import Connections, Room
from gateway.smtp.verbs import StrictLMTP, StrictSMTP
from gateway.smtp.wire import LINGER
from models.raw_mail import Arrival
from models.settings import Settings

log = structlog.get_logger()
TICK = 1.0  # seconds between two looks at all connections
CROWDED_IDLE = 10.0  # seconds a client may be idle while others wait for room
DRAIN = 25.0  # seconds for mails under way at SIGTERM; all is over within 30


class Resolves(Protocol):
    """Who knows our addresses (`gateway.addresses.Addresses`)."""

    async def resolve(self, address: str) -> Target | None:
        """Where mail for `address` belongs, None if it is not ours."""


class Accepts(Protocol):
    """Who stores mail (`gateway.accept.Acceptor`), and knows who sends too much of it."""

    floods: Floods

    async def accept(self, arrivals: Sequence[Arrival]) -> None:
        """Return once all of `arrivals` are committed."""


class Door:
    """What all dialogues of one process share.

    Attributes:
        settings: limits and names.
        addresses, acceptor: see `Resolves`, `Accepts`.
        metrics: the counters.
        tls: for STARTTLS, None if it is not offered.
        room: bytes of mails being read.
        draining: the process is about to end.
        hello: the answer to HELO.
        callers: who connects too often.
        ports: where it listens, once it is open.
    """

    def __init__(self, settings: Settings, addresses: Resolves, acceptor: Accepts, metrics: Metrics) -> None:
        self.settings = settings
        self.addresses = addresses
        self.acceptor = acceptor
        self.metrics = metrics
        self.tls = tls_context(settings)
        self.loop = asyncio.get_running_loop()
        self.room = Room(settings.max_queued_bytes)
        self.draining = False
        self.hello = f"250 {settings.hostname}\r\n".encode()
        self._plain_extensions = extensions(settings)
        self._extensions = extensions(settings, "STARTTLS")
        self.ports: list[int] = []
        self.callers = Callers(settings.max_connections_per_minute)
        self._connections = Connections(
            settings.max_connections, settings.max_connections_per_address, settings.max_connections_per_network
        )
        self._dialogues: set[Dialogue] = set()
        self._servers: list[asyncio.Server] = []
        self._settled = asyncio.Event()
        self._tick = min(TICK, settings.idle_seconds / 4, settings.session_seconds / 4)
        self._ticker: asyncio.TimerHandle | None = None

    def extensions(self, *, secure: bool) -> bytes:
        """The answer to EHLO and LHLO.

        Args:
            secure: whether TLS is active; then STARTTLS is no longer offered.
        """
        return self._plain_extensions if secure or self.tls is None else self._extensions

    async def open(self) -> None:
        """Begin to listen.

        Raises:
            OSError: an address is in use.
        """
        await self._listen(self.settings.smtp, lambda: StrictSMTP(self))
        if self.settings.lmtp:
            await self._listen(self.settings.lmtp, lambda: StrictLMTP(self))
        self._ticker = self.loop.call_later(self._tick, self._look)

    async def _listen(self, where: str, make: Callable[[], Dialogue]) -> None:
        host, _, port = where.rpartition(":")
        server = await self.loop.create_server(make, host.strip("[]") or None, int(port), backlog=1024)
        self._servers.append(server)
        self.ports.append(server.sockets[0].getsockname()[1])
        log.info("door open", listening=where)

    def admit(self, dialogue: Dialogue) -> bytes | None:
        """Let a client in; the reply that turns it away, if it is one too many."""
        if self.draining:
            return replies.SHUTTING_DOWN
        if self.callers.turns_away(dialogue.peer):
            self.metrics.refused_connections += 1
            return replies.TOO_OFTEN
        if not self._connections.enter(dialogue.peer):
            self.metrics.refused_connections += 1
            return replies.TOO_MANY_CONNECTIONS
        self._dialogues.add(dialogue)
        self.metrics.connections = self._connections.total
        return None

    def forget(self, dialogue: Dialogue) -> None:
        """A connection is gone."""
        if dialogue in self._dialogues:
            self._dialogues.remove(dialogue)
            self._connections.leave(dialogue.peer)
            self.metrics.connections = self._connections.total
        self.settle()

    def settle(self) -> None:
        """A dialogue may have ended its mail; the last one lets the process end."""
        if self.draining and not any(dialogue.reading_mail for dialogue in self._dialogues):
            self._settled.set()

    def _look(self) -> None:
        """Say goodbye to who is too slow."""
        self._ticker = self.loop.call_later(self._tick, self._look)
        now = self.loop.time()
        idle = self.settings.idle_seconds
        idle = min(idle, CROWDED_IDLE) if self._connections.crowded else idle
        for dialogue in tuple(self._dialogues):
            if dialogue.wire.closing:
                if now - dialogue.wire.active_at > LINGER:
                    dialogue.wire.abort()
            elif word := dialogue.overdue(now, idle, self.settings.session_seconds):
                dialogue.hang_up(word)

    async def close(self) -> None:
        """Stop listening, finish the mails that are being read, tell everybody else 421."""
        self.draining = True
        for server in self._servers:
            server.close()
        for dialogue in tuple(self._dialogues):
            if not dialogue.reading_mail and not dialogue.wire.closing:
                dialogue.hang_up(replies.SHUTTING_DOWN)
        self.settle()
        try:
            await asyncio.wait_for(self._settled.wait(), DRAIN)
        except TimeoutError:
            log.warning("mails cut off at shutdown")
        for dialogue in tuple(self._dialogues):
            if not dialogue.wire.closing:
                dialogue.hang_up(replies.SHUTTING_DOWN)
        if self._ticker:
            self._ticker.cancel()


def extensions(settings: Settings, *more: str) -> bytes:
    """The answer to EHLO (RFC 5321 section 4.1.1.1).

    Args:
        settings: the name and the largest size.
        more: further keywords.
    """
    size = f"SIZE {settings.max_message_bytes}"
    lines = [settings.hostname, "PIPELINING", size, "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", *more]
    return "".join(f"250-{line}\r\n" for line in lines).encode() + b"250 HELP\r\n"


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """The server's side of TLS, if a certificate is configured.

    Raises:
        OSError, ssl.SSLError: it cannot be read.
    """
    if settings.tls_certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return context
