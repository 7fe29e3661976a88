"""One question to a token server and its answer: over TLS, to a checked address, bounded in time and size.

Nothing is followed: a redirect would carry the secrets in the question to somewhere nobody has checked.
"""

import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from gateway.failures import Permanent, Temporary
from models import reach

SECONDS = 20.0  # for all of a question and its answer
LONGEST = 262_144  # bytes of an answer; tokens with many claims have a few thousand
_CLOSE = {"Connection": "close"}
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", **_CLOSE}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}  # nothing said there leaves the machine (RFC 8252 section 8.3)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        host: who said it.
        status: of HTTP.
        said: the JSON object; empty if it was none.
    """

    host: str
    status: int
    said: Mapping[str, Any] = field(repr=False)


def post(url: str, form: Mapping[str, str], seconds: float = SECONDS) -> Answer:
    """Ask a token server.

    Args:
        url: `https`; `http` only on this machine itself.
        form: the fields.
        seconds: for all of it.

    Raises:
        Permanent: it cannot be asked: a wrong address, or one in a network that is not allowed.
        Temporary: it did not answer, or not with something that can be read.
    """
    host, status, text = ask("POST", url, urlencode(form), _HEADERS, seconds=seconds)
    return Answer(host, status, _object(text))


def ask(
    method: str, url: str, content: str | None = None, headers: Mapping[str, str] = _CLOSE, *, seconds: float = SECONDS
) -> tuple[str, int, bytes]:
    """A question and its answer.

    Args:
        method: of HTTP.
        url: as `post`; errors as well.
        content: what is sent along.
        headers: of the question.
        seconds: for all of it.

    Returns:
        Who answered, its status, and at most one byte more than `LONGEST`.
    """
    host, port, path, secure = _parts(url)
    try:
        with _line(host, port, seconds, secure=secure) as line:
            line.request(method, path, content, dict(headers))
            answer = line.getresponse()
            return host, answer.status, answer.read(LONGEST + 1)
    except reach.Forbidden as forbidden:
        raise Permanent(str(forbidden)) from None
    except ssl.SSLCertVerificationError as error:
        raise Temporary(f"the certificate of {host} is not trusted: {error.verify_message}") from None
    except TimeoutError:
        raise Temporary(f"{host} did not answer within {seconds:g} s") from None
    except (OSError, HTTPException) as error:
        raise Temporary(f"{host} cannot be asked: {type(error).__name__}") from None


def _parts(url: str) -> tuple[str, int, str, bool]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Permanent("the address of a server cannot be read; set the mailbox up anew") from None
    secure = parts.scheme == "https"
    if not host or not (secure or (parts.scheme == "http" and host in LOOPBACK)):
        raise Permanent(f"it is asked by https only, and {host or 'this one'} is not")
    return host, port or (443 if secure else 80), parts._replace(scheme="", netloc="").geturl() or "/", secure


@contextmanager
def _line(host: str, port: int, seconds: float, *, secure: bool) -> Iterator[HTTPConnection]:
    """A connection that is cut when the time is over, however slowly bytes drip in."""
    with reach.connect(host, port, seconds) as plain:
        over = threading.Event()
        handle = plain.dup()
        guard = threading.Timer(seconds, _cut, (handle, over))
        guard.daemon = True
        guard.start()
        line = HTTPConnection(host, port, timeout=seconds)
        try:
            line.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
            yield line
            if over.is_set():
                raise TimeoutError  # what was read ended with the line
        except (OSError, HTTPException):
            if over.is_set():
                raise TimeoutError from None
            raise
        finally:
            guard.cancel()
            handle.close()
            line.close()


def _cut(line: socket.socket, over: threading.Event) -> None:
    over.set()
    with suppress(OSError):  # it was closed just now
        line.shutdown(socket.SHUT_RDWR)


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
