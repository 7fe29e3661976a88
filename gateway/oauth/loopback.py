"""Where a browser on the same machine brings the code back to: one port of this machine, until one answer came."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self

from gateway.failures import Permanent
from gateway.oauth.redirect import Asked, code_in

DONE = b"Postern has what it needs; this page may be closed.\n"
ELSE = b"This is not what Postern waits for.\n"


class Loopback:
    """Listens on a free port of 127.0.0.1 from entering to leaving the block."""

    def __init__(self) -> None:
        self._came = threading.Event()
        self._paths: list[str] = []
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="loopback")

    @property
    def back(self) -> str:
        """The redirect URI; by name, since that is what Microsoft admits with any port."""
        return f"http://localhost:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def code(self, asked: Asked, seconds: float) -> str:
        """Wait for the browser and read the code it brings.

        Raises:
            Permanent: it did not come in time, or what it brought is no code.
        """
        if not self._came.wait(seconds):
            raise Permanent(f"no browser came back within {seconds:g} s; begin again, or paste the address instead")
        return code_in(asked, self._paths[0])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        came, paths = self._came, self._paths

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_GET(self) -> None:
                ours = self.path.startswith("/?")  # and not the icon that browsers ask for
                self.send_response(200 if ours else 404)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(DONE if ours else ELSE)
                if ours:
                    paths.append(self.path)
                    came.set()

            def log_message(self, *said: object) -> None:
                """Say nothing: the path bears the code."""

        return Handler
