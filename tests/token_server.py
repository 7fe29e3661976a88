"""A small OAuth 2 server over HTTP on the loopback: codes with PKCE, devices, refreshing with rotation, and failures.

It is as strict as the standards let it be: a code is good once, a verifier must fit, a rotated refresh token that comes
a second time revokes the whole login. Hand `client()` to what is tested; the installation must allow `NETWORK`.
"""

import base64
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from gateway.oauth.client import Client
from gateway.oauth.providers import Provider

NETWORK = "127.0.0.1/32"
SCOPE = "mail"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
Reply = tuple[int, Any]
NO: dict[str, Reply] = {
    code: (400, {"error": code, "error_description": "a description that quotes secrets"})
    for code in ("invalid_grant", "invalid_client", "invalid_request", "authorization_pending", "slow_down",
                 "expired_token", "access_denied", "invalid_scope")
}  # fmt: skip
HANG = "hang"
"""Say nothing until the server is closed."""
DRIP = "drip"
"""Say it byte by byte, never all of it."""


@dataclass
class TokenServer:
    """Listens while the block lasts.

    `script` holds answers for the next questions at `/token` or `/device`, before what would be answered otherwise: a
    status with a document (or text), HANG or DRIP. `asked` are the forms that came, `valid` the access tokens given.
    """

    rotating: bool = True
    lasts: int = 3600
    client_id: str = "postern"
    client_secret: str = "the-client-secret"
    script: list[Reply | str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)
    refresh_tokens: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._used: set[str] = set()
        self._codes: dict[str, tuple[str, str]] = {}
        self._devices: dict[str, bool] = {}
        self._turn = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *ended: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def client(self, **changes: str) -> Client:
        """What we are to this server; `changes` of the provider."""
        doors = {"authorize": f"{self.url}/authorize", "token": f"{self.url}/token", "device": f"{self.url}/device"}
        said: dict[str, Any] = {"scope": SCOPE, **doors, **changes}
        return Client(Provider(**said), self.client_id, self.client_secret)

    def browse(self, url: str) -> str:
        """What a browser does whose person says yes: the address that it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.url}/authorize?")
        assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", self.client_id, SCOPE)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(12)
        self._codes[code] = (asked["code_challenge"], asked["redirect_uri"])
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def approve(self) -> None:
        """Somebody types the code of each device that asked."""
        self._devices = dict.fromkeys(self._devices, True)

    def log_in(self) -> str:
        """A refresh token, as somebody who let us in long ago left it."""
        return str(self._tokens()[1]["refresh_token"])

    def answer(self, path: str, form: dict[str, str]) -> Reply | str:
        with self._turn:
            self.asked.append(form)
            if self.script:
                return self.script.pop(0)
            if (form.get("client_id"), form.get("client_secret", "")) != (self.client_id, self.client_secret):
                return NO["invalid_client"]
            grants: dict[str, Callable[[dict[str, str]], Reply]] = {
                "authorization_code": self._code, "refresh_token": self._refresh, DEVICE: self._device,
            }  # fmt: skip
            if path == "/device":
                return self._new_device()
            grant = grants.get(form.get("grant_type", ""))
            return grant(form) if grant else NO["invalid_request"]

    def _tokens(self) -> Reply:
        access, refresh = f"access-{secrets.token_urlsafe(12)}", f"refresh-{secrets.token_urlsafe(12)}"
        self.valid.add(access)
        self.refresh_tokens.add(refresh)
        said = {"access_token": access, "token_type": "Bearer", "expires_in": self.lasts, "refresh_token": refresh}
        return 200, said

    def _code(self, form: dict[str, str]) -> Reply:
        challenge, back = self._codes.pop(form.get("code", ""), ("", ""))
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        fits = base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
        return self._tokens() if fits and form.get("redirect_uri") == back else NO["invalid_grant"]

    def _refresh(self, form: dict[str, str]) -> Reply:
        given = form.get("refresh_token", "")
        if given in self._used:
            self.refresh_tokens.clear()  # somebody has a copy
        if given not in self.refresh_tokens:
            return NO["invalid_grant"]
        status, said = self._tokens()
        if self.rotating:
            self.refresh_tokens.discard(given)
            self._used.add(given)
        else:
            self.refresh_tokens.discard(said.pop("refresh_token"))
        return status, said

    def _new_device(self) -> Reply:
        code = secrets.token_urlsafe(12)
        self._devices[code] = False
        page = {"verification_uri": f"{self.url}/type-it", "user_code": "WDJB-MJHT"}
        return 200, {"device_code": code, "expires_in": 900, "interval": 5, **page}

    def _device(self, form: dict[str, str]) -> Reply:
        approved = self._devices.get(form.get("device_code", ""))
        if approved is None:
            return NO["invalid_grant"]
        return self._tokens() if approved else NO["authorization_pending"]


def _handler(server: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            reply = server.answer(self.path, {name: values[0] for name, values in parse_qs(body).items()})
            if reply == DRIP:
                self._drip()
            elif isinstance(reply, str):
                server.over.wait(60)
            else:
                self._say(*reply)

        def _drip(self) -> None:
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n{")
            while not server.over.wait(0.05):
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return

        def _say(self, status: int, said: Any) -> None:
            content = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{server.url}/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *said: object) -> None:
            pass

    return Handler
