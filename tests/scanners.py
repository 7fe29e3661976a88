"""rspamd and spamd on the loopback, as far as their protocols go: what holds one of `bad` is spam to them."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Scanner:
    """A scanner that runs.

    Attributes:
        place: `host:port`.
        bad: what it looks for.
        asked: mails it was given, with the headers of the question.
        answer: said in place of an opinion, if there is one.
        silent: it takes the question and says nothing, until it is told to go.
    """

    place: str = ""
    bad: bytes = b"pills"
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: bytes | None = None
    silent: bool = False
    gone: threading.Event = field(default_factory=threading.Event)

    def hears(self, headers: dict[str, str], content: bytes) -> bool:
        """Note a question; whether the mail is spam."""
        self.asked.append((headers, content))
        if self.silent:
            self.gone.wait(30)
        return self.bad in content


@contextmanager
def rspamd() -> Iterator[Scanner]:
    """Its normal worker, which takes `POST /checkv2`."""
    scanner = Scanner()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            is_spam = scanner.hears(dict(self.headers), content)
            said = {
                "score": 17.5 if is_spam else 1.5,
                "required_score": 15.0,
                "action": "reject" if is_spam else "no action",
                "symbols": {"PILLS": {"name": "PILLS", "score": 17.0}, "TINY": {"name": "TINY", "score": 0.0}},
            }
            answer = json.dumps(said).encode() if scanner.answer is None else scanner.answer
            self.send_response(200 if self.path == "/checkv2" else 404)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *said: object) -> None:
            pass

    yield from _running(scanner, ThreadingHTTPServer(("127.0.0.1", 0), Handler))


@contextmanager
def spamd() -> Iterator[Scanner]:
    """SpamAssassin's, which takes `SYMBOLS SPAMC/1.5`."""
    scanner = Scanner()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            command = self.rfile.readline()
            lines = iter(self.rfile.readline, b"\r\n")
            headers = {
                name.decode(): value.decode().strip() for name, _, value in (line.partition(b":") for line in lines)
            }
            content = self.rfile.read(int(headers["Content-length"]))
            is_spam = scanner.hears(headers, content)
            if not command.startswith(b"SYMBOLS SPAMC/1."):
                self.wfile.write(b"SPAMD/1.0 76 Bad header line: (" + command.strip() + b")\r\n")
                return
            verdict, names = (b"True ; 11.2 / 5.0", b"PILLS,HTML_MESSAGE") if is_spam else (b"False ; -0.1 / 5.0", b"")
            head = b"SPAMD/1.1 0 EX_OK\r\nContent-length: %d\r\nSpam: %s\r\n\r\n" % (len(names), verdict)
            self.wfile.write(head + names if scanner.answer is None else scanner.answer)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    yield from _running(scanner, server)


def _running(scanner: Scanner, server: socketserver.TCPServer) -> Iterator[Scanner]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    scanner.place = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield scanner
    finally:
        scanner.gone.set()
        server.shutdown()
        server.server_close()
        thread.join()
