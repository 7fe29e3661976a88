"""A conversation of ten mails among three people: in each one's mail client it is one thread, by References alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import Message

from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.raw_mail import digest
from models.tenancy import add_person
from tests.conftest import Tenant
from workers.inbound.task import receive
from workers.outbound.claims import claim
from workers.outbound.letter import Outcome
from workers.outbound.load import load
from workers.outbound.post import write

STORE = text(
    "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
    " VALUES (:id, :org, :box, :digest, :content, :size, :mail_from, :to, 'esmtp')"
)
JOIN = text(
    "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) SELECT org_id, id, :who, 'cc' FROM tickets"
)
DUE = text("SELECT id FROM outgoing WHERE state = 'queued' ORDER BY id")
SENT = text("UPDATE outgoing SET state = 'sent' WHERE state = 'sending'")


@dataclass
class Client:
    """Somebody's mail client: what it has, and how it answers (RFC 5322 section 3.6.4)."""

    address: str
    box: list[Message] = field(default_factory=list)

    def answer(self, number: int, to: str) -> bytes:
        """A mail that answers the last one that came in, or begins the conversation."""
        lines = [f"From: {self.address}", "Subject: Re: Kettle", f"Message-ID: <{number}.{'x' * 80}@client.test>"]
        came = [one for one in self.box if one["From"] != self.address]
        if came:
            to = came[-1]["Reply-To"]
            cited = [*(came[-1]["References"] or came[-1]["In-Reply-To"] or "").split(), came[-1]["Message-ID"]]
            lines += [f"In-Reply-To: {cited[-1]}", f"References: {' '.join(cited)}"]
        content = "\r\n".join([*lines, f"To: {to}", "", f"Words number {number}.", ""]).encode()
        self.box.append(message_from_bytes(content))
        return content


def threads(box: list[Message]) -> int:
    """Into how many threads a client sorts its mails that knows them by what they cite, also of mails it never had."""
    groups: list[set[str]] = []
    for mail in box:
        cited = f"{mail['References'] or ''} {mail['In-Reply-To'] or ''} {mail['Message-ID']}".split()
        near = [group for group in groups if group & set(cited)]
        groups = [group for group in groups if group not in near] + [set(cited).union(*near)]
    return len(groups)


def letters(tenant: Tenant) -> Iterator[Message]:
    """What goes out now."""
    with transaction(tenant.id) as connection:
        due = list(connection.scalars(DUE))
    with transaction() as connection:
        claim(connection, due, timedelta(seconds=60))
    with transaction(tenant.id) as connection:
        for one in load(connection, tenant.id, due):
            letter = write(one.draft)
            assert not isinstance(letter, Outcome)
            yield message_from_bytes(letter.content)
        connection.execute(SENT)


def test_ten_mails_of_three_people_are_one_thread_for_each(tenant: Tenant):
    carla, dave, ann = Client("carla@customer.test"), Client("dave@customer.test"), Client(tenant.agent_address)
    everybody = {one.address: one for one in (carla, dave, ann)}
    for number, writer in enumerate([carla, ann, dave, carla, ann, carla, ann, dave, carla, ann], 1):
        content, mail = writer.answer(number, tenant.address), uuid7()
        row = {"id": mail, "org": tenant.id, "box": tenant.mailbox, "content": content, "size": len(content)}
        row |= {"digest": digest(tenant.mailbox, "", content), "mail_from": writer.address}
        row["to"] = [writer.box[-1]["To"]]
        with transaction(login="gateway") as connection:
            connection.execute(STORE, row)
        receive([str(mail)])
        if number == 1:
            with transaction(tenant.id) as connection:
                who = add_person(connection, tenant.id, dave.address, "Dave", Role.CUSTOMER)
                connection.execute(JOIN, {"who": who})
        for letter in letters(tenant):
            everybody[letter["To"].rpartition("<")[2].rstrip(">")].box.append(letter)
    with transaction(tenant.id) as connection:
        assert connection.scalar(text("SELECT count(*) FROM tickets")) == 1
        assert connection.scalar(text("SELECT count(*) FROM ticket_comments")) == 10
    assert [len(one.box) for one in (carla, dave, ann)] == [9, 6, 10]
    for client in everybody.values():
        assert threads(client.box) == 1, client.address
        assert not any("=?" in (one["References"] or "") for one in client.box)
        assert len({one["Thread-Index"][:28] for one in client.box if one["Thread-Index"]}) == 1, "for Outlook, too"
