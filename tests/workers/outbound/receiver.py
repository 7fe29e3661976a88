"""A program that is told by webhooks: a web server over sockets, with TLS, that answers as it is asked to."""

import base64
import hashlib
import hmac
import json
import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.workers.outbound.certificates import server

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.content)

    def is_signed_with(self, secret: str) -> bool:
        """By the text of the specification, with nothing of the program that signed."""
        key = base64.b64decode(secret.split("_", 1)[1])
        words = b".".join(
            (self.headers["Webhook-Id"].encode(), self.headers["Webhook-Timestamp"].encode(), self.content)
        )
        wanted = base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()
        return [f"v1,{wanted}"] == self.headers["Webhook-Signature"].split(" ")


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # they hang up on us, or refuse our certificate
            super().handle_error(request, client_address)


class Receiver:
    """Listens while the block lasts; `answers` are given one after the other, then 204 to all."""

    def __init__(self, folder: Path, *names: str) -> None:
        context, self.authority = server(folder, "127.0.0.1", *names)
        self.taken: list[Taken] = []
        self.answers: list[Answer] = []
        self.connections = 0
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._server.socket = _wrapped(context, self._server.socket)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *ended: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}/told?a=b"


def saying(status: int, words: bytes = b"", **headers: str) -> Answer:
    """An answer with these words."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(words)))
        handler.end_headers()
        handler.wfile.write(words)

    return answer


def silent(handler: BaseHTTPRequestHandler) -> None:
    """It hangs up instead of an answer."""
    handler.close_connection = True


def dripping(over: threading.Event) -> Answer:
    """An answer whose headers come byte by byte for five seconds; `over` once the other side has gone."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        handler.close_connection = True
        try:
            for _ in range(500):
                handler.wfile.write(b"a")
                over.wait(0.01)
        except OSError:
            over.set()

    return answer


def _wrapped(context: ssl.SSLContext, listening: Any) -> Any:
    return context.wrap_socket(listening, server_side=True, do_handshake_on_connect=False)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def setup(self) -> None:
            super().setup()
            receiver.connections += 1

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.taken.append(Taken(self.path, dict(self.headers.items()), content))
            (receiver.answers.pop(0) if receiver.answers else saying(204))(self)

        def log_message(self, *said: object) -> None:
            pass

    return Handler
