"""The quarantine by letter, from the mail that waits to the ticket: told once, believed by address and From."""

import re
from typing import Any
from uuid import UUID

import pytest

from models import marks
from models.base import uuid7
from models.database import transaction
from models.outgoing import Letter
from models.profile import Role
from models.settings import Settings
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.workers.clock.boxes import sent, words
from tests.workers.inbound.house import CAROL, House
from tests.workers.inbound.mailroom import bound
from workers.clock.task import digest
from workers.inbound.digest.task import tell
from workers.inbound.task import receive

TOLD = "SELECT * FROM outgoing WHERE letter = :kind ORDER BY id"
HOURS_AGO = "UPDATE outgoing SET id = overlay(id::text PLACING '0001' FROM 1 FOR 4)::uuid"
EVE = "eve@evil.test"


class Desk(House):
    """An organization that keeps mail in quarantine and whose agent answers the letter about it."""

    def kept(self, sender: str = CAROL, subject: str = "Watches") -> UUID:
        """A mail that a screen has kept, some days ago."""
        head = f"From: {sender}\r\nSubject: {subject}\r\nMessage-ID: <{uuid7().hex}@c.test>"
        made = self.store(f"{head}\r\n\r\nBuy it.\r\n".encode(), sender=sender)
        receive([str(made)])
        assert self.stage(made) == "quarantined"
        self.change("UPDATE raw_mail SET processed_at = now() - interval '5 days' WHERE id = :it", it=made)
        return made

    def told(self, kind: Letter = Letter.DIGEST) -> list[Any]:
        return self.rows(TOLD, kind=kind)

    def digest(self) -> Any:
        """The letter that lists what waits."""
        tell([str(self.tenant.id)])
        return self.told()[-1]

    def answers(self, text: str, letter: Any = None, sender: str = "", to: str = "", *headers: str) -> Any:
        """What became of a mail that answers."""
        tenant, sender = self.tenant, sender or self.tenant.agent_address
        letter = letter or self.told()[-1]
        made = f"Message-ID: <{uuid7().hex}@c.test>"
        head = (f"From: {sender}", "Subject: Re: quarantine", made, f"In-Reply-To: {letter.message_id}", *headers)
        to = to or marks.digest_address(tenant.address, tenant.id, letter.handle)
        return self.comes("\r\n".join((*head, "", text, "")).encode(), to, sender)

    def stage(self, mail: UUID) -> str:
        return str(self.rows("SELECT stage FROM raw_mail WHERE id = :it", it=mail)[0].stage)

    def learnt(self) -> list[tuple[int, int]]:
        return [(row.spam, row.ham) for row in self.rows("SELECT spam, ham FROM spam_models")]


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    """Everything looks like spam to it, and nobody writes too much."""
    made = Desk(tenant)
    made.change('UPDATE organization_settings SET policies = \'{"spam": {"threshold": 0}, "limits": {}}\'')
    return made


def test_from_the_mail_that_waits_to_the_ticket(desk: Desk, instance: Settings):
    first, second, third = desk.kept(subject="A kettle"), desk.kept(EVE, "Rich https://x.test/y"), desk.kept("a@b.test")
    digest_row = desk.digest()
    assert (digest_row.recipient, digest_row.depth) == (desk.tenant.agent_address, 1)
    letter = sent(instance, dict(digest_row._mapping))
    text = words(letter, "plain").replace("\r\n", "\n")
    place = {one: digest_row.context["mails"].index(one.hex) + 1 for one in (first, second, third)}
    assert f"{place[second]}. {EVE}, " in text
    assert '   "Rich [link]"\n   why: spam score 0.' in text
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Subject"] == f"3 new in the quarantine of {desk.tenant.slug.upper()}"
    assert re.fullmatch(r"support\+d[a-z2-7]{38}@.*", letter["Reply-To"])
    assert max(map(len, text.splitlines())) <= 80
    said = f"release {place[first]}\nspam {place[second]}\ndrop {place[third]}\nThanks, Ann"
    answer = desk.answers(said, to=letter["Reply-To"])
    assert (answer.stage, answer.ticket_id) == ("dropped", None)
    assert [desk.stage(one) for one in (first, second, third)] == ["received", "quarantined", "dropped"]
    assert desk.learnt() == [(2, 1)]
    receive([str(first)])
    (ticket,) = desk.rows("SELECT title FROM tickets")
    assert ticket.title == "A kettle"
    (told,) = desk.told(Letter.DIGEST_ANSWERED)
    assert told.recipient == desk.tenant.agent_address
    assert told.context["lines"] == [
        f"It is filed now: {place[first]}.",
        f"It is not filed, and stays stored: {place[third]}.",
        f"It is learnt that it is spam: {place[second]}.",
    ]
    assert told.context["problems"] == ["This was not understood: Thanks, Ann"]
    assert "- It is filed now" in words(sent(instance, dict(told._mapping)), "plain")


