"""Known providers are known by their domains and by the hosts that take mail for their customers."""

import pytest

from gateway.discovery.known import PROVIDERS, at, behind, read


@pytest.mark.parametrize(
    ("address", "imap", "user", "sender", "oauth", "passwords"),
    [
        ("me@GMail.com", "imap.gmail.com", "me@GMail.com", "me@GMail.com", "google", True),
        ("me@outlook.com", "outlook.office365.com", "me@outlook.com", "me@outlook.com", "microsoft", False),
        ("me@icloud.com", "imap.mail.me.com", "me", "me@icloud.com", "", True),
        ("me@web.de", "imap.web.de", "me", "me", "", True),
    ],
)
def test_by_domain(address: str, imap: str, user: str, sender: str, oauth: str, passwords: bool):
    found = read(address)
    assert found
    assert found.smtp
    assert (found.imap.host, found.imap.user, found.smtp.user) == (imap, user, sender)
    assert (found.oauth, found.passwords, found.vouched) == (oauth, passwords, True)


@pytest.mark.parametrize(
    ("exchangers", "imap"),
    [
        (("aspmx.l.google.com", "alt1.aspmx.l.google.com"), "imap.gmail.com"),
        (("example-org.mail.protection.outlook.com",), "outlook.office365.com"),
        (("filter.example.net", "in1-smtp.messagingengine.com"), "imap.fastmail.com"),
        (("mx00.kundenserver.de",), "imap.1und1.de"),
    ],
)
def test_by_exchanger(exchangers: tuple[str, ...], imap: str):
    found = behind("support@example.org", exchangers)
    assert found
    assert found.imap.host == imap
    assert found.imap.user == "support@example.org"


@pytest.mark.parametrize("host", ["google.com.evil.test", "notgoogle.com", "mx.example.org", ""])
def test_a_name_that_only_looks_like_one_is_none(host: str):
    assert behind("support@example.org", [host]) is None


def test_nobody_else_is_known():
    assert read("support@example.org") is None
    assert at("imap.example.org") is None


def test_no_domain_belongs_to_two():
    domains = [domain for one in PROVIDERS for domain in one.domains]
    assert len(domains) == len(set(domains))
