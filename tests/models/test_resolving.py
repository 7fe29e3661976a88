"""Addresses of hosts: from the installation's name servers if it names some, and checked all the same."""

import socket
from collections.abc import Iterator

import pytest

from models import reach, resolving
from models import settings as module
from models.settings import configure
from tests.name_server import NameServer


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test configures ends with it."""
    monkeypatch.setattr(module, "_overrides", dict(module._overrides))
    yield
    module.settings.cache_clear()


def test_connections_ask_the_same_servers_and_addresses_are_still_checked(settings: None):
    with NameServer("imap.example.test. A 127.0.0.1") as names, socket.create_server(("127.0.0.1", 0)) as there:
        port = there.getsockname()[1]
        configure(name_servers=names.place)
        with pytest.raises(reach.Forbidden, match="not in a public network"):
            reach.connect("imap.example.test", port, 5)
        configure(own_networks="127.0.0.0/8")
        reach.connect("imap.example.test", port, 5).close()
        reach.connect("127.0.0.1", port, 5).close()
        with pytest.raises(OSError, match="no address"):
            reach.connect("nowhere.test", port, 5)


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("", []),
        ("192.0.2.1", [("192.0.2.1", 53)]),
        ("192.0.2.1:5353, 2001:db8::1,[2001:db8::2]:5353", [("192.0.2.1", 5353), ("2001:db8::1", 53),
                                                            ("2001:db8::2", 5353)]),
    ],
)  # fmt: skip
def test_places_are_read(said: str, places: list[tuple[str, int]]):
    assert resolving.name_servers(said) == places
