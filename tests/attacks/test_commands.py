"""Commands that are none: two in one line, another protocol's, too long or too early."""

import ssl

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, greeted, open_door, stored

MAIL, RCPT, DATA = "MAIL FROM:<evil@b.test>", "RCPT TO:<{address}>", "DATA"
CARRIERS = ("", "NOOP ", "VRFY x", "EHLO x", "MAIL FROM:<a@b.test>", "x" * 2_000, "y" * 300_000)
HIDDEN = (MAIL, RCPT, DATA, "Subject: hidden", "", ".", "QUIT")


def tls_hello() -> bytes:
    """The first bytes of a TLS client."""
    hello = ssl.MemoryBIO()
    talk = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="mx.test")
    with pytest.raises(ssl.SSLWantReadError):
        talk.do_handshake()
    return hello.read()


def mail_of(tenant: Tenant, line_end: str = "\r\n") -> bytes:
    """A whole mail as commands."""
    return "".join(line + line_end for line in HIDDEN).format(address=tenant.address).encode()


@pytest.mark.parametrize("line_end", ["\n", "\r", "\n\r", "\r\r\n"])
def test_case_02_bare_line_ends_in_commands_e2(instance: Settings, tenant: Tenant, line_end: str):
    """aiosmtpd runs each such line as a command of its own: here none of them is run, and the session is over."""
    with open_door(instance) as door:
        for carrier in CARRIERS:
            with greeted(door) as client:
                client.send((carrier + line_end).encode() + mail_of(tenant, line_end) + b"\r\n" + mail_of(tenant))
                said = client.rest()
            assert said == ["521 5.5.2 Bare CR or LF in command"], carrier[:20]
    assert stored(tenant) == []


@pytest.mark.parametrize("bare", [b"\n", b"\r"])
def test_case_02_in_the_middle_of_a_transaction(instance: Settings, tenant: Tenant, bare: bytes):
    """The recipient was taken already; the command with two ends still sends nothing."""
    with open_door(instance) as door, greeted(door) as client:
        client.envelope(tenant.address)
        client.send(b"DATA" + bare + b"Subject: hidden\r\n\r\n.\r\n")
        assert client.rest() == ["521 5.5.2 Bare CR or LF in command"]
    assert stored(tenant) == []


@pytest.mark.parametrize(
    "opening",
    [
        b"POST / HTTP/1.1\r\nHost: mx.test:25\r\nContent-Type: text/plain\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"PROXY TCP4 192.0.2.1 192.0.2.2 1 25\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc0\0\2\2\0\1\0\x19",  # PROXY version 2
        tls_hello(),
    ],
    ids=["POST", "GET", "HTTP2", "PROXY1", "PROXY2", "TLS"],
)
def test_case_13_another_protocol_is_over_within_three_errors(instance: Settings, tenant: Tenant, opening: bytes):
    """A browser made to post a mail (cross-protocol scripting), a balancer's header, TLS without STARTTLS."""
    with open_door(instance) as door, Client(door.port) as client:
        client.send(opening + b"EHLO evil.test\r\n" + mail_of(tenant))
        said = client.rest()
    assert 1 <= len(said) <= 3 + 1  # three errors and the last word
    assert {reply[:1] for reply in said} == {"5"}
    assert stored(tenant) == []


def test_case_14_an_early_talker_is_heard_once_after_the_banner(instance: Settings, tenant: Tenant):
    """Talking before the banner is a spammer's habit, but no proof of one: the door judges nobody before the 250."""
    with open_door(instance) as door, Client(door.port, greeted=False) as client:
        client.send(b"EHLO early.test\r\n" + mail_of(tenant))
        assert [reply[:3] for reply in client.rest()] == ["220", "250", "250", "250", "354", "250", "221"]
    assert [(mail["helo"], mail["mail_from"]) for mail in stored(tenant)] == [("early.test", "evil@b.test")]


def test_case_14_pipelining_without_a_hello_sends_nothing(instance: Settings, tenant: Tenant):
    """Out of order, each command is refused by itself and the mail's own lines are no commands."""
    with open_door(instance) as door, Client(door.port, greeted=False) as client:
        client.send(mail_of(tenant))
        assert [reply[:3] for reply in client.rest()] == ["220", "503", "503", "503", "500", "500", "500", "221"]
    assert stored(tenant) == []
