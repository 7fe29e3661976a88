"""Hosts that an organization named are connected to only where that may be, at the address that was looked at."""

import socket
from typing import Any

import pytest

from models.settings import Settings, settings
from workers.outbound.checked import Forbidden, connect


@pytest.fixture(autouse=True)
def _nothing_of_our_own(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    del instance
    monkeypatch.delenv("POSTERN_OWN_NETWORKS", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


PRIVATE = (
    "127.0.0.1", "localhost", "::1", "0.0.0.0", "2130706433", "0x7f.1", "::ffff:127.0.0.1",
    "169.254.169.254", "10.1.2.3",
)  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_what_only_we_can_reach_is_refused_before_a_socket_is_opened(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was connected to"))
    with pytest.raises(Forbidden, match="POSTERN_OWN_NETWORKS"):
        connect(host, 25, 1)


def test_one_forbidden_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 25)) for one in ("8.8.8.8", "192.168.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("it was connected to"))
    with pytest.raises(Forbidden, match=r"192\.168\.0\.1"):
        connect("relay.test", 25, 1)


def test_the_name_is_resolved_once_and_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTERN_OWN_NETWORKS", "127.0.0.0/8")
    settings.cache_clear()
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as open_, socket.create_server(("127.0.0.1", 0)) as shut:
        closed = shut.getsockname()
        shut.close()

        def answer(host: str, *_: object, **__: object) -> Any:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", one) for one in (closed, open_.getsockname())]

        monkeypatch.setattr(socket, "getaddrinfo", answer)
        with connect("relay.test", 25, 2) as line:
            assert line.getpeername() == open_.getsockname()
    assert asked == ["relay.test"]


def test_a_host_that_is_away_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    with pytest.raises(OSError, match="has no address"):
        connect("relay.test", 25, 1)
