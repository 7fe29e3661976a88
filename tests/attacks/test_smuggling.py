"""Mails hidden in mails: what one server takes for the end of a mail and another does not."""

import pytest

from models.outgoing import Letter
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, greeted, open_door, stored
from tests.workers.outbound.drafts import HOSTILE, written

ENDS = {
    "LF.LF": b"\n.\n", "LF.CRLF": b"\n.\r\n", "CRLF.LF": b"\r\n.\n", "CR.CR": b"\r.\r", "CRLF.CR": b"\r\n.\r",
    "CR.CRLF": b"\r.\r\n", "LF.CR": b"\n.\r", "CRCRLF.CRCRLF": b"\r\r\n.\r\r\n", "CRLF-NUL.CRLF": b"\r\n\0.\r\n",
    "CRLF.NUL-CRLF": b"\r\n.\0\r\n", "CRLF.space-CRLF": b"\r\n. \r\n",
}  # fmt: skip
REAL_END = b"\r\n.\r\n"


def smuggled(tenant: Tenant, end: bytes) -> bytes:
    """A mail that contains a second one behind `end`, with the commands that would send it."""
    inner = f"MAIL FROM:<evil@b.test>\r\nRCPT TO:<{tenant.address}>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n"
    return b"Subject: outer\r\n\r\nx" + end + inner.encode()


def deliver(client: Client, tenant: Tenant, content: bytes) -> str:
    """The answer to a mail; one answer and no more, which the NOOP behind it shows."""
    (answer,) = client.mail(content, tenant.address)
    assert client.say("NOOP") == "250 2.0.0 OK"
    return answer


@pytest.mark.parametrize("verb", ["EHLO", "LHLO"])
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_case_01_smuggling_cve_2023_51764_51765_51766_cve_2024_27305(
    instance: Settings, tenant: Tenant, end: bytes, verb: str
):
    """Postfix, sendmail, Exim and aiosmtpd ended a mail at one of these: one mail or a refusal, never two."""
    content = smuggled(tenant, end)
    with open_door(instance) as door, greeted(door, verb) as client:
        answer = deliver(client, tenant, content)
    kept = [(mail["mail_from"], mail["content"]) for mail in stored(tenant)]
    if answer.startswith("250"):
        assert kept == [("ann@client.test", content.replace(b"\r\n.", b"\r\n"))]
        assert not set(b"\r\n") & set(content.replace(b"\r\n", b""))  # nothing that another server could read otherwise
    else:
        assert answer.startswith("550 5.6.11")
        assert kept == []


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_case_01_smuggling_in_single_bytes(instance: Settings, tenant: Tenant, end: bytes):
    """However the network cuts it: the bytes around the false end come one by one."""
    with open_door(instance) as door, greeted(door) as client:
        client.envelope(tenant.address)
        assert client.say("DATA").startswith("354")
        for byte in b"x" + end:
            client.send(bytes([byte]))
        client.send(smuggled(tenant, end).partition(end)[2] + b".\r\nNOOP\r\n")
        answer, then = client.replies(2)
        assert then == "250 2.0.0 OK"
    assert len(stored(tenant)) == answer.startswith("250")


def test_case_01_the_real_end_does_end_a_mail(instance: Settings, tenant: Tenant):
    """The control: what is stored twice would be seen."""
    with open_door(instance) as door, greeted(door) as client:
        client.mail(smuggled(tenant, REAL_END), tenant.address)
        assert [reply[:3] for reply in client.replies(4)] == ["250", "250", "354", "250"]
    assert [mail["mail_from"] for mail in stored(tenant)] == ["ann@client.test", "evil@b.test"]


@pytest.mark.parametrize(
    "content",
    [
        b"a\nb\r\n",
        b"a\rb\r\n",
        b"\na\r\n",
        b"a\r\r\n",
        b"a\r\n\nb\r\n",
        b"a\n\r\n",
        b"Subject: a\nBcc: b@c.test\r\n\r\n",
    ],
)
def test_case_03_bare_line_ends_in_a_mail_are_refused_rfc5321_2_3_8(instance: Settings, tenant: Tenant, content: bytes):
    """Not repaired: a mail that is stored byte for byte must read the same for everybody."""
    with open_door(instance) as door, greeted(door) as client:
        assert deliver(client, tenant, content) == "550 5.6.11 Bare CR or LF in message"
        assert deliver(client, tenant, b"Subject: next\r\n\r\n").startswith("250")
    assert [mail["content"] for mail in stored(tenant)] == [b"Subject: next\r\n\r\n"]


@pytest.mark.parametrize("kind", Letter)
def test_case_03_our_own_letters_pass_our_own_door(instance: Settings, tenant: Tenant, kind: Letter):
    """What people wrote with odd line ends leaves without them, and arrives as it left."""
    evil = "\r\n".join(HOSTILE) + "\n.\r\n.\n.\r.\rMAIL FROM:<evil@b.test>\r\n"
    letter = written(kind=kind, text=evil, title=evil, html=None)
    with open_door(instance) as door, greeted(door) as client:
        stuffed = letter.content.replace(b"\r\n.", b"\r\n..")
        assert letter.content.endswith(b"\r\n")
        assert deliver(client, tenant, stuffed).startswith("250")
    assert [mail["content"] for mail in stored(tenant)] == [letter.content]
