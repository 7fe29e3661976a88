"""A small IMAP server that does what it is told, also what no server should; implicit TLS, in threads.

It knows as much of RFC 3501 as the door says to it. A trick takes the place of one command's answer.
"""

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from tests.imap import HOST, PASSWORD, USER, Access

CAPABILITIES = "IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER IDLE UIDPLUS MOVE"
NOW = "%d-%b-%Y %H:%M:%S +0000"


class Gone(Exception):  # noqa: N818  the client or the trick ended the connection
    """The connection is over."""


class Talk:
    """One connection."""

    def __init__(self, server: "Hostile", wire: socket.socket) -> None:
        self.server, self.wire = server, wire
        self.file = wire.makefile("rb")
        self.selected = False

    def say(self, *lines: str | bytes) -> None:
        """Send lines as they are."""
        for line in lines:
            self.wire.sendall((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def hear(self) -> str:
        """A line of the client."""
        line = self.file.readline()
        if not line:
            raise Gone
        return line.decode().rstrip("\r\n")

    def serve(self) -> None:
        """Until it is over."""
        greeting = self.server.tricks.get("GREETING")
        if greeting:
            greeting(self, "*", "")
        else:
            self.say("* OK at your service")
        while True:
            tag, _, rest = self.hear().partition(" ")
            verb, _, said = rest.partition(" ")
            if verb == "UID":
                verb, _, said = said.partition(" ")
            self.server.heard.append(f"{verb} {said}".strip())
            trick = self.server.tricks.get(verb)
            (trick or getattr(Talk, f"do_{verb.lower()}"))(self, tag, said)

    def ok(self, tag: str) -> None:
        """The usual end."""
        self.say(f"{tag} OK done")

    def do_capability(self, tag: str, _: str) -> None:
        self.say(f"* CAPABILITY {self.server.capabilities}")
        self.ok(tag)

    def do_authenticate(self, tag: str, mechanism: str) -> None:
        self.say("+ ")
        words = base64.b64decode(self.hear()).decode()
        self.server.said.append((mechanism, words))
        if self.server.password in words:
            self.ok(tag)
            return
        if mechanism != "PLAIN":  # RFC 7628 section 3.2.3: the error is a challenge
            self.say("+ eyJzdGF0dXMiOiI0MDEifQ==")
            self.server.said.append(("then", base64.b64decode(self.hear()).decode()))
        self.say(f"{tag} NO [AUTHENTICATIONFAILED] not today")

    def do_examine(self, tag: str, _: str) -> None:
        self.say("* FLAGS (\\Seen \\Deleted)", f"* {len(self.server.mails)} EXISTS", "* 0 RECENT")
        self.say(f"* OK [UIDVALIDITY {self.server.uidvalidity}] as before")
        self.ok(tag)

    do_select = do_examine

    def do_noop(self, tag: str, _: str) -> None:
        self.ok(tag)

    def do_search(self, tag: str, said: str) -> None:
        uids = sorted(self.server.mails)
        if said == "UID *":
            uids = uids[-1:]
        elif found := re.fullmatch(r"UID (\d+):\*", said):
            uids = [uid for uid in uids if uid >= int(found[1])] or uids[-1:]
        self.say(" ".join(["* SEARCH", *map(str, uids)]))
        self.ok(tag)

    def do_fetch(self, tag: str, said: str) -> None:
        wanted, _, items = said.partition(" ")
        chosen = numbers(wanted)
        for place, uid in enumerate(sorted(self.server.mails), 1):
            if uid in chosen:
                mail = self.server.mails[uid]
                if "BODY" in items:
                    self.say(f"* {place} FETCH (UID {uid} BODY[] {{{len(mail)}}}", mail + b")")
                else:
                    dated = self.server.dates.get(uid, datetime.now(UTC)).strftime(NOW)
                    self.say(f'* {place} FETCH (UID {uid} RFC822.SIZE {len(mail)} INTERNALDATE "{dated}")')
        self.ok(tag)

    def do_idle(self, tag: str, _: str) -> None:
        self.say("+ idling")
        self.server.idling.set()
        self.hear()
        self.ok(tag)

    def do_store(self, tag: str, said: str) -> None:
        self.ok(tag)

    def do_expunge(self, tag: str, said: str) -> None:
        self.ok(tag)


Trick = Callable[[Talk, str, str], None]


def numbers(text: str) -> set[int]:
    """The members of a sequence set."""
    found = set[int]()
    for part in text.split(","):
        low, _, high = part.partition(":")
        found |= set(range(int(low), int(high or low) + 1))
    return found


class Hostile:
    """The server.

    Attributes:
        mails: by UID. dates: when they came, if not now. uidvalidity: of the folder.
        tricks: what answers a verb, or greets. capabilities: what it claims.
        heard: commands, without their tags. said: mechanisms and initial answers of logins.
        password: what a login has to hold. idling: set when somebody idles.
        talk: what is said on a connection. context: with which it is secured.
    """

    talk: type[Talk] = Talk

    def __init__(self, certificate: Path, mails: Iterable[bytes] = ()) -> None:
        self.mails = dict(enumerate(mails, 1))
        self.dates: dict[int, datetime] = {}
        self.uidvalidity = 7
        self.tricks: dict[str, Trick] = {}
        self.capabilities = CAPABILITIES
        self.heard: list[str] = []
        self.said: list[tuple[str, str]] = []
        self.password = PASSWORD
        self.idling = threading.Event()
        self.connections = 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate / "ca.pem", certificate / "key.pem")
        self._threads: list[threading.Thread] = []
        self._wires: list[socket.socket] = []

    @property
    def access(self) -> Access:
        """How to get in."""
        port: int = self._listening.getsockname()[1]
        return Access(port, tls="implicit", user=USER, password=self.password)

    def __enter__(self) -> Self:
        self._listening = socket.create_server((HOST, 0), backlog=256)
        self._start(self._accept)
        return self

    def __exit__(self, *error: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(10)

    def hang_up(self) -> None:
        """End all connections."""
        for wire in self._wires:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                wire, _ = self._listening.accept()
                self.connections += 1
                self._wires.append(wire)
                self._start(self._serve, wire)

    def _serve(self, wire: socket.socket) -> None:
        with suppress(OSError, Gone), self._secured(wire) as secured:
            self._wires.append(secured)
            talk = self.talk(self, secured)
            try:
                talk.serve()
            finally:
                talk.file.close()

    def _secured(self, wire: socket.socket) -> socket.socket:
        try:
            return self.context.wrap_socket(wire, server_side=True)
        except OSError:
            wire.close()
            raise
