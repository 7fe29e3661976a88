"""The strict command reader: what is no command is never run, and nothing of ours leaks out."""

import ssl

import pytest
from sqlalchemy import text

from gateway.smtp.verbs import StrictLMTP, StrictSMTP
from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, greeted, open_door, stored


class TestLineEnds:
    """RFC 5321 section 2.3.8; Postfix' `smtpd_forbid_bare_newline`."""

    @pytest.mark.parametrize(
        "ended",
        [
            b"MAIL FROM:<a@b.test>\nRCPT TO:<c@d.test>\r\n",
            b"NOOP\nQUIT\n",
            b"NOOP\n",
            b"NO\rOP\r\n",
            b"NOOP\r\r\n",
            b"\n",
            b"MAIL FROM:<a@b.test>\r\r\n",
            b"x" * 3000 + b"\n",
        ],
    )
    def test_a_bare_cr_or_lf_ends_the_session_and_runs_nothing(self, instance: Settings, ended: bytes):
        with open_door(instance) as door, greeted(door) as client:
            client.send(ended + b"NOOP\r\nNOOP\r\n")
            said = client.rest()
            assert len(said) == 1
            assert said[0].startswith(("500", "521"))
            assert not client.socket.recv(1)

    def test_a_command_in_pieces(self, instance: Settings):
        with open_door(instance) as door, greeted(door) as client:
            for piece in (b"N", b"OO", b"P", b"\r", b"\nNOO", b"P\r\n"):
                client.send(piece)
            assert client.replies(2) == ["250 2.0.0 OK"] * 2


class TestCharacters:
    """CVE-like input of the attack catalogue: NUL, 8-bit, escape sequences."""

    @pytest.mark.parametrize(
        "command", [b"NO\0OP", b"NOOP \0", b"NOOP \x1b[2J", b"NOOP \xff", b"EHLO \xc3\xbc.test", b"\xff\xfe", b"\x00"]
    )
    def test_control_and_8bit_characters_are_refused(self, instance: Settings, command: bytes):
        with open_door(instance) as door, greeted(door) as client:
            assert client.say(command)[:3] in {"500", "501"}
            assert client.say("NOOP").startswith("250")

    @pytest.mark.parametrize(
        "argument", [b"FROM:<a\0@b.test>", b"FROM:<a@b.test>\0", b"FROM:<a@b.test> SIZE=1\0", b"FROM:<\xfc@b.test>"]
    )
    def test_in_envelopes_too(self, instance: Settings, argument: bytes):
        with open_door(instance) as door, greeted(door) as client:
            assert client.say(b"MAIL " + argument).startswith("501")
            assert client.say("RCPT TO:<a@b.test>").startswith("503")


class TestLength:
    """RFC 5321 section 4.5.3.1.4."""

    @pytest.mark.parametrize(
        ("command", "code"),
        [
            (b"NOOP " + b"x" * 505, "250"),
            (b"NOOP " + b"x" * 506, "500"),
            (b"NOOP " + b"x" * 5_000, "500"),
            (b"MAIL FROM:<>" + b" " * 1010, "250"),
            (b"MAIL FROM:<>" + b" " * 1011, "500"),
        ],
    )
    def test_limits(self, instance: Settings, command: bytes, code: str):
        with open_door(instance) as door, greeted(door) as client:
            assert client.say(command).startswith(code)
            assert client.say("NOOP").startswith("250")

    def test_ten_megabytes_of_command_are_skipped_and_not_kept(self, instance: Settings):
        with open_door(instance) as door, greeted(door) as client:
            client.send(b"x" * 10_000_000)
            (dialogue,) = door.door._dialogues
            client.send(b"\r\nNOOP\r\n")
            assert client.replies(2) == ["500 5.5.6 Command line too long", "250 2.0.0 OK"]
            assert len(dialogue.wire._pending) < 2048


