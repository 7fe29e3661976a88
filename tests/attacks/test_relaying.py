"""Mail for others, addresses that read two ways, and questions about who is here."""

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, greeted, open_door, stored

SENDERS = (
    "<>",
    "<spam@elsewhere.test>",
    "<{local}@{domain}>",
    "<spam@{domain}>",
    "<spam@[127.0.0.1]>",
    "<spam@localhost>",
)
VICTIM = "victim@elsewhere.test"
ROUTES = {
    "elsewhere": VICTIM, "percent": "victim%elsewhere.test@{domain}", "percent ours": "{local}%{domain}@elsewhere.test",
    "ours, and on to there": "{local}%elsewhere.test@{domain}",
    "source route": "@{domain}:" + VICTIM, "long source route": "@{domain},@x.test:" + VICTIM,
    "quoted": '"' + VICTIM + '"@{domain}', "quoted local part": '"{local}"@{domain}', "literal": "{local}@[127.0.0.1]",
    "IPv6 literal": "{local}@[IPv6:::1]", "bang": "elsewhere.test!victim@{domain}",
    "bang only": "elsewhere.test!victim", "below": "{local}@x.{domain}",
    "two at": VICTIM + "@{domain}", "two at, ours first": "{local}@{domain}@elsewhere.test",
    "longer": "{local}@{domain}x", "other local part": "x{local}@{domain}", "no domain": "{local}",
    "full stop": "{local}@{domain}.", "plus": "+@{domain}", "plus of another": "victim+{local}@{domain}",
}  # fmt: skip
ENCODED = {
    "ours in it": "=?utf-8?q?{local}=40{domain}=3e=20?=@elsewhere.test",
    "another's in it": "=?utf-8?q?{other}=3e=20?=@{domain}",
    "base64": "=?utf-8?b?dmljdGltQGVsc2V3aGVyZS50ZXN0Pg==?=@{domain}",
    "whole": "=?utf-8?q?{local}=40{domain}?=",
    "NUL in it": "=?x?q?{local}=40{domain}=3e=00?={other}",
}
MALFORMED = {
    "NUL": b"a\0@b.test", "NUL at the end": b"a@b.test\0", "8-bit": b"a\xff@b.test", "ESC": b"\x1b[2J@b.test",
    "unclosed quote": b'"x', "unclosed quote in an address": b'"x@b.test', "comment": b"a(b)@b.test",
    "tab": b"a\t@b.test", "comment behind": b"a@b.test(c)", "DEL": b"a\x7f@b.test",
    "UTF-8 without SMTPUTF8": "ä@b.test".encode(),
}  # fmt: skip


def ours(form: str, tenant: Tenant, other: str = VICTIM) -> str:
    """A form with this organization's address in it."""
    local, _, domain = tenant.address.partition("@")
    return form.format(local=local, domain=domain, other=other)


def sends_nothing(client: Client) -> None:
    """No recipient was taken, so there is nothing to send."""
    assert client.say("DATA").startswith("503")


@pytest.mark.parametrize("verb", ["EHLO", "LHLO"])
def test_case_07_no_open_relay_nmap_smtp_open_relay(instance: Settings, tenant: Tenant, verb: str):
    """From loopback, as everybody here is, no more than from elsewhere; a name of ours as sender opens nothing."""
    with open_door(instance, bad_commands=99) as door:
        for sender in SENDERS:
            with greeted(door, verb) as client:
                assert client.say(f"MAIL FROM:{ours(sender, tenant)}").startswith("250")
                for name, form in ROUTES.items():
                    assert client.say(f"RCPT TO:<{ours(form, tenant)}>")[:3] in {"501", "550", "553"}, name
                sends_nothing(client)
                client.say("RSET")
                assert client.mail(b"Subject: control\r\n\r\n", tenant.address)[0].startswith("250")
    assert [(mail["recipients"], mail["repeats"]) for mail in stored(tenant)] == [([tenant.address], len(SENDERS) - 1)]


