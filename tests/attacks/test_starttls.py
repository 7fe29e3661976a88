"""Before and after STARTTLS, and logins at a door where nobody logs in."""

import base64
from pathlib import Path

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, greeted, open_door, stored
from tests.peers import certificate
from tests.waiting import until

Files = dict[str, Path]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Settings with a certificate."""
    return certificate.write(tmp_path_factory.mktemp("tls"), "mx.postern.test")


def test_case_04_plaintext_behind_starttls_cve_2011_0411_cve_2024_34083(instance: Settings, tenant: Tenant, tls: Files):
    """What an attacker on the way puts behind STARTTLS must not become part of the protected session."""
    injected = f"EHLO evil.test\r\nMAIL FROM:<evil@b.test>\r\nRCPT TO:<{tenant.address}>\r\n"
    with open_door(instance, **tls) as door, greeted(door) as client:
        client.envelope(tenant.address, sender="before@b.test")
        client.start_tls(behind=injected.encode())
        assert client.say(f"RCPT TO:<{tenant.address}>") == "503 5.5.1 Need MAIL first"
        assert client.say("MAIL FROM:<a@b.test>") == "503 5.5.1 Say hello first"
        assert client.hello().startswith("250")
        assert client.say("DATA") == "503 5.5.1 Need MAIL first"
        assert client.mail(b"Subject: mine\r\n\r\n", tenant.address)[0].startswith("250")
    (mail,) = stored(tenant)
    assert (mail["mail_from"], mail["helo"], mail["protocol"]) == ("ann@client.test", "client.test", "esmtps")


def test_case_04_a_whole_mail_behind_starttls_is_never_stored(instance: Settings, tenant: Tenant, tls: Files):
    """Neither the client's session nor the attacker's: the mail is gone, and the first command after TLS is ours."""
    injected = f"EHLO e\r\nMAIL FROM:<>\r\nRCPT TO:<{tenant.address}>\r\nDATA\r\nSubject: evil\r\n\r\n.\r\n"
    with open_door(instance, **tls) as door, greeted(door) as client:
        client.start_tls(behind=injected.encode())
        assert client.say("NOOP") == "250 2.0.0 OK"
    assert stored(tenant) == []


def test_case_04_a_handshake_that_never_comes_ends(instance: Settings, tls: Files):
    """A client that says STARTTLS and then nothing has the same time as any other."""
    with open_door(instance, idle_seconds=0.3, **tls) as door, greeted(door) as client:
        assert client.say("STARTTLS").startswith("220")
        client.send(b"\x16\x03\x01")  # the beginning of a TLS hello
        until(lambda: not door.metrics.connections, 10)


def attempts(user: str) -> tuple[str, ...]:
    """One user by every usual mechanism (RFC 4954, RFC 4616, RFC 2195)."""
    plain = base64.b64encode(f"\0{user}\0hunter2-canary".encode()).decode()
    name = base64.b64encode(user.encode()).decode()
    return f"AUTH PLAIN {plain}", "AUTH PLAIN", f"AUTH LOGIN {name}", "AUTH CRAM-MD5", "AUTH *"


@pytest.mark.parametrize("secure", [False, True])
def test_case_05_no_login_is_offered_and_none_is_logged_rfc4954(
    instance: Settings, tenant: Tenant, tls: Files, capfd: pytest.CaptureFixture[str], secure: bool
):
    """Not 538, which asks for TLS first: there is no AUTH at this door with TLS either, so it is 502."""
    canaries = [attempt.split()[-1] for attempt in attempts(tenant.agent_address) if len(attempt) > 20]
    with open_door(instance, **tls) as door, greeted(door) as client:
        if secure:
            client.start_tls()
        assert "AUTH" not in client.hello()
        for attempt in attempts(tenant.agent_address):
            assert client.say(attempt) == "502 5.5.1 Not implemented"
        assert client.mail(b"Subject: x\r\n\r\n", tenant.address)[0].startswith("250")
    assert [mail["mail_from"] for mail in stored(tenant)] == ["ann@client.test"]
    logged = "".join(capfd.readouterr())
    assert not [canary for canary in (*canaries, "hunter2") if canary in logged]


def test_case_06_guessing_logins_ends_and_tells_nothing(instance: Settings, tenant: Tenant):
    """There is no password to guess, so nobody is blocked for an hour: a known and an unknown user hear the same, and
    every session ends after a few attempts."""
    heard = []
    for user in (tenant.agent_address, "nobody@elsewhere.test"):
        with open_door(instance, bad_commands=5) as door, greeted(door) as client:
            client.send("".join(f"{attempt}\r\n" for attempt in attempts(user) * 20).encode())
            heard.append(client.rest())
    assert heard[0] == heard[1] == ["502 5.5.1 Not implemented"] * 5 + ["421 4.7.0 Too many errors"]
    assert stored(tenant) == []


def test_case_06_a_login_word_is_no_command(instance: Settings, tenant: Tenant):
    """A client that sends its password unasked: the line is refused, and not what follows."""
    with open_door(instance) as door, Client(door.port) as client:
        client.hello()
        client.send(b"AUTH LOGIN\r\naHVudGVyMg==\r\n")
        assert [reply[:3] for reply in client.replies(2)] == ["502", "500"]
        assert client.mail(b"Subject: x\r\n\r\n", tenant.address)[0].startswith("250")
    assert len(stored(tenant)) == 1