class TestWrongProtocol:
    """Cross-protocol requests (HTTP, TLS, PROXY) end at once."""

    @pytest.mark.parametrize(
        "line",
        [
            b"GET / HTTP/1.1\r\nHost: x\r\n",
            b"POST /MAIL HTTP/1.1\r\n",
            b"CONNECT x:25 HTTP/1.1\r\n",
            b"PROXY TCP4 1.2.3.4 1.2.3.4 1 25\r\n",
        ],
    )
    def test_closes_at_once(self, instance: Settings, line: bytes):
        with open_door(instance) as door, Client(door.port) as client:
            client.send(line + b"EHLO x\r\nMAIL FROM:<a@b.test>\r\n")
            assert client.rest() == ["554 5.5.0 This is a mail server"]

    def test_tls_hello(self, instance: Settings):
        hello = ssl.MemoryBIO()
        context = ssl.create_default_context()
        talk = context.wrap_bio(ssl.MemoryBIO(), hello, server_hostname="mx.test")
        with pytest.raises(ssl.SSLWantReadError):
            talk.do_handshake()
        with open_door(instance) as door, Client(door.port) as client:
            client.send(hello.read())
            assert client.rest()[0][:3] in {"554", "521"}

    def test_early_talker(self, instance: Settings):
        with open_door(instance) as door, Client(door.port, greeted=False) as client:
            client.send(b"EHLO early.test\r\nNOOP\r\n")
            assert [reply[:3] for reply in client.replies(3)] == ["220", "250", "250"]


class TestPatience:
    """What a client may get wrong, and how often."""

    @pytest.mark.parametrize(
        "bad", [b"WHAT", b"RCPT TO:<a@b.test>", b'MAIL FROM:<">', b"EHLO", b"NOOP \0", b"x" * 2000, b"AUTH PLAIN AA=="]
    )
    def test_too_many_bad_commands(self, instance: Settings, bad: bytes):
        with open_door(instance, bad_commands=4) as door, greeted(door) as client:
            client.send((bad + b"\r\n") * 5_000)
            said = client.rest()
            assert [reply[:1] for reply in said] == ["5"] * 4 + ["4"]
            assert said[-1].startswith("421 4.7.0")

    def test_too_many_commands_without_a_mail(self, instance: Settings):
        with open_door(instance) as door, greeted(door) as client:
            client.send(b"NOOP\r\n" * 3_000)
            said = client.rest()
            assert said[-1].startswith("421 4.7.0")
            assert len(said) == 100

    def test_pipelining_rfc2920(self, instance: Settings, tenant: Tenant):
        with open_door(instance) as door, greeted(door) as client:
            client.send(
                f"MAIL FROM:<a@b.test>\r\nRCPT TO:<{tenant.address}>\r\nRCPT TO:<x@{tenant.domain}>\r\n".encode()
                + b"DATA\r\nSubject: one\r\n\r\n.\r\nMAIL FROM:<>\r\nRSET\r\nQUIT\r\n"
            )
            codes = [reply[:3] for reply in client.rest()]
            assert codes == ["250", "250", "550", "354", "250", "250", "250", "221"]
        assert [mail["content"] for mail in stored(tenant)] == [b"Subject: one\r\n\r\n"]

    def test_what_came_before_the_end_of_the_stream_is_still_answered(self, instance: Settings, tenant: Tenant):
        """`nc` and many scripts close their direction right after QUIT."""
        with open_door(instance) as door, greeted(door) as client:
            client.send(f"MAIL FROM:<a@b.test>\r\nRCPT TO:<{tenant.address}>\r\nDATA\r\nx\r\n.\r\n".encode())
            client.socket.shutdown(1)
            assert [reply[:3] for reply in client.rest()] == ["250", "250", "354", "250"]
        assert len(stored(tenant)) == 1


def test_every_verb_of_aiosmtpd_is_replaced():
    for kind in (StrictSMTP, StrictLMTP):
        verbs = [name for name in dir(kind) if name.startswith("smtp_")]
        assert [name for name in verbs if getattr(kind, name).__module__.startswith("aiosmtpd")] == []


def test_a_surprise_is_451_with_a_reference_and_nothing_else(
    instance: Settings, tenant: Tenant, capsys: pytest.CaptureFixture[str]
):
    """E6: aiosmtpd answers 500 with the text of the exception, which may hold a password."""
    with open_door(instance) as door, greeted(door) as client:
        client.envelope(tenant.address)
        assert client.say("DATA").startswith("354")
        with transaction(tenant.id) as connection:
            connection.execute(text("DELETE FROM mailboxes WHERE id = :id"), {"id": tenant.mailbox})
        client.send(b"secret\r\n.\r\n")
        answer = client.reply()
        reference = answer.rpartition(" ")[2]
        assert answer == f"451 4.3.0 Temporary failure, try again later; reference {reference}"
        assert len(bytes.fromhex(reference)) == 4
        logged = capsys.readouterr()
        assert reference in logged.out + logged.err
        assert "secret" not in logged.out + logged.err
        assert client.say("NOOP").startswith("250")
