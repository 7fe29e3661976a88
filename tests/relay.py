"""A mail server that takes letters over real sockets and does at each stage what a test tells it to."""

import socket
import ssl
from base64 import b64decode
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import BinaryIO, Self

DROP = "drop"
"""Close the connection instead of answering."""
HANG = "hang"
"""Answer nothing until the relay is closed."""
USUAL = {
    "connect": "220 relay.test ESMTP", "mail": "250 2.1.0 ok", "rcpt": "250 2.1.5 ok", "data": "354 go on",
    "dot": "250 2.0.0 taken", "rset": "250 2.0.0 ok", "noop": "250 2.0.0 ok", "quit": "221 2.0.0 bye",
    "starttls": "220 2.0.0 ready", "auth": "235 2.7.0 welcome",
}  # fmt: skip


@dataclass
class Taken:
    """A letter as it came: envelope arguments verbatim, bytes with dot-stuffing undone."""

    mail: str
    rcpt: list[str]
    content: bytes
    encrypted: bool
    login: str


@dataclass
class FakeRelay:
    """Listens on a free port of the loopback. `script` gives a stage's next answers; `rcpt` those for an address."""

    extensions: list[str] = field(default_factory=lambda: ["SIZE 50000000", "8BITMIME"])
    context: ssl.SSLContext | None = None
    implicit_tls: bool = False
    script: dict[str, list[str]] = field(default_factory=dict)
    rcpt: dict[str, str] = field(default_factory=dict)
    letters: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0
    over: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._pending = {stage: deque(answers) for stage, answers in self.script.items()}
        self._server = socket.create_server(("127.0.0.1", 0))
        self._clients: list[socket.socket] = []
        self._threads = [Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        port: int = self._server.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def then(self, stage: str, *answers: str) -> Self:
        """Queue answers for a stage; after them it answers as usual."""
        self._pending.setdefault(stage, deque()).extend(answers)
        return self

    def hang_up(self) -> None:
        """Close every connection, as a relay does with idle ones."""
        for client in self._clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.over.set()
        self.hang_up()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(5)

    def answer(self, stage: str) -> str:
        queued = self._pending.get(stage)
        return queued.popleft() if queued else USUAL[stage]

    def _listen(self) -> None:
        with suppress(OSError):
            while not self.over.is_set():
                client, _ = self._server.accept()
                self.connections += 1
                self._clients.append(client)
                thread = Thread(target=self._serve, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError, _Ended):
            _Conversation(self, _wrapped(client, self.context) if self.implicit_tls else client).run()


class _Ended(Exception):  # noqa: N818  it is how a conversation stops, not an error
    pass


class _Conversation:
    def __init__(self, relay: FakeRelay, client: socket.socket) -> None:
        self.relay, self.client = relay, client
        self.encrypted = isinstance(client, ssl.SSLSocket)
        relay._clients.append(client)  # the socket that TLS was put over is none any more
        self.lines: BinaryIO = client.makefile("rb")
        self.login = self.mail = ""
        self.rcpt: list[str] = []

    def run(self) -> None:
        try:
            self.reply("connect")
            while line := self.lines.readline():
                self.relay.said.append(line.decode("utf-8", "replace").strip())
                verb, _, words = self.relay.said[-1].partition(" ")
                getattr(self, f"do_{verb.lower()}")(words)
        finally:
            self.lines.close()
            self.client.close()

    def reply(self, stage: str, instead: str = "") -> bool:
        answer = instead or self.relay.answer(stage)
        if answer == HANG:
            self.relay.over.wait(30)
        if answer in {HANG, DROP}:
            raise _Ended
        self.client.sendall(f"{answer}\r\n".encode())
        if answer.startswith("421"):
            raise _Ended
        return answer[:1] in "23"

    def do_ehlo(self, words: str) -> None:
        offered = [*self.relay.extensions]
        if self.relay.context and not self.encrypted and "STARTTLS" not in offered:
            offered.append("STARTTLS")
        lines = [f"relay.test greets {words}", *offered]
        text = "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)
        self.reply("ehlo", self.relay.answer("ehlo") if self.relay._pending.get("ehlo") else text)

    def do_helo(self, _: str) -> None:
        self.reply("helo", "250 relay.test")

    def do_starttls(self, _: str) -> None:
        if self.reply("starttls"):
            self.lines.close()
            self.client = _wrapped(self.client, self.relay.context)
            self.relay._clients.append(self.client)
            self.lines, self.encrypted = self.client.makefile("rb"), True

    def do_auth(self, words: str) -> None:
        self.login = b64decode(words.partition(" ")[2]).decode().replace("\0", ":")
        self.reply("auth")

    def do_mail(self, words: str) -> None:
        self.mail, self.rcpt = "", []
        if self.reply("mail"):
            self.mail = words

    def do_rcpt(self, words: str) -> None:
        address = words.partition("<")[2].partition(">")[0]
        if not self.mail:
            self.reply("rcpt", "503 5.5.1 MAIL first")
        elif self.reply("rcpt", self.relay.rcpt.get(address, "")):
            self.rcpt.append(words)

    def do_data(self, _: str) -> None:
        usual = self.rcpt or self.relay._pending.get("data")
        if self.reply("data", "" if usual else "554 5.5.1 no valid recipients"):
            content = b"".join(self._body())
            answer = self.relay.answer("dot")
            if answer.startswith("2"):
                self.relay.letters.append(Taken(self.mail, self.rcpt, content, self.encrypted, self.login))
            self.reply("dot", answer)

    def _body(self) -> Iterator[bytes]:
        while (line := self.lines.readline()) != b".\r\n":
            if not line:
                raise _Ended
            yield line.removeprefix(b".")

    def do_rset(self, _: str) -> None:
        self.reply("rset")

    def do_noop(self, _: str) -> None:
        self.reply("noop")

    def do_quit(self, _: str) -> None:
        self.reply("quit")
        raise _Ended


def _wrapped(client: socket.socket, context: ssl.SSLContext | None) -> ssl.SSLSocket:
    assert context
    return context.wrap_socket(client, server_side=True)


@contextmanager
def running(**how: object) -> Iterator[FakeRelay]:
    """A relay for one test; the arguments are the fields of `FakeRelay`."""
    relay = FakeRelay(**how)  # type: ignore[arg-type]  # the fields check themselves when a test is wrong
    try:
        yield relay
    finally:
        relay.close()
