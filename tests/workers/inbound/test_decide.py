"""The table of decisions: who writes, by which address, about which ticket, in what kind of mail."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from models import marks
from models.base import uuid7
from models.outgoing import Letter
from models.profile import Role
from models.settings import Settings
from models.workflow import Status
from workers.inbound.decide import Act, decide
from workers.inbound.facts import Box, Facts, Known, Person, Received, Signed
from workers.inbound.mail import NOTICES, Address, Mail, Notice
from workers.inbound.recognise import Kind

ORG = uuid7()
BOX = Box(uuid7(), "support@demo.test", "Support", None, None, "normal")
SYSTEM = Person(uuid7(), "Demo", "", Role.SYSTEM)
ANN = Person(uuid7(), "Ann", "ann@demo.test", Role.AGENT)
BOB = Person(uuid7(), "Bob", "bob@demo.test", Role.AGENT)
CAROL = Person(uuid7(), "Carol", "carol@customer.test", Role.CUSTOMER)
DAVE = Person(uuid7(), "Dave", "dave@customer.test", Role.CUSTOMER)
EVE = Person(uuid7(), "Eve", "eve@evil.test", Role.CUSTOMER)
TICKET = Known(uuid7(), "Printer", Status.OPEN, CAROL, participants=(DAVE,))
TO_ANN = Signed(uuid7(), Letter.NOTIFICATION, TICKET.id, ANN.id)
TO_CAROL = Signed(uuid7(), Letter.REPLY, TICKET.id, CAROL.id)
PLAIN = "support@demo.test"
PEOPLE = {one.address: one for one in (ANN, BOB, CAROL, DAVE, EVE)}


@pytest.fixture
def facts(instance: Settings) -> Facts:
    letters = {marks.handle_of(one.id): one for one in (TO_ANN, TO_CAROL)}
    threads = {"<known@customer.test>": [TICKET.id]}
    tickets = {TICKET.id: TICKET}
    ours = frozenset({PLAIN})
    return Facts(ORG, SYSTEM, {BOX.id: BOX}, (ANN, BOB), dict(PEOPLE), ours, {}, letters, threads, tickets)


def signed(letter: Signed, kind: str = "r") -> str:
    make = marks.reply_address if kind == "r" else marks.return_path
    return make(PLAIN, ORG, marks.handle_of(letter.id))


def a_mail(author: Person | None, to: str = PLAIN, mail_from: str = "x@y.test", **mail: Any) -> Received:
    sender = Address(author.name, author.address) if author else None
    read = replace(Mail(sender=sender, sender_note="two parsers agree"), **mail)
    return Received(uuid7(), BOX.id, mail_from, (to,), datetime.now(UTC), 1, read, b"")


CITES = ("<known@customer.test>",)


@pytest.mark.parametrize(
    ("author", "to", "cites", "act"),
    [
        (CAROL, "plain", (), Act.OPEN),
        (CAROL, "plain", CITES, Act.COMMENT),
        (DAVE, "plain", CITES, Act.COMMENT),
        (EVE, "plain", CITES, Act.OPEN),
        (None, "plain", CITES, Act.OPEN),
        (CAROL, "to Carol", (), Act.COMMENT),
        (DAVE, "to Carol", (), Act.COMMENT),
        (EVE, "to Carol", (), Act.OPEN),
        (EVE, "to Ann", (), Act.OPEN),
        (None, "to Ann", CITES, Act.OPEN),
        (ANN, "to Ann", (), Act.ANSWER),
        (ANN, "to Carol", (), Act.HOLD),
        (BOB, "to Ann", (), Act.HOLD),
        (ANN, "plain", CITES, Act.HOLD),
        (ANN, "plain", (), Act.OPEN),
        (CAROL, "to Ann", (), Act.COMMENT),
    ],
)
def test_who_may_what(facts: Facts, author, to, cites, act):
    address = {"plain": PLAIN, "to Ann": signed(TO_ANN), "to Carol": signed(TO_CAROL)}[to]
    decision = decide(a_mail(author, address, references=cites), author, facts)
    assert decision.act is act
    assert (decision.ticket is None) == (act is Act.OPEN)
    assert decision.trace[-1].reason


def test_a_forged_signature_is_no_address(facts: Facts):
    tag = marks.tag_of(signed(TO_ANN))
    forged = f"support+{tag[:-3]}aaa@demo.test"
    assert decide(a_mail(ANN, forged), ANN, facts).act is Act.OPEN


def test_a_stranger_is_told_nothing_but_the_ticket_remembers(facts: Facts):
    decision = decide(a_mail(EVE, references=CITES), EVE, facts)
    assert decision.ticket is None
    assert decision.related is TICKET


@pytest.mark.parametrize(
    ("mail", "kind"),
    [
        ({"auto_submitted": "auto-replied"}, Kind.AUTOMATIC),
        ({"auto_submitted": "no"}, Kind.PERSONAL),
        ({"precedence": "bulk"}, Kind.BULK),
        ({"precedence": "first-class"}, Kind.PERSONAL),
        ({"list_id": "<x.test>"}, Kind.BULK),
        ({"auto_submitted": "auto-generated"}, Kind.BULK),
        ({"suppress": "All"}, Kind.PERSONAL),
        ({"mail_from": ""}, Kind.AUTOMATIC),
        ({"report": True}, Kind.BOUNCE),
        ({"report": True, "auto_submitted": "auto-replied"}, Kind.BOUNCE),
        *(({"notice": Notice(kind, "it is")}, Kind(kind)) for kind in NOTICES),
    ],
)
def test_kinds(facts: Facts, mail, kind):
    decision = decide(a_mail(CAROL, **mail), CAROL, facts)
    assert (decision.kind, decision.act) == (kind, Act.QUARANTINE if kind.is_news else Act.OPEN)


def test_an_agents_vacation_is_not_passed_on(facts: Facts):
    decision = decide(a_mail(ANN, signed(TO_ANN), auto_submitted="auto-replied"), ANN, facts)
    assert decision.act is Act.HOLD


def test_a_bounce_names_its_letter(facts: Facts):
    decision = decide(a_mail(None, signed(TO_CAROL, "b"), "", report=True), None, facts)
    assert (decision.act, decision.ticket, decision.signed) == (Act.NOTE, TICKET, TO_CAROL)


def test_a_bounce_of_a_letter_about_no_ticket_opens_none(facts: Facts):
    ours = replace(TO_CAROL, ticket_id=None, letter=Letter.BROKEN)
    facts.letters[marks.handle_of(ours.id)] = ours
    decision = decide(a_mail(None, signed(ours, "b"), "", report=True), None, facts)
    assert (decision.act, decision.ticket, decision.signed) == (Act.QUARANTINE, None, ours)
    assert decision.why_not == "it tells about our letter mailbox_broken, which is about no ticket"


@pytest.mark.parametrize("kind", ["bounce", "feedback", "receipt"])
def test_news_without_a_signed_address_names_its_letter_by_its_message_id(facts: Facts, kind):
    named = marks.message_id(TO_CAROL.id, ORG, "demo.test")
    news = a_mail(None, notice=Notice(kind, "it is", (), (named,)))
    decision = decide(news, None, facts)
    assert (decision.act, decision.ticket, decision.signed) == (Act.NOTE, TICKET, TO_CAROL)
    forged = named.replace(ORG.hex[:2], "zz") if ORG.hex[:2] in named else "<forged@demo.test>"
    assert decide(a_mail(None, notice=Notice(kind, "it is", (), (forged,))), None, facts).act is Act.QUARANTINE


@pytest.mark.parametrize("kind", ["bounce", "feedback", "receipt"])
def test_a_person_may_have_it_filed_all_the_same(facts: Facts, kind):
    released = replace(a_mail(None, notice=Notice(kind, "it is")), released="by a person")
    assert decide(released, None, facts).act is Act.OPEN


def test_who_asks_for_silence_gets_no_automatic_answer(facts: Facts):
    assert decide(a_mail(CAROL, suppress="All"), CAROL, facts).silent
    assert not decide(a_mail(CAROL), CAROL, facts).silent


@pytest.mark.parametrize("own", ["loop", "message_id", "sender"])
def test_our_own_letters_are_not_filed(facts: Facts, own):
    ways: dict[str, dict[str, Any]] = {
        "loop": {"loop": (marks.loop_mark(ORG),)},
        "message_id": {"message_id": marks.message_id(TO_ANN.id, ORG, "demo.test")},
        "sender": {"sender": Address("Support", "Support@demo.test")},
    }
    decision = decide(a_mail(CAROL, **ways[own]), CAROL, facts)
    assert decision.act is Act.QUARANTINE
    assert decision.why_not.startswith("our own letter came back")


def test_another_organizations_letter_is_a_mail_like_any_other(facts: Facts):
    other = uuid7()
    letter: dict[str, Any] = {
        "loop": (marks.loop_mark(other),),
        "message_id": marks.message_id(TO_ANN.id, other, "demo.test"),
    }
    assert decide(a_mail(CAROL, **letter), CAROL, facts).act is Act.OPEN
