"""Sources are asked in order, over real sockets; the first opinion wins, and silence is told."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.discovery.search import SOURCES, by_autoconfig, search
from gateway.discovery.values import Protocol, Server, Servers
from gateway.failures import Temporary
from models import settings as module
from models.settings import configure
from tests.gateway.discovery.test_autoconfig import file, server
from tests.name_server import NameServer
from tests.web_server import WebServer
from tests.workers.outbound import certificates

ADDRESS = "support@example.test"
DNS = SOURCES[3:]


@pytest.fixture
def near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Servers on this machine may be reached, and the folder's certificate is trusted."""
    monkeypatch.setattr(module, "_overrides", dict(module._overrides))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    configure(own_networks="127.0.0.0/8")
    yield tmp_path
    module.settings.cache_clear()


FILE = file(server("imap", "imap.example.test", 993, "SSL"))


def test_the_first_file_that_can_be_used_wins(near: Path):
    context, _ = certificates.server(near)
    with WebServer(context, {"/broken": b"<", "/good": FILE}) as web:
        found = by_autoconfig([f"{web.url}/{name}" for name in ("none", "broken", "good", "never")], ADDRESS)
    assert found
    assert found.imap.host == "imap.example.test"
    assert web.asked == ["/none", "/broken", "/good"]


def test_a_redirect_is_not_followed_and_a_flood_is_not_read(near: Path):
    context, _ = certificates.server(near)
    files = {"/flood": FILE + b" " * 262_144, "/there": FILE}
    with WebServer(context, files) as web:
        files["/away"] = f"{web.url}/there".encode()
        assert by_autoconfig([f"{web.url}/away", f"{web.url}/flood"], ADDRESS) is None
    assert web.asked == ["/away", "/flood"]


def test_a_certificate_that_nobody_trusts_is_said(near: Path, tmp_path_factory: pytest.TempPathFactory):
    certificates.server(near)
    context, _ = certificates.server(tmp_path_factory.mktemp("other"))
    with WebServer(context, {"/good": FILE}) as web, pytest.raises(Temporary, match="is not trusted"):
        by_autoconfig([f"{web.url}/good"], ADDRESS)
    assert web.asked == []


def test_only_https_is_asked(near: Path):
    found = search(ADDRESS, [("a page", lambda address: by_autoconfig(["http://example.test/x"], address))])
    assert found.servers is None
    assert "by https only" in found.silent[0]


def test_srv_records_come_before_exchangers(near: Path):
    records = ("_imaps._tcp.example.test. SRV 0 1 993 imap.example.test.", "example.test. MX 10 aspmx.l.google.com.")
    with NameServer(*records) as names:
        configure(name_servers=names.place)
        found = search(ADDRESS, DNS)
    assert found.servers
    assert (found.servers.imap.host, found.source) == ("imap.example.test", "the domain's SRV records")
    assert "example.test. MX" not in names.asked


def test_exchangers_name_a_known_provider_and_silence_is_told(near: Path):
    with NameServer("example.test. MX 20 mx.example.test.", "example.test. MX 10 aspmx.l.google.com.") as names:
        configure(name_servers=names.place)
        found = search(ADDRESS, DNS)
    assert found.servers
    assert found.servers.imap.host == "imap.gmail.com"
    assert found.silent == ("the domain's SRV records: nothing",)


def test_pop3_waits_until_nobody_knows_of_imap(near: Path):
    def offers(protocol: Protocol) -> Servers:
        return Servers(Server(f"{protocol}.example.test", 995, "implicit", ADDRESS), None, protocol=protocol)

    pop3 = [("one", lambda _: offers("pop3")), ("two", lambda _: None), ("three", lambda _: offers("pop3"))]
    found = search(ADDRESS, pop3)
    assert found.servers == offers("pop3")
    assert (found.source, found.silent) == ("one", ("one: POP3 alone", "two: nothing", "three: POP3 alone"))
    found = search(ADDRESS, [*pop3, ("four", lambda _: offers("imap"))])
    assert (found.servers, found.source) == (offers("imap"), "four")


def test_nothing_is_found_where_nothing_is(near: Path):
    with NameServer() as names:
        configure(name_servers=names.place)
        found = search(ADDRESS, DNS)
    assert found.servers is None
    assert len(found.silent) == 2


def test_known_providers_are_asked_of_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *said: pytest.fail("somebody was asked"))
    found = search("me@gmail.com")
    assert (found.source, found.silent) == ("the list of known providers", ())