def forge(desk: Desk, letter: Any) -> dict[str, str]:
    return {"sender": EVE}


def another_agent(desk: Desk, letter: Any) -> dict[str, str]:
    with transaction(desk.tenant.id) as connection:
        add_person(connection, desk.tenant.id, f"other@{desk.tenant.domain}", "Oliver", Role.AGENT)
    return {"sender": f"other@{desk.tenant.domain}"}


def unsigned(desk: Desk, letter: Any) -> dict[str, str]:
    return {"to": desk.tenant.address}


def not_any_more(desk: Desk, letter: Any) -> dict[str, str]:
    with transaction(desk.tenant.id) as connection:
        add_person(connection, desk.tenant.id, f"boss@{desk.tenant.domain}", "Bo", Role.ADMIN)
    return {}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (forge, "an answer that came to your address was not from you"),
        (another_agent, "an answer that came to your address was not from you"),
        (unsigned, "an answer did not come to the address in Reply-To that was made for you"),
        (not_any_more, "you may not release mails any more"),
    ],
)
def test_an_answer_that_is_not_believed_changes_nothing_and_is_told_once(desk: Desk, spoil: Any, why: str):
    waits = desk.kept()
    letter = desk.digest()
    how = spoil(desk, letter)
    for _ in range(2):
        row = desk.answers("release 1", letter, **how)
        assert (row.stage, row.reason) == ("quarantined", why)
    assert desk.stage(waits) == "quarantined"
    assert desk.learnt() == []
    (told,) = desk.told(Letter.DIGEST_ANSWERED)
    assert (told.recipient, told.context["reason"]) == (desk.tenant.agent_address, why)
    assert desk.rows("SELECT id FROM tickets") == []


@pytest.mark.parametrize(
    "headers", [("Auto-Submitted: auto-replied",), ("X-Postern-Loop: {loop}",)], ids=["away", "our own"]
)
def test_programs_are_not_obeyed_and_never_answered_nor_listed(desk: Desk, headers: tuple[str, ...]):
    waits = desk.kept()
    desk.digest()
    loop = marks.loop_mark(desk.tenant.id)
    row = desk.answers("release 1", None, "", "", *(one.format(loop=loop) for one in headers))
    assert row.stage == "quarantined"
    assert desk.stage(waits) == "quarantined"
    assert desk.told(Letter.DIGEST_ANSWERED) == []
    desk.change("UPDATE raw_mail SET processed_at = now() - interval '4 days'")
    desk.change(HOURS_AGO)
    tell([str(desk.tenant.id)])
    assert len(desk.told()) == 1, "the answer of a robot is no news"


def test_who_answers_our_answer_without_an_order_is_not_answered_again(desk: Desk):
    waits = desk.kept()
    desk.digest()
    assert desk.answers("Thank you for your mail, we shall answer soon.").stage == "quarantined"
    (first,) = desk.told(Letter.DIGEST_ANSWERED)
    assert first.context["problems"] == ["This was not understood: Thank you for your mail, we shall answer soon."]
    desk.answers("Thank you for your mail, again.", first)
    assert len(desk.told(Letter.DIGEST_ANSWERED)) == 1
    desk.answers("release 1", first)
    assert (desk.stage(waits), len(desk.told(Letter.DIGEST_ANSWERED))) == ("received", 2)


