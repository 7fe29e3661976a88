"""Autoconfiguration files: what can be used is read, and nothing in them can do harm."""

import pytest

from gateway.discovery.autoconfig import collection, pages, read
from gateway.discovery.values import Server

ADDRESS = "Support@Example.test"


def file(*servers: str) -> bytes:
    """A file with these servers."""
    said = "".join(servers)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}<clientConfig version="1.1"><emailProvider id="x">{said}</emailProvider></clientConfig>'.encode()


def server(kind: str, host: str, port: object, tls: str, user: str = "%EMAILADDRESS%", way: str = "password-cleartext"):
    """One of them."""
    tag = "outgoingServer" if kind == "smtp" else "incomingServer"
    return (
        f'<{tag} type="{kind}"><hostname>{host}</hostname><port>{port}</port><socketType>{tls}</socketType>'
        f"<username>{user}</username><authentication>{way}</authentication></{tag}>"
    )


def test_the_first_of_each_kind_that_can_be_used():
    content = file(
        server("pop3", "pop.example.test", 995, "SSL"),
        server("imap", "plain.example.test", 143, "plain"),
        server("imap", "IMAP.%EMAILDOMAIN%", 143, "STARTTLS", "%EMAILLOCALPART%"),
        server("imap", "later.example.test", 993, "SSL"),
        server("smtp", "smtp.example.test", 465, "SSL"),
    )
    found = read(ADDRESS, content)
    assert found
    assert found.imap == Server("imap.example.test", 143, "starttls", "Support")
    assert found.smtp == Server("smtp.example.test", 465, "implicit", ADDRESS)
    assert (found.passwords, found.oauth, found.vouched) == (True, "", True)
    assert found.protocol == "imap"


def test_pop3_is_for_where_no_imap_can_be_used():
    content = file(server("imap", "imap.example.test", 143, "plain"), server("pop3", "pop.example.test", 995, "SSL"))
    found = read(ADDRESS, content)
    assert found
    assert (found.imap, found.protocol) == (Server("pop.example.test", 995, "implicit", ADDRESS), "pop3")


def test_a_login_by_oauth_at_a_provider_whose_login_is_known():
    found = read(ADDRESS, file(server("imap", "outlook.office365.com", 993, "SSL", way="OAuth2")))
    assert found
    assert (found.passwords, found.oauth, found.smtp) == (False, "microsoft", None)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
WRONG = {
    "no XML": b"<html>not found",
    "no server": file(),
    "a document type": file(server("imap", "imap.example.test", 993, "SSL")).replace(
        b"<clientConfig", ENTITIES.encode() + b"<clientConfig", 1
    ),
    "another encoding": file(server("imap", "imap.example.test", 993, "SSL")).decode().encode("utf-16"),
    "deep": b"<a>" * 50_000,
    "a host that is none": file(server("imap", "imap.example.test/x", 993, "SSL")),
    "a host with a line": file(server("imap", "imap.example.test&#10;x", 993, "SSL")),
    "a port beyond": file(server("imap", "imap.example.test", 65_536, "SSL")),
    "a port of other digits": file(server("imap", "imap.example.test", "٩٩٣", "SSL")),
    "a control character": file(server("imap", "imap.example.test", 993, "SSL", "me&#127;")),
    "in clear text": file(server("imap", "imap.example.test", 143, "plain")),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_nothing(name: str):
    assert read(ADDRESS, WRONG[name]) is None


def test_all_pages_are_asked_by_https():
    assert [*pages("example.test"), *collection("example.test")] == [
        "https://autoconfig.example.test/mail/config-v1.1.xml",
        "https://example.test/.well-known/autoconfig/mail/config-v1.1.xml",
        "https://autoconfig.thunderbird.net/v1.1/example.test",
    ]
