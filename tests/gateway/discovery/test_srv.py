"""SRV records: the best place of each service, and whether the domain itself is there."""

from gateway.discovery.srv import read
from gateway.discovery.values import Server
from gateway.dns import Srv

ADDRESS = "support@example.test"


def test_tls_from_the_first_byte_comes_first_then_priority_then_weight():
    records = {
        "_imaps._tcp": [
            Srv(20, 9, 993, "last.example.test"),
            Srv(10, 1, 993, "second.example.test"),
            Srv(10, 5, 993, "first.example.test"),
        ],
        "_imap._tcp": [Srv(0, 1, 143, "clear.example.test")],
        "_submission._tcp": [Srv(0, 1, 587, "send.example.test")],
    }
    found = read(ADDRESS, records)
    assert found
    assert found.imap == Server("first.example.test", 993, "implicit", ADDRESS)
    assert found.smtp == Server("send.example.test", 587, "starttls", ADDRESS)
    assert found.vouched


def test_a_dot_says_that_it_is_not_offered():
    assert read(ADDRESS, {"_imaps._tcp": [Srv(0, 0, 0, "")]}) is None
    found = read(ADDRESS, {"_imaps._tcp": [Srv(0, 0, 0, "")], "_imap._tcp": [Srv(0, 0, 143, "imap.example.test")]})
    assert found
    assert found.imap.tls == "starttls"


def test_a_host_elsewhere_is_not_vouched_for():
    for host in ("imap.provider.test", "notexample.test", "example.test.evil.test"):
        found = read(ADDRESS, {"_imaps._tcp": [Srv(0, 1, 993, host)]})
        assert found
        assert not found.vouched


def test_a_known_provider_is_recognised():
    found = read(ADDRESS, {"_imaps._tcp": [Srv(0, 1, 993, "outlook.office365.com")]})
    assert found
    assert (found.passwords, found.oauth) == (False, "microsoft")


def test_pop3_is_for_where_there_is_no_imap():
    pop3 = {"_pop3s._tcp": [Srv(0, 1, 995, "pop.example.test")], "_pop3._tcp": [Srv(0, 1, 110, "pop.example.test")]}
    found = read(ADDRESS, pop3)
    assert found
    assert (found.imap, found.protocol) == (Server("pop.example.test", 995, "implicit", ADDRESS), "pop3")
    found = read(ADDRESS, {**pop3, "_imap._tcp": [Srv(0, 1, 143, "imap.example.test")]})
    assert found
    assert (found.imap.host, found.protocol) == ("imap.example.test", "imap")


def test_no_record_is_no_opinion():
    assert read(ADDRESS, {}) is None