def test_what_was_done_before_is_told(desk: Desk):
    mail = desk.kept()
    letter = desk.digest()
    desk.answers("drop 1")
    desk.answers("drop 1", letter)
    desk.answers("release 1", letter)
    assert desk.stage(mail) == "received", "a drop is taken back"
    receive([str(mail)])
    desk.answers("release 1", letter)
    said = [row.context["problems"] for row in desk.told(Letter.DIGEST_ANSWERED)]
    assert said == [[], ["1 is dropped already."], [], ["1 is filed already."]]
    assert desk.learnt() == [(0, 1)]


def test_a_letter_tells_all_admins_and_nobody_else_and_each_mail_once(desk: Desk):
    domain = desk.tenant.domain
    with transaction(desk.tenant.id) as connection:
        for name in ("boss", "chief", "quiet"):
            add_person(connection, desk.tenant.id, f"{name}@{domain}", name, Role.ADMIN)
    desk.change('UPDATE profiles SET preferences = \'{"letters": {"when": "none"}}\' WHERE email LIKE \'quiet@%\'')
    for _ in range(52):
        desk.kept()
    desk.digest()
    told = desk.told()
    assert [row.recipient for row in told] == [f"{name}@{domain}" for name in ("boss", "chief")]
    assert [len(row.context["mails"]) for row in told] == [50, 50]
    assert told[0].context["note"] == "and 2 more: see `postern quarantine list`"
    desk.change(HOURS_AGO)
    tell([str(desk.tenant.id)])
    assert len(desk.told()) == 2


def test_the_clock_rings_for_it_once_a_day(desk: Desk, neighbour: Tenant, monkeypatch: pytest.MonkeyPatch):
    rung: list[UUID] = []
    monkeypatch.setattr("workers.clock.task.ring", lambda task, ids: rung.extend(ids))
    digest()
    assert desk.tenant.id not in rung
    desk.kept()
    digest()
    assert desk.tenant.id in rung
    assert neighbour.id not in rung
    desk.change('UPDATE organization_settings SET policies = policies || \'{"digest": "off"}\'')
    rung.clear()
    digest()
    assert desk.tenant.id not in rung
    desk.change("UPDATE organization_settings SET policies = policies - 'digest'")
    desk.digest()
    desk.kept()
    rung.clear()
    digest()
    assert desk.tenant.id not in rung, "there was one since that hour"


def test_what_is_over_a_limit_is_told_and_released_without_a_lesson(desk: Desk):
    desk.change('UPDATE organization_settings SET policies = \'{"spam": {"threshold": null}}\'')
    bound(desk.tenant, "message_send", email="1/hour")
    desk.writes()
    assert desk.kept()
    (why,) = (line for line in desk.digest().context["lines"] if line.startswith("more than 1 mail"))
    assert CAROL in why or "address" in why
    desk.answers("release all")
    assert desk.learnt() == []
    assert desk.told(Letter.DIGEST_ANSWERED)[0].context["lines"] == ["It is filed now: 1."]


def test_the_letters_go_with_what_they_told_of(desk: Desk):
    desk.kept()
    desk.digest()
    desk.change('UPDATE organization_settings SET policies = \'{"retention": {"quarantine": 1}}\'')
    desk.change(HOURS_AGO)
    desk.change(HOURS_AGO.replace("outgoing", "raw_mail"))
    (letter,) = desk.told()
    ends = "SELECT number, letters FROM end_retention('quarantine', :first, 100, true)"
    assert desk.rows(ends, first=UUID(int=0)) == [(1, [letter.id])]
    assert desk.told() == []


def test_the_letters_go_with_whom_they_told_of(desk: Desk):
    desk.kept()
    desk.kept(EVE)
    desk.digest()
    with transaction(desk.tenant.id) as connection:
        carol = add_person(connection, desk.tenant.id, CAROL, "Carol", Role.CUSTOMER)
    (letter,) = desk.told()
    assert letter.id in [row[0] for row in desk.rows("SELECT erase_person(:who)", who=carol)]
