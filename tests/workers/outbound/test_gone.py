"""Who is not there, as the server says that was to take the letter: suppressed, and told once."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from models.database import transaction
from models.outgoing import Letter
from models.profile import Role
from models.settings import Settings, settings
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.relay import FakeRelay, running
from tests.workers.outbound.outbox import Desk, open_desk
from workers.outbound.gone import nobody_there
from workers.outbound.task import send

GONE = "550 5.1.1 <maria@example.org>: Recipient address rejected: User unknown in relay recipient table"


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        (GONE, True),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", True),
        ("556 5.1.10 the domain takes no mail", True),
        ("550 5.1.1 The email account that you tried to reach does not exist. 5.1.1 Please try again", True),
        ("551 5.1.1 no such user", True),
        ("450 4.1.1 no such user", False),
        ("550 no such user", False),  # whose opinion that is, a code would tell
        ("550 5.1.11 who knows", False),
        ("550 5.1.2 host not found", False),  # of the relay's name server, perhaps of today
        ("550 5.1.6 moved", False),
        ("550 5.2.1 The email account that you tried to reach is disabled", False),
        ("550 5.2.1 The user you are trying to contact is receiving mail at a rate that is too high", False),
        ("552 5.2.2 full", False),
        ("550 5.7.1 no such user", False),
        ("550 5.1.1 relaying denied", False),
        ("554 5.1.1 rejected as spam", False),
        ("550 5.1.1 sender rejected", False),
        ("550 5.1.1 mailbox temporarily unavailable", False),
        ("the relay said 550 5.1.1", False),
    ],
)
def test_which_refusals_say_that_nobody_is_there(answer: str, gone: bool) -> None:
    assert nobody_there(answer) is gone


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    return open_desk(tenant)


@pytest.fixture
def relay(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRelay]:
    del instance
    with running() as listening:
        monkeypatch.setenv("POSTERN_RELAY", listening.url)
        settings.cache_clear()
        yield listening
        monkeypatch.undo()
        settings.cache_clear()


def ring(*letters: Any) -> None:
    send([str(letter) for letter in letters])


def rows(desk: Desk, query: str) -> list[Any]:
    with transaction(desk.tenant.id) as connection:
        return list(connection.execute(text(query)).mappings())


def told(desk: Desk) -> list[Any]:
    return rows(desk, "SELECT * FROM outgoing WHERE letter = 'letter_returned' ORDER BY id")


def test_an_address_that_is_nobodys_gets_no_more_letters_and_an_agent_hears_of_it_once(
    desk: Desk, relay: FakeRelay
) -> None:
    relay.rcpt["Maria@example.org"] = GONE
    to: dict[str, Any] = {"recipient": "Maria@example.org"}
    ring(desk.queue(Letter.ACKNOWLEDGEMENT, **to), desk.queue(**to))
    (found,) = rows(desk, "SELECT address, reason, detail, until FROM suppressions")
    assert tuple(found.values()) == ("maria@example.org", "bounced", GONE, None)
    (letter,) = told(desk)
    assert letter["context"]["reason"] == f"The letter to Maria@example.org could not be sent: {GONE}."
    assert letter["context"]["note"] == "No more letters go to this address."
    (note,) = rows(desk, "SELECT * FROM ticket_comments WHERE sender_type = 'system'")
    assert (note["id"], note["ticket_id"], note["is_internal"]) == (letter["comment_id"], desk.ticket, True)
    assert note["text"] == f"{letter['context']['reason']} No more letters go to this address."

    said = len(relay.said)
    later = desk.queue(Letter.ACKNOWLEDGEMENT, **to)
    ring(later)
    assert (desk.states(later), len(relay.said), len(told(desk))) == (["withheld"], said, 1)


def test_it_is_suppressed_anew_after_it_was_lifted_too_early(desk: Desk, relay: FakeRelay) -> None:
    relay.rcpt["maria@example.org"] = GONE
    for _ in range(2):
        ring(desk.queue(Letter.ACKNOWLEDGEMENT))
        (found,) = rows(desk, "SELECT until FROM suppressions")
        assert found["until"] is None
        desk.change("UPDATE suppressions SET until = now() WHERE org_id = :org")
    assert len(told(desk)) == 2


@pytest.mark.parametrize("stage", ["mail", "data", "dot"])
def test_what_is_said_of_sender_or_letter_is_said_of_no_address(desk: Desk, relay: FakeRelay, stage: str) -> None:
    relay.then(stage, "550 5.1.1 unknown")
    letter = desk.queue(Letter.ACKNOWLEDGEMENT)
    ring(letter)
    assert (desk.states(letter), told(desk), rows(desk, "SELECT * FROM suppressions")) == (["failed"], [], [])


def test_an_agent_whose_own_address_it_is_is_told_nothing_but_the_others_are(desk: Desk, relay: FakeRelay) -> None:
    agent = desk.tenant.agent_address
    with transaction(desk.tenant.id) as connection:
        add_person(connection, desk.tenant.id, "other@example.org", "Other", Role.AGENT)
    relay.rcpt[agent] = "550 5.1.1 left"
    ring(desk.queue(Letter.NOTIFICATION, recipient=agent, profile_id=desk.tenant.agent))
    assert [one["recipient"] for one in told(desk)] == ["other@example.org"]


def test_another_organization_goes_on_writing_there(desk: Desk, relay: FakeRelay, neighbour: Tenant) -> None:
    relay.rcpt["maria@example.org"] = GONE
    ring(desk.queue())
    theirs = open_desk(neighbour)
    del relay.rcpt["maria@example.org"]
    letter = theirs.queue()
    ring(letter)
    assert theirs.states(letter) == ["sent"]
