"""A participant leaves a ticket by the address in their letter: by mail or by one click, and nobody else by it."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.marks import reply_address, unsubscribe_address
from models.outgoing import Letter
from models.profile import Role
from models.raw_mail import digest
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.workers.inbound.test_task import rows
from tests.workers.outbound.outbox import Desk, open_desk
from workers.inbound.task import receive

MAIL = b"From: Dave <dave@customer.test>\r\nSubject: unsubscribe\r\nMessage-ID: <u@c.test>\r\n\r\nleave me alone\r\n"
JOIN = "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) VALUES (:org, :ticket, :who, 'cc')"
STORE = text(
    "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
    " VALUES (:id, :org, :box, :digest, :content, :size, :mail_from, :to, 'esmtp')"
)
CLICK = b"Subject: unsubscribe\r\n\r\nThe link in the letter was used.\r\n"


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    return open_desk(tenant)


@pytest.fixture
def dave(desk: Desk) -> UUID:
    """Somebody who takes part beside the requester."""
    with transaction(desk.tenant.id) as connection:
        person = add_person(connection, desk.tenant.id, "dave@customer.test", "Dave", Role.CUSTOMER)
        connection.execute(
            text(JOIN),
            {"org": desk.tenant.id, "ticket": desk.ticket, "who": person},
        )
    return person


def store(desk: Desk, to: str, content: bytes = MAIL, mail_from: str = "x@y.test") -> UUID:
    """A mail to one address, as the door stores it."""
    tenant, mail = desk.tenant, uuid7()
    row = {"id": mail, "org": tenant.id, "box": tenant.mailbox, "digest": digest(tenant.mailbox, to, content)}
    row |= {"content": content, "size": len(content), "to": [to], "mail_from": mail_from}
    with transaction(login="gateway") as connection:
        connection.execute(STORE, row)
    return mail


def send(desk: Desk, to: str, content: bytes = MAIL, mail_from: str = "x@y.test") -> dict[str, Any]:
    """As `store`, filed; what is known of it then."""
    mail = store(desk, to, content, mail_from)
    receive([str(mail)])
    (found,) = rows(desk.tenant, "SELECT stage, reason, trace, ticket_id FROM raw_mail WHERE id = :id", id=mail)
    return dict(found._mapping)


def address(desk: Desk, letter: UUID) -> str:
    return unsubscribe_address(desk.tenant.address, desk.tenant.id, desk.row(letter)["handle"])


def participants(desk: Desk) -> list[UUID]:
    return [row.profile_id for row in rows(desk.tenant, "SELECT profile_id FROM ticket_participants")]


def last_words(desk: Desk) -> Any:
    return rows(desk.tenant, "SELECT text, is_internal, sender_type FROM ticket_comments ORDER BY id DESC LIMIT 1")[0]


@pytest.mark.parametrize(("content", "mail_from"), [(MAIL, "dave@customer.test"), (CLICK, "")])
def test_who_writes_to_the_address_in_their_letter_takes_part_no_more(
    desk: Desk, dave: UUID, content: bytes, mail_from: str
):
    letter = desk.queue(profile_id=dave, recipient="dave@customer.test")
    found = send(desk, address(desk, letter), content, mail_from)
    assert (found["stage"], found["ticket_id"]) == ("filed", desk.ticket)
    assert participants(desk) == []
    assert last_words(desk)[:2] == (
        "Dave asked to get no more letters about this ticket, and takes no part in it any more.",
        True,
    )
    said = [step for step in found["trace"] if step["step"] == "unsubscribe"]
    assert [step["verdict"] for step in said] == ["leaves"]
    assert len(rows(desk.tenant, "SELECT id FROM outgoing")) == 1, "nobody is written to about it"


def test_what_waits_for_them_is_not_sent(desk: Desk, dave: UUID):
    theirs, others = desk.queue(profile_id=dave), desk.queue()
    send(desk, address(desk, theirs))
    assert desk.states(theirs, others) == ["withheld", "queued"]
    assert "no more letters" in desk.row(theirs)["answer"]


def test_a_second_time_changes_nothing_and_is_kept(desk: Desk, dave: UUID):
    letter = desk.queue(profile_id=dave)
    send(desk, address(desk, letter))
    again = send(desk, address(desk, letter), MAIL.replace(b"u@c.test", b"v@c.test"))
    assert (again["stage"], again["ticket_id"]) == ("filed", desk.ticket)
    assert [step["verdict"] for step in again["trace"] if step["step"] == "unsubscribe"] == ["has left"]


def test_a_guess_moves_nobody(desk: Desk, dave: UUID, neighbour: Tenant):
    letter = desk.queue(profile_id=dave)
    local, _, host = address(desk, letter).partition("@")
    guessed = f"{local[:-4]}{'aaaa' if local[-4:] != 'aaaa' else 'bbbb'}@{host}"
    of_others = unsubscribe_address(desk.tenant.address, neighbour.id, desk.row(letter)["handle"])
    for number, to in enumerate((guessed, of_others)):
        send(desk, to, MAIL.replace(b"u@c.test", b"%d@c.test" % number))
    assert participants(desk) == [dave]


def test_the_reply_address_is_no_way_out(desk: Desk, dave: UUID):
    letter = desk.queue(profile_id=dave)
    send(desk, reply_address(desk.tenant.address, desk.tenant.id, desk.row(letter)["handle"]))
    assert participants(desk) == [dave]


@pytest.mark.parametrize("at_once", [False, True])
def test_an_answer_after_it_goes_to_the_others_only(desk: Desk, dave: UUID, at_once: bool):
    notification = desk.queue(Letter.NOTIFICATION, profile_id=desk.tenant.agent, recipient=desk.tenant.agent_address)
    to = reply_address(desk.tenant.address, desk.tenant.id, desk.row(notification)["handle"])
    answer = f"From: {desk.tenant.agent_address}\r\nSubject: Re\r\nMessage-ID: <a@d.test>\r\n\r\nTry this.\r\n"
    mails = [store(desk, address(desk, desk.queue(profile_id=dave))), store(desk, to, answer.encode())]
    for hint in [mails] if at_once else [[mail] for mail in mails]:
        receive([str(mail) for mail in hint])
    sent = rows(desk.tenant, "SELECT recipient FROM outgoing WHERE letter = 'reply_to_customer' AND state = 'queued'")
    assert [row.recipient for row in sent] == ["maria@example.org"]
    assert len(rows(desk.tenant, "SELECT id FROM outgoing WHERE profile_id = :dave", dave=dave)) == 1
