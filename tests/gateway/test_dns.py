"""Name servers: the installation's if it names some, and silence is no answer."""

import socket
from collections.abc import Iterator

import pytest

from gateway import dns, reach
from gateway.failures import Temporary
from models import settings as module
from models.settings import configure
from tests.name_server import NameServer


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test configures ends with it."""
    monkeypatch.setattr(module, "_overrides", dict(module._overrides))
    yield
    module.settings.cache_clear()


def test_records_are_read(settings: None):
    with NameServer(
        "example.test. MX 20 Second.example.test.", "example.test. MX 10 first.example.test.", "no.test. MX 0 .",
        "_imap._tcp.example.test. SRV 1 2 143 IMAP.example.test.",
    ) as names:  # fmt: skip
        configure(name_servers=names.place)
        assert dns.mx("example.test") == ("first.example.test", "second.example.test")
        assert dns.mx("no.test") == dns.mx("nowhere.test") == dns.mx("_imap._tcp.example.test") == ()
        assert dns.srv("_imap._tcp.example.test") == (dns.Srv(1, 2, 143, "imap.example.test"),)


def test_silence_is_told(settings: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(dns, "SECONDS", 0.3)
    with NameServer(mute=("example.test.",)) as names:
        configure(name_servers=names.place)
        with pytest.raises(Temporary, match="no name server answers"):
            dns.mx("example.test")


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


def test_a_text_is_put_together_of_its_strings(settings: None):
    with NameServer('s._domainkey.x.test. TXT "v=DKIM1; " "p=QUJD"', "x.test. A 192.0.2.1") as names:
        configure(name_servers=names.place)
        assert dns.txt("s._domainkey.x.test") == ("v=DKIM1; p=QUJD",)
        assert dns.txt("x.test") == dns.txt("nowhere.test") == ()


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
    assert dns.name_servers(said) == places


def test_a_place_that_is_none_is_said(settings: None):
    configure(name_servers="ns.example.test")
    with pytest.raises(Temporary, match="POSTERN_NAME_SERVERS"):
        dns.mx("example.test")
