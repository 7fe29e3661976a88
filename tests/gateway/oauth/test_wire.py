"""A token server is asked over TLS at a checked address; what it does instead of answering is bounded and temporary."""

import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from gateway.failures import Permanent, Temporary
from gateway.oauth.wire import post
from models.settings import Settings
from tests.certificates import self_signed
from tests.token_server import DRIP, HANG, TokenServer


def test_a_form_goes_and_an_object_comes(server: TokenServer):
    server.script = [(200, {"found": "ü"})]
    answer = post(f"{server.url}/token", {"a": "1 & 2", "b": "ß"})
    assert (answer.host, answer.status, answer.said) == ("127.0.0.1", 200, {"found": "ü"})
    assert server.asked == [{"a": "1 & 2", "b": "ß"}]


@pytest.mark.parametrize("text", ["", "<html>", "[1]", "null", "[" * 100_000, '{"a": "' + "x" * 300_000 + '"}', "\xff"])
def test_what_is_no_object_is_none(server: TokenServer, text: str):
    server.script = [(200, text)]
    assert post(f"{server.url}/token", {}).said == {}


def test_a_redirect_is_not_followed(server: TokenServer):
    server.script = [(307, "")]
    assert post(f"{server.url}/token", {"refresh_token": "secret"}).status == 307
    assert len(server.asked) == 1


@pytest.mark.parametrize("trouble", [HANG, DRIP])
def test_a_slow_server_is_not_waited_for(server: TokenServer, trouble: str):
    server.script = [trouble]
    began = time.monotonic()
    with pytest.raises(Temporary, match=r"127\.0\.0\.1 did not answer within 0\.5 s"):
        post(f"{server.url}/token", {}, seconds=0.5)
    assert time.monotonic() - began < 15


def test_nobody_there_is_temporary(allowed: None):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(Temporary, match="cannot be asked: ConnectionRefusedError"):
            post(f"http://127.0.0.1:{unused.getsockname()[1]}/token", {})


@pytest.mark.parametrize(
    "url", ["http://login.test/token", "ftp://login.test/", "login.test/token", "", "https://", "https://[::1", "http://10.0.0.1/"]
)  # fmt: skip
def test_secrets_never_leave_the_machine_unprotected(allowed: None, url: str):
    with pytest.raises(Permanent, match=r"https only|cannot be read"):
        post(url, {"refresh_token": "secret"})


def test_a_private_address_is_refused_unless_the_installation_allows_it(instance: Settings):
    with TokenServer() as server, pytest.raises(Permanent, match="POSTERN_OWN_NETWORKS"):
        post(f"{server.url}/token", {"refresh_token": "secret"})
    assert server.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(allowed: None, tmp_path: Path):
    certificate = self_signed(tmp_path, "login.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate["tls_certificate"], certificate["tls_key"])
    got = []

    def serve(listening: socket.socket) -> None:
        client, _ = listening.accept()
        try:
            with client, context.wrap_socket(client, server_side=True) as secure:
                got.append(secure.recv(1000))
        except OSError:
            got.append(b"")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=serve, args=(listening,))
        serving.start()
        with pytest.raises(Temporary, match=r"the certificate of 127\.0\.0\.1 is not trusted"):
            post(f"https://127.0.0.1:{listening.getsockname()[1]}/token", {"refresh_token": "secret"})
        serving.join(30)
    assert got == [b""]
