"""How deep a mail is in a chain of programs: a table of what it gives back of our letters."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from models import marks
from models.base import uuid7
from models.outgoing import Letter
from models.profile import Role
from models.settings import Settings
from workers.inbound import chain
from workers.inbound.facts import Facts, Person, Received, Signed
from workers.inbound.mail import Mail, Notice
from workers.inbound.recognise import Kind

ORG, PLAIN = uuid7(), "support@demo.test"
NOTICE = Signed(uuid7(), Letter.NOTIFICATION, uuid7(), uuid7(), depth=1)
SECOND = Signed(uuid7(), Letter.NOTIFICATION, uuid7(), uuid7(), depth=2)
ANSWER = Signed(uuid7(), Letter.REPLY, uuid7(), uuid7(), depth=0)
LETTERS = {marks.handle_of(one.id): one for one in (NOTICE, SECOND, ANSWER)}


def depth(kind: Kind, to: str = PLAIN, mail_from: str = "x@y.test", **mail: Any) -> int:
    facts = Facts(ORG, Person(uuid7(), "", "", Role.SYSTEM), {}, (), {}, frozenset(), {}, dict(LETTERS))
    received = Received(uuid7(), uuid7(), mail_from, (to,), datetime.now(UTC), 1, replace(Mail(), **mail), b"")
    return chain.follow(received, facts, kind).depth


def named(letter: Signed, org: object = ORG) -> str:
    return marks.message_id(letter.id, org, "demo.test")  # type: ignore[arg-type]  # another organization's, in one case


def test_a_persons_mail_begins_anew_whatever_it_cites(instance: Settings):
    assert depth(Kind.PERSONAL, references=(named(SECOND),)) == 0
    assert depth(Kind.BULK, references=(named(SECOND),)) == 0, "a list passes on what people write"
    assert depth(Kind.PERSONAL, marks.reply_address(PLAIN, ORG, marks.handle_of(NOTICE.id))) == 0


@pytest.mark.parametrize(
    "kind",
    [Kind.AUTOMATIC, Kind.BOUNCE, Kind.CHALLENGE, Kind.RECEIPT, Kind.FEEDBACK],
)
def test_a_programs_mail_is_one_deeper_than_what_it_answers(instance: Settings, kind: Kind):
    handle = marks.handle_of(SECOND.id)
    assert depth(kind) == 1
    assert depth(kind, marks.reply_address(PLAIN, ORG, handle)) == 3
    assert depth(kind, marks.return_path(PLAIN, ORG, handle), "") == 3
    assert depth(kind, in_reply_to=(named(NOTICE),)) == 2
    assert depth(kind, references=(named(NOTICE), "<x@y.test>")) == 2
    assert depth(kind, notice=Notice(kind, "it is", (), (named(SECOND),))) == 3


def test_a_program_that_writes_of_its_own_accord_counts_too(instance: Settings):
    assert depth(Kind.BULK, auto_submitted="auto-generated") == 1
    assert depth(Kind.BULK, auto_submitted="auto-generated", references=(named(NOTICE), "<root@there.test>")) == 2
    assert depth(Kind.BULK, auto_submitted="no", references=(named(NOTICE),)) == 0


def test_an_answer_to_a_persons_words_is_the_first(instance: Settings):
    """Even where the thread began with letters that programs wrote: the nearest counts."""
    cites: dict[str, Any] = {"in_reply_to": (named(ANSWER),), "references": (named(SECOND), named(ANSWER))}
    assert depth(Kind.AUTOMATIC, **cites) == 1


def test_nobody_else_makes_a_mail_deeper(instance: Settings):
    assert depth(Kind.AUTOMATIC, in_reply_to=(named(SECOND, uuid7()),)) == 1
    assert depth(Kind.AUTOMATIC, in_reply_to=("<" + "0" * 32 + "." + "a" * 26 + "@demo.test>",)) == 1
