"""Name servers: the installation's if it names some, and silence is no answer."""

from collections.abc import Iterator

import pytest

from gateway import dns
from gateway.failures import Temporary
from models import resolving
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
    monkeypatch.setattr(resolving, "SECONDS", 0.3)
    with NameServer(mute=("example.test.",)) as names:
        configure(name_servers=names.place)
        with pytest.raises(Temporary, match="no name server answers"):
            dns.mx("example.test")


def test_a_text_is_put_together_of_its_strings(settings: None):
    with NameServer('s._domainkey.x.test. TXT "v=DKIM1; " "p=QUJD"', "x.test. A 192.0.2.1") as names:
        configure(name_servers=names.place)
        assert dns.txt("s._domainkey.x.test") == ("v=DKIM1; p=QUJD",)
        assert dns.txt("x.test") == dns.txt("nowhere.test") == ()


def test_a_place_that_is_none_is_said(settings: None):
    configure(name_servers="ns.example.test")
    with pytest.raises(Temporary, match="POSTERN_NAME_SERVERS"):
        dns.mx("example.test")