@pytest.mark.parametrize("form", ENCODED.values(), ids=ENCODED)
def test_case_08_encoded_words_in_the_envelope_e4(instance: Settings, tenant: Tenant, neighbour: Tenant, form: str):
    """aiosmtpd decodes them, and then the mail goes to an organization that the address does not name."""
    address = ours(form, tenant, neighbour.address)
    with open_door(instance) as door, greeted(door) as client:
        assert client.say(f"MAIL FROM:<{address}>").startswith("501")
        client.say("MAIL FROM:<a@b.test>")
        assert client.say(f"RCPT TO:<{address}>").startswith("501")
        sends_nothing(client)
    assert stored(tenant) == stored(neighbour) == []


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_case_09_malformed_addresses_e5(instance: Settings, tenant: Tenant, raw: bytes):
    """501; 553 where the form is legal and not accepted here (quotes, comments), which is as final."""
    with open_door(instance) as door, greeted(door) as client:
        assert client.say(b"MAIL FROM:<" + raw + b">")[:3] in {"501", "553"}
        client.say("MAIL FROM:<a@b.test>")
        assert client.say(b"RCPT TO:<" + raw + b">")[:3] in {"501", "553"}
        sends_nothing(client)
        assert client.say(f"RCPT TO:<{tenant.address}>").startswith("250")
        client.say("DATA")
        client.send(b"Subject: good\r\n\r\n.\r\n")
        assert client.reply().startswith("250")
    assert [(mail["mail_from"], mail["recipients"]) for mail in stored(tenant)] == [("a@b.test", [tenant.address])]


def test_case_09_smtputf8_only_when_announced_rfc6531(instance: Settings, tenant: Tenant):
    """EHLO announces it, so only who said EHLO and asks for it may use it."""
    with open_door(instance) as door, greeted(door, "HELO") as client:
        assert client.say("MAIL FROM:<jürgen@b.test> SMTPUTF8").startswith("555")
        assert client.say("MAIL FROM:<jürgen@b.test>").startswith("501 5.6.7")
        assert "SMTPUTF8" in client.hello()
        assert client.say("MAIL FROM:<jürgen@b.test>").startswith("501 5.6.7")
        assert client.say("MAIL FROM:<jürgen@b.test> SMTPUTF8").startswith("250")
        assert client.say(f"RCPT TO:<{tenant.address}>").startswith("250")
        client.say("DATA")
        client.send(b"Subject: good\r\n\r\n.\r\n")
        assert client.reply().startswith("250")
    assert [mail["mail_from"] for mail in stored(tenant)] == ["jürgen@b.test"]


def test_case_16_vrfy_and_expn_tell_nothing_rfc5321_7_3(instance: Settings, tenant: Tenant, neighbour: Tenant):
    """No list, and the same words for a mailbox, an agent, a neighbour and nobody; RCPT alone tells, since refusing
    later would mean bounces to forged senders (case 46), and a public mailbox is no secret."""
    people = (tenant.address, tenant.agent_address, neighbour.address, f"nobody@{tenant.domain}", "postmaster", "root")
    with open_door(instance, bad_commands=99) as door, greeted(door) as client:
        for verb, code in (("VRFY", "252"), ("EXPN", "502"), ("HELP", "214")):
            (said,) = {client.say(f"{verb} {someone}") for someone in people}
            assert said.startswith(code)
        _, agent, nobody = client.envelope(*people[1:4:2])
        assert agent == nobody == "550 5.1.1 No such mailbox here"  # people are not told from nobody
    assert stored(tenant) == stored(neighbour) == []


def test_case_16_guessing_addresses_has_an_end(instance: Settings, tenant: Tenant):
    """A hundred recipients for each mail, a hundred commands without one: a session tries some thousand names."""
    names = "".join(f"RCPT TO:<name{number}@{tenant.domain}>\r\n" for number in range(100))
    with open_door(instance) as door, greeted(door) as client:
        client.send(("RSET\r\nMAIL FROM:<>\r\n" + names).encode() * 120)
        said = client.rest()
    assert said[-1].startswith("421")
    assert sum(reply.startswith("550") for reply in said) <= 10_000
    assert stored(tenant) == []
