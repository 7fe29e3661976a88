"""What strangers and tenants write must not steer our letters: cases 39 to 41, 44, 48 and 49 of known attacks.

Others have their place where what they attack is: loops (45) in `journeys/test_loops.py`, bounces of what was never
ours (46) in `test_relaying.py`, forged reports (47) in `journeys/test_bounces.py`. Nobody can write a template of their
own or preview one (42, 43).
"""

from base64 import b64encode
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.outgoing import Letter
from models.raw_mail import digest
from models.settings import Settings, settings
from tests.conftest import Tenant
from tests.relay import FakeRelay, running
from tests.workers.outbound.outbox import open_desk
from workers.inbound.task import receive
from workers.outbound.check import ALLOWED, IN_PARTS
from workers.outbound.task import send

MANY = 10_000
CUSTOMER, VICTIM = "carla@customer.test", "victim@elsewhere.test"
STORE = text(
    "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
    " VALUES (:id, :org, :box, :digest, :content, :size, :mail_from, :to, 'esmtp')"
)


@pytest.fixture
def relay(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRelay]:
    """The one way out."""
    del instance
    with running() as listening:
        monkeypatch.setenv("POSTERN_RELAY", listening.url)
        settings.cache_clear()
        yield listening
        monkeypatch.undo()
        settings.cache_clear()


def letters(tenant: Tenant, relay: FakeRelay, *lines: str) -> dict[str, EmailMessage]:
    """What a customer's mail makes us write, by whom the relay was told to give it to; nothing else was written."""
    content, mail = "\r\n".join(lines).encode(), uuid7()
    row = {"id": mail, "org": tenant.id, "box": tenant.mailbox, "content": content, "size": len(content)}
    row |= {"digest": digest(tenant.mailbox, "", content), "mail_from": CUSTOMER, "to": [tenant.address]}
    with transaction(login="gateway") as connection:
        connection.execute(STORE, row)
    receive([str(mail)])
    with transaction(tenant.id) as connection:
        made = [str(one) for one in connection.scalars(text("SELECT id FROM outgoing ORDER BY id"))]
    send(made)
    assert len(relay.letters) == len(made)
    return {
        ",".join(taken.rcpt).removeprefix("TO:<").removesuffix(">"): _parsed(taken.content) for taken in relay.letters
    }


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def encoded(value: str) -> str:
    """As an encoded word, in which line ends stand for themselves."""
    return f"=?utf-8?b?{b64encode(value.encode()).decode()}?="


def test_39_line_ends_in_encoded_words_begin_no_header_of_a_letter(tenant: Tenant, relay: FakeRelay) -> None:
    """CVE-2024-6923, CVE-2026-1299 (CPython), CVE-2012-4730 (RT), CVE-2026-23829 (Mailpit)."""
    evil = f"x\r\nBcc: {VICTIM}\r\nX-Evil: 1\r\n\r\nbody"
    name = encoded(evil)
    found = letters(
        tenant, relay,
        f"From: {name} <{CUSTOMER}>", f"To: {tenant.address}", f"Subject: {name}", f"In-Reply-To: {name}",
        f"References: {name} <a@b.test{name}>", f"Message-ID: <1@customer.test>\r\n {name}", f"Thread-Index: {name}",
        f"Thread-Topic: {name}", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"', "",
        "--b", "", "Words.", "--b", f'Content-Type: application/pdf; name="{name}"',
        f'Content-Disposition: attachment; filename="{name}"', f"Content-ID: <{name}>", "", "%PDF", "--b--", "",
    )  # fmt: skip
    assert found.keys() == {CUSTOMER, tenant.agent_address}
    for one in found.values():
        assert set(one.keys()) <= ALLOWED
        for part in one.walk():
            assert part is one or set(part.keys()) <= IN_PARTS
        assert [address.addr_spec for address in one["To"].addresses] == [one["To"].addresses[0].addr_spec]
    assert not any(VICTIM in line for line in relay.said if line.startswith(("RCPT", "MAIL")))
    assert [part.get_filename() for part in found[tenant.agent_address].iter_attachments()] != []


@pytest.mark.parametrize(
    "address", ["a@b.test>\r\nRCPT TO:<" + VICTIM, "a@b.test\nDATA", '"a b"@c.test', "a@[127.0.0.1]"]
)
def test_40_line_ends_in_an_address_reach_no_socket(tenant: Tenant, relay: FakeRelay, address: str) -> None:
    """GHSA-v3q9-hj7j-63hq (aiosmtplib)."""
    desk = open_desk(tenant)
    letter = desk.queue(recipient=address)
    send([str(letter)])
    assert desk.states(letter) == ["failed"]
    assert relay.said == []


def test_41_and_44_what_looks_like_a_template_or_like_html_is_printed_as_it_stands(
    tenant: Tenant, relay: FakeRelay
) -> None:
    """FreeScout CVE-2026-32754."""
    evil = "{{ 7919*7907 }} {% for x in range(9) %}{{ self.__class__ }}{% endfor %} <img src=x onerror=alert(1)>"
    found = letters(
        tenant, relay, f"From: {encoded(evil)} <{CUSTOMER}>", f"To: {tenant.address}", f"Subject: {evil}", "", evil, ""
    )
    assert found.keys() == {CUSTOMER, tenant.agent_address}
    for one in found.values():
        plain, html = one.get_body(("plain",)), one.get_body(("html",))
        assert plain
        assert html
        assert str(7919 * 7907) not in plain.get_content()
        assert "{{ 7919*7907 }} {% for x in range(9) %}{{ self.__class__ }}" in plain.get_content()
        assert "<img src=x" not in html.get_content()
        assert "&lt;img src=x onerror=alert(1)&gt;" in html.get_content()
    assert "{{ 7919*7907 }}" in found[tenant.agent_address]["Subject"]


@pytest.mark.parametrize("count", [30, MANY])
def test_48_whom_a_stranger_copies_in_gets_no_letter(tenant: Tenant, relay: FakeRelay, count: int) -> None:
    copied = ",\r\n ".join(f"victim{number}@elsewhere.test" for number in range(count))
    found = letters(
        tenant, relay, f"From: {CUSTOMER}", f"To: {tenant.address}, {VICTIM}", f"Cc: {copied}", f"Reply-To: {VICTIM}",
        "Subject: Everybody", "", "Look.", "",
    )  # fmt: skip
    answered = {CUSTOMER} if count < MANY else set()  # of such a mail we do not even say who wrote it
    assert found.keys() == {tenant.agent_address, *answered}
    assert not any("elsewhere" in str(one["To"]) for one in found.values())


@pytest.mark.parametrize("letter", [Letter.REPLY, Letter.ACKNOWLEDGEMENT, Letter.STAGE, Letter.FIELDS])
def test_49_an_internal_note_goes_to_no_customer(tenant: Tenant, relay: FakeRelay, letter: Letter) -> None:
    desk = open_desk(tenant, "our secret canary", "<p>our secret canary</p>")
    desk.change("UPDATE ticket_comments SET is_internal = true WHERE org_id = :org")
    desk.attach("canary.pdf", b"our secret canary")
    send([str(desk.queue(letter))])
    assert not any(b"canary" in taken.content for taken in relay.letters)
