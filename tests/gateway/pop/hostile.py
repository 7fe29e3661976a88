"""A small POP3 server that does what it is told, also what no server should; implicit TLS, in threads.

It knows as much of RFC 1939 as the door says to it. A trick takes the place of one command's answer.
"""

import base64
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tests.gateway.imap.hostile import Gone, Hostile, Talk
from tests.imap import Access


class PopTalk(Talk):
    """One connection: a picture of what lay there when it logged in."""

    server: "Pop"

    def __init__(self, server: "Hostile", wire: socket.socket) -> None:
        super().__init__(server, wire)
        self.there: list[tuple[str, bytes]] = []
        self.marked = set[int]()
        self.holds = False

    def serve(self) -> None:
        """Until it is over."""
        greeting = self.server.tricks.get("GREETING")
        try:
            if greeting:
                greeting(self, "", "")
            else:
                self.ok("at your service")
            while True:
                verb, _, said = self.hear().partition(" ")
                self.server.heard.append(f"{verb} {said}".strip())
                trick = self.server.tricks.get(verb)
                (trick or getattr(PopTalk, f"do_{verb.lower()}"))(self, verb, said)
        finally:
            if self.holds:
                self.server.lock.release()
            self.wire.close()

    def ok(self, tag: str = "done") -> None:
        self.say(f"+OK {tag}")

    def lines(self, content: bytes) -> None:
        """What follows an answer, dots before dots."""
        stuffed = content.replace(b"\r\n.", b"\r\n..")
        self.wire.sendall((b"." if stuffed.startswith(b".") else b"") + stuffed + b".\r\n")

    def enter(self, may: bool) -> None:
        if not may:
            self.say("-ERR [AUTH] not today")
        elif not self.server.lock.acquire(blocking=False):
            self.say("-ERR [IN-USE] somebody else is here")
        else:
            self.holds = True
            self.there = list(zip(self.server.uidls, self.server.mails.values(), strict=True))
            self.ok(f"{len(self.there)} mails")

    def do_user(self, _: str, said: str) -> None:
        self.user = said
        self.ok("and?")

    def do_pass(self, _: str, said: str) -> None:
        self.server.said.append(("PASS", f"{self.user} {said}"))
        self.enter(said == self.server.password)

    def do_auth(self, _: str, mechanism: str) -> None:
        self.say("+ ")
        words = base64.b64decode(self.hear()).decode()
        self.server.said.append((mechanism, words))
        if self.server.password not in words:
            self.say("+ eyJzdGF0dXMiOiI0MDEifQ==")
            self.server.said.append(("then", base64.b64decode(self.hear()).decode()))
        self.enter(self.server.password in words)

    def do_list(self, *_: str) -> None:
        self.ok()
        sizes = ((number, self.size(content)) for number, (_, content) in enumerate(self.there, 1))
        self.lines(b"".join(b"%d %d\r\n" % one for one in sizes))

    def size(self, content: bytes) -> int:
        return self.server.lies.get(content, len(content))

    def do_uidl(self, *_: str) -> None:
        self.ok()
        self.lines("".join(f"{number} {uidl}\r\n" for number, (uidl, _) in enumerate(self.there, 1)).encode())

    def do_retr(self, _: str, said: str) -> None:
        self.ok()
        self.lines(self.there[int(said) - 1][1])

    def do_top(self, _: str, said: str) -> None:
        self.ok()
        self.lines(self.there[int(said.split(maxsplit=1)[0]) - 1][1].partition(b"\r\n\r\n")[0] + b"\r\n\r\n")

    def do_dele(self, _: str, said: str) -> None:
        self.marked.add(int(said) - 1)
        self.ok()

    def do_quit(self, *_: str) -> None:
        for place in self.marked:
            with suppress(KeyError):
                self.server.take_away(self.there[place])
        self.ok("bye")
        raise Gone

    def do_stls(self, *_: str) -> None:
        if not self.server.offers_stls:
            self.say("-ERR what?")
            return
        self.ok("begin")
        self.wire = self.server.context.wrap_socket(self.wire, server_side=True)
        self.file.close()
        self.file = self.wire.makefile("rb")


class Pop(Hostile):
    """The server; `mails` are in the order in which they came, whatever their numbers.

    Attributes:
        names: unique-ids of mails that have another than their number.
        lies: sizes that are told in place of the true ones.
        lock: held by who is logged in. offers_stls: whether a connection may be secured later.
    """

    talk = PopTalk

    def __init__(self, certificate: Path, mails: Iterable[bytes] = ()) -> None:
        super().__init__(certificate, mails)
        self.names: dict[int, str] = {}
        self.lies: dict[bytes, int] = {}
        self.lock = threading.Lock()
        self.offers_stls = False

    @property
    def access(self) -> Access:
        return replace(super().access, protocol="pop3")

    @property
    def clear(self) -> Access:
        """How to get in where the first words are in clear text."""
        return replace(self.access, tls="starttls")

    @property
    def uidls(self) -> list[str]:
        """The unique-ids of all mails."""
        return [self.names.get(number, f"id-{number}") for number in self.mails]

    def put(self, *mails: bytes) -> None:
        """Deliver mails."""
        for mail in mails:
            self.mails[max(self.mails, default=0) + 1] = mail

    def take_away(self, mail: tuple[str, bytes]) -> None:
        """Delete a mail."""
        found = dict(zip(self.uidls, self.mails, strict=True))
        self.mails.pop(found[mail[0]])
