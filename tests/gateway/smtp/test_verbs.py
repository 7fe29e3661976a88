"""What may be said in which order, and what is answered."""

import re
import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from models.database import transaction
from models.settings import Settings
from tests.certificates import self_signed
from tests.conftest import Tenant
from tests.door import Client, greeted, open_door, stored
from tests.waiting import until


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Settings with a self-signed certificate."""
    return self_signed(tmp_path_factory.mktemp("tls"), "mx.postern.test")


class TestHello:
    """RFC 5321 section 4.1.1.1."""

    def test_what_is_announced(self, instance: Settings):
        with open_door(instance) as door, Client(door.port) as client:
            assert client.banner.startswith("220 mx.postern.test ESMTP")
            lines = [line[4:] for line in client.hello().splitlines()]
            assert lines[0] == "mx.postern.test"
            assert set(lines[1:]) == {
                "PIPELINING", f"SIZE {instance.max_message_bytes}", "8BITMIME", "SMTPUTF8",
                "ENHANCEDSTATUSCODES", "HELP",
            }  # fmt: skip

    def test_helo_has_one_line(self, instance: Settings):
        with open_door(instance) as door, Client(door.port) as client:
            assert client.hello("HELO") == "250 mx.postern.test"

    @pytest.mark.parametrize("argument", ["", " ", "two words", "x" * 256])
    def test_needs_a_name(self, instance: Settings, argument: str):
        with open_door(instance) as door, Client(door.port) as client:
            assert client.say(f"EHLO {argument}").startswith("501")
            assert client.say("MAIL FROM:<>").startswith("503")

    def test_a_second_hello_forgets_the_mail(self, instance: Settings, tenant: Tenant):
        with open_door(instance) as door, greeted(door) as client:
            client.envelope(tenant.address)
            client.hello()
            assert client.say("DATA").startswith("503")

    def test_every_reply_has_its_enhanced_code_rfc2034(self, instance: Settings, tenant: Tenant):
        ours = f"RCPT TO:<{tenant.address}>"
        commands = (
            "NOOP|RSET|VRFY x|HELP|WHAT|EXPN x|AUTH PLAIN|RCPT TO:<a@b.test>|DATA|MAIL x|MAIL FROM:<a@b.test>|"
            f"RCPT TO:<a@b.test>|{ours}|DATA x|STARTTLS"
        ).split("|")
        with open_door(instance, bad_commands=99) as door, greeted(door) as client:
            for command in commands:
                assert re.match(r"([245])\d\d \1\.\d+\.\d+ \S", client.say(command)), command
            assert re.match(r"221 2\.\d\.\d", client.say("QUIT"))
            assert client.rest() == []


class TestOrder:
    """RFC 5321 section 4.1.4."""

    @pytest.mark.parametrize(
        ("before", "command", "code"),
        [
            ([], "MAIL FROM:<>", "503"),
            ([], "NOOP", "250"),
            (["EHLO x"], "RCPT TO:<a@b.test>", "503"),
            (["EHLO x"], "DATA", "503"),
            (["EHLO x", "MAIL FROM:<>"], "MAIL FROM:<>", "503"),
            (["EHLO x", "MAIL FROM:<>"], "DATA", "503"),
            (["EHLO x", "MAIL FROM:<>", "RSET"], "RCPT TO:<a@b.test>", "503"),
            (["EHLO x", "MAIL FROM:<>"], "MAIL FROM:<a@b.test> BODY=8BITMIME", "503"),
            (["HELO x"], "MAIL FROM:<> SIZE=1", "555"),
            (["EHLO x"], "MAIL FROM:<> FUTURE=1", "555"),
            (["EHLO x"], "BDAT 5 LAST", "500"),
            (["EHLO x"], "ETRN x", "500"),
            (["EHLO x"], "VRFY postmaster", "252"),
            (["EHLO x"], "EXPN staff", "502"),
            (["EHLO x"], "AUTH PLAIN AGEAYg==", "502"),
            (["EHLO x"], "STARTTLS", "454"),
            (["EHLO x"], "RSET x", "501"),
        ],
    )
    def test_of_commands(self, instance: Settings, before: list[str], command: str, code: str):
        with open_door(instance) as door, Client(door.port) as client:
            for said in before:
                client.say(said)
            assert client.say(command).startswith(code)


class TestRecipients:
    """Exact match; how others try to relay is in tests/attacks."""

    def test_ours(self, instance: Settings, tenant: Tenant):
        with open_door(instance) as door, greeted(door) as client:
            client.say("MAIL FROM:<>")
            for form in (tenant.address, tenant.address.upper(), tenant.address.replace("@", "+a+b@")):
                assert client.say(f"RCPT TO:<{form}>").startswith("250 2.1.5")
            assert client.say(f"RCPT TO:<x{tenant.address}>").startswith("550 5.1.1")

    @pytest.mark.parametrize("known", [True, False])
    def test_at_most_a_hundred(self, instance: Settings, tenant: Tenant, known: bool):
        with open_door(instance) as door, greeted(door) as client:
            client.say("MAIL FROM:<>")
            address = tenant.address if known else f"x@{tenant.domain}"
            client.send(f"RCPT TO:<{address}>\r\n".encode() * 20_000)
            codes = [reply[:9] for reply in client.replies(20_000)]
            assert set(codes[:100]) == {"250 2.1.5" if known else "550 5.1.1"}
            assert set(codes[100:]) == {"452 4.5.3"}

    def test_a_new_address_is_taken_within_two_seconds(self, instance: Settings, tenant: Tenant):
        address = f"sales@{tenant.domain}"
        with open_door(instance) as door:

            def is_taken() -> bool:
                with greeted(door) as client:
                    return client.envelope(address)[1].startswith("250")

            assert not is_taken()
            with transaction(tenant.id) as connection:
                connection.execute(text("SELECT claim_address(:m, :a)"), {"m": tenant.mailbox, "a": address})
            until(is_taken, 2.0)


class TestLmtp:
    """RFC 2033."""

    def test_only_lhlo(self, instance: Settings):
        with open_door(instance) as door, Client(door.lmtp) as client:
            assert " LMTP " in client.banner
            assert client.say("EHLO x").startswith("500")
            assert client.say("HELO x").startswith("500")
            assert "PIPELINING" in client.say("LHLO x")
        with open_door(instance) as door, Client(door.port) as client:
            assert client.say("LHLO x").startswith("500")

    def test_one_answer_for_each_accepted_recipient(self, instance: Settings, tenant: Tenant, neighbour: Tenant):
        with open_door(instance) as door, greeted(door, "LHLO") as client:
            said = client.envelope(tenant.address, f"x@{tenant.domain}", neighbour.address, tenant.address)
            assert [reply[:3] for reply in said] == ["250", "250", "550", "250", "250"]
            client.say("DATA")
            client.send(b"x\r\n.\r\nNOOP\r\n")
            assert client.replies(4) == ["250 2.0.0 Stored"] * 3 + ["250 2.0.0 OK"]
        assert (len(stored(tenant)), len(stored(neighbour))) == (1, 1)

    def test_a_refusal_is_said_to_each(self, instance: Settings, tenant: Tenant, neighbour: Tenant):
        with open_door(instance) as door, greeted(door, "LHLO") as client:
            assert [reply[:3] for reply in client.mail(b"a\nb\r\n", tenant.address, neighbour.address, answers=2)] == [
                "550"
            ] * 2

    def test_no_recipient(self, instance: Settings):
        with open_door(instance) as door, greeted(door, "LHLO") as client:
            client.say("MAIL FROM:<>")
            assert client.say("DATA").startswith("503")


class TestStartTls:
    """RFC 3207."""

    def test_a_mail_over_tls(self, instance: Settings, tenant: Tenant, certificate: dict[str, Path]):
        with open_door(instance, **certificate) as door, greeted(door) as client:
            assert "STARTTLS" in client.hello()
            client.say("MAIL FROM:<a@b.test>")
            client.start_tls()
            assert client.say(f"RCPT TO:<{tenant.address}>") == "503 5.5.1 Need MAIL first"  # all was forgotten
            assert client.say("MAIL FROM:<a@b.test>") == "503 5.5.1 Say hello first"
            assert "STARTTLS" not in client.hello()
            assert client.say("STARTTLS").startswith("503")
            assert client.mail(b"x" * 1000 + b"\r\n", tenant.address)[0].startswith("250")
            assert client.say("QUIT").startswith("221")
            assert client.rest() == []
        assert [mail["protocol"] for mail in stored(tenant)] == ["esmtps"]

    @pytest.mark.parametrize("rubbish", [b"EHLO x\r\n", b"\x16\x03\x01\0\1\0", b""])
    def test_a_broken_handshake_harms_nobody(self, instance: Settings, certificate: dict[str, Path], rubbish: bytes):
        with open_door(instance, **certificate) as door, greeted(door) as other:
            with greeted(door) as client:
                assert client.say("STARTTLS").startswith("220")
                client.send(rubbish)
                client.socket.shutdown(socket.SHUT_WR)
                while client.socket.recv(1000):
                    pass
            assert other.say("NOOP").startswith("250")
            while door.metrics.connections > 1:
                assert other.say("NOOP").startswith("250")

    def test_starttls_takes_no_argument(self, instance: Settings, certificate: dict[str, Path]):
        with open_door(instance, **certificate) as door, greeted(door) as client:
            assert client.say("STARTTLS x").startswith("501")
