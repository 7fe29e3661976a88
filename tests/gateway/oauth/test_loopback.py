"""A browser on this machine brings the code back; what else calls there is no answer."""

import socket
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from gateway.failures import Permanent
from gateway.oauth.loopback import Loopback
from gateway.oauth.redirect import ask, trade
from tests.token_server import TokenServer


def browser(back: str, path: str) -> str:
    """Go to a page of ours; its answer."""
    with closing(socket.create_connection(("127.0.0.1", urlsplit(back).port or 0), 10)) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return b"".join(iter(lambda: line.recv(4096), b"")).decode()


def test_the_code_comes_back(server: TokenServer, capfd: pytest.CaptureFixture[str]):
    client = server.client()
    with Loopback() as loopback:
        asked = ask(client, loopback.back)
        assert " 404 " in browser(loopback.back, "/favicon.ico")
        ended = server.browse(asked.url)
        assert "may be closed" in browser(loopback.back, ended.removeprefix(loopback.back[:-1]))
        code = loopback.code(asked, 10)
    assert trade(client, asked, code).access in server.valid
    assert capfd.readouterr() == ("", ""), "the code would stand there"


def test_another_page_cannot_slip_us_its_code(server: TokenServer):
    with Loopback() as loopback:
        asked = ask(server.client(), loopback.back)
        browser(loopback.back, "/?code=mine&state=guessed")
        with pytest.raises(Permanent, match="answers another question"):
            loopback.code(asked, 10)


def test_nobody_comes(server: TokenServer):
    with Loopback() as loopback, pytest.raises(Permanent, match="paste the address instead"):
        loopback.code(ask(server.client(), loopback.back), 0.05)
