"""Screens, from the front door to the letter: who is blocked, who writes too much, and who must answer first."""

from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from models.base import uuid7
from tests.journeys.passing import pass_time, told
from tests.journeys.stage import Captured, Stage, body, reply_to
from tests.waiting import until

pytestmark = pytest.mark.xdist_group("system")


def mail(sender: str, to: str, subject: str = "My kettle", *headers: str, words: str = "It does not boil.") -> bytes:
    """A mail that differs from every other."""
    head = (f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{uuid7().hex}@customer.test>")
    return "\r\n".join((*head, *headers, "", words, "")).encode()


def cites(letter: Message) -> list[str]:
    """The headers by which a mail program answers a letter."""
    return [f"In-Reply-To: {letter['Message-ID']}", f"References: {letter['References']} {letter['Message-ID']}"]


def says(stage: Stage, identifier: str) -> dict[str, tuple[str, str]]:
    """What `mail explain` says of a mail: step to verdict and reason."""
    steps = stage.desk("mail", "explain", identifier)["trace"]
    return {one["step"]: (one["verdict"], one["reason"]) for one in steps}


def test_a_blocked_sender_waits_for_a_person(stage: Stage):
    mallory = "mallory@mail.evil.test"
    stage.desk("block", "add", "evil.test", "--org", stage.slug, "--reason", "they sell kettles")
    kept = stage.send(mail(mallory, stage.support), mallory, [stage.support])
    assert (kept["stage"], kept["reason"]) == ("quarantined", "the domain evil.test is blocked: they sell kettles")
    assert says(stage, kept["id"])["blocked"] == ("quarantined", kept["reason"])
    assert stage.letters() == []
    stage.desk("quarantine", "release", kept["id"])
    stage.await_filed(kept["id"])
    assert says(stage, kept["id"])["screens"] == ("released", "decided by a person")
    assert sorted(one.letter for one in stage.letters()) == ["acknowledgement", "notification_to_agent"]
    stage.desk("block", "remove", "evil.test", "--org", stage.slug)
    assert stage.send(mail(mallory, stage.support), mallory, [stage.support])["stage"] == "filed"


def test_a_flood_is_one_ticket_and_then_waits(stage: Stage):
    monitor, carla = "monitor@machines.test", "carla@customer.test"
    stage.desk("limits", "set", "ticket_create", "email", "2/hour", "--org", stage.slug)
    stage.desk("limits", "set", "message_send", "email", "4/hour", "--org", stage.slug)
    sent = [stage.send(mail(monitor, stage.support, f"Alarm {n}"), monitor, [stage.support]) for n in range(6)]
    assert [one["stage"] for one in sent] == ["filed"] * 4 + ["quarantined"] * 2
    tickets = [one["ticket"] for one in sent[:4]]
    assert len(set(tickets)) == 2
    assert tickets[1:] == [tickets[1]] * 3
    verdict, why = says(stage, sent[3]["id"])["thread"]
    assert (verdict, why.startswith("more than 2 new tickets within an hour")) == ("folded", True)
    assert says(stage, sent[5]["id"])["rate"][0] == "held"
    shown = stage.desk("ticket", "show", tickets[1], "--org", stage.slug)
    assert len(shown["comments"]) == 3
    assert stage.send(mail(carla, stage.support), carla, [stage.support])["stage"] == "filed"
    stopped = stage.desk("limits", "list", "--org", stage.slug)
    assert {(one["action"], one["identifier"]) for one in stopped} == {
        ("ticket_create", monitor), ("message_send", monitor),
    }  # fmt: skip
    notices = [f"There were {one['reason']}." for one in stopped]
    assert [(who, len(said)) for who, said in told(stage)] == [(stage.agent, len(notices))], "once for each limit"
    stage.send(mail(monitor, stage.support, "Alarm 6"), monitor, [stage.support])
    assert told(stage) == []
    stage.desk("quarantine", "release", sent[5]["id"])
    stage.await_filed(sent[5]["id"])
    assert len(stage.mails()) == 6 + 1 + 1, "nothing was dropped"
    stage.desk("limits", "lift", monitor, "--org", stage.slug)
    again = stage.send(mail(monitor, stage.support, "All is well"), monitor, [stage.support])
    assert again["ticket"] not in tickets


def test_an_unknown_sender_answers_first(stage: Stage):
    carla = "carla@customer.test"
    stage.desk("verification", "set", "unknown", "--org", stage.slug)
    first = stage.send(mail(carla, stage.support), carla, [stage.support])
    second = stage.send(mail(carla, stage.support, "And my pot"), carla, [stage.support])
    assert [one["stage"] for one in (first, second)] == ["quarantined"] * 2
    assert says(stage, first["id"])["verification"][0] == "asked"
    assert says(stage, second["id"])["verification"][0] == "waits"
    (letter,) = stage.letters()
    assert (letter.letter, letter.recipient) == ("verification", carla)
    assert letter.message["Auto-Submitted"] == "auto-replied"
    assert letter.message["Return-Path"] == "<>"
    assert "kettle" not in letter.message.as_string()
    assert "boil" not in letter.message.as_string()
    answer = mail(carla, reply_to(letter.message), "Re: Please confirm", *cites(letter.message), words="It is me.")
    stage.send(answer, carla, [reply_to(letter.message)])
    for one in (first, second):
        stage.await_filed(one["id"])
    tickets = {one["subject"]: one["number"] for one in stage.desk("ticket", "list", "--org", stage.slug)}
    assert set(tickets) == {"My kettle", "And my pot"}
    comments = stage.desk("ticket", "show", tickets["My kettle"], "--org", stage.slug)["comments"]
    assert [one["text"] for one in comments] == ["It does not boil.", "It is me."]
    assert says(stage, first["id"])["screens"] == ("released", f"{carla} answered our question")
    assert stage.send(mail(carla, stage.support, "Thanks"), carla, [stage.support])["stage"] == "filed"


def answers(stage: Stage, sender: str, letter: Captured) -> Any:
    """What becomes of a reply to a question."""
    said = mail(sender, reply_to(letter.message), f"Re: {uuid7()}", *cites(letter.message), words="It is me.")
    return stage.send(said, sender, [reply_to(letter.message)])


def test_wrong_answers_are_counted_and_the_right_one_is_good_for_an_hour(stage: Stage):
    """Carla answers what Dora was asked, five times; then no answer of hers counts, and she is asked again."""
    carla, dora = "carla@customer.test", "dora@customer.test"
    stage.desk("verification", "set", "unknown", "--org", stage.slug)
    for one in (carla, dora):
        stage.send(mail(one, stage.support, f"Pot of {one}"), one, [stage.support])
    asked = {one.recipient: one for one in stage.letters()}
    tries = "SELECT attempts FROM email_verification_tokens WHERE org_id = %(org)s AND email = %(who)s ORDER BY id"
    for number in range(1, 6):
        assert answers(stage, carla, asked[dora])["stage"] == "quarantined"
        assert stage.ask(tries, who=carla) == [(number,)]
    assert answers(stage, carla, asked[carla])["stage"] == "quarantined", "too late"
    pass_time(stage, minutes=61)
    assert answers(stage, dora, asked[dora])["stage"] == "quarantined", "its hour is over"
    assert [one["stage"] for one in stage.mails()] == ["quarantined"] * 9
    again = {one.recipient: one for one in stage.letters()}
    assert {(who, one.letter) for who, one in again.items()} == {(carla, "verification"), (dora, "verification")}
    stage.await_filed(str(answers(stage, dora, again[dora])["id"]))
    assert sorted(one["stage"] for one in stage.mails()) == ["filed"] * 3 + ["quarantined"] * 7


def test_robots_lists_bounces_and_spam_are_not_asked(stage: Stage):
    stage.desk("verification", "set", "unknown", "--org", stage.slug)
    spam = (Path(__file__).parent / "11_spam_waits/1_offer.eml").read_text().replace("{domain}", stage.domain)
    kept = stage.send(spam.replace("\n", "\r\n").encode(), "oliver@offers.test", [stage.support])
    assert (kept["stage"], kept["reason"][:10]) == ("quarantined", "spam score")
    for sender, path, header in (
        ("robot@machines.test", "robot@machines.test", "Auto-Submitted: auto-replied"),
        ("list@list.test", "bounces@list.test", "List-Id: <list.list.test>"),
        ("mailer-daemon@relay.test", "", "X-Failed-Recipients: c@customer.test"),
        ("no-reply@shop.test", "no-reply@shop.test", "Precedence: first-class"),
    ):
        found = stage.send(mail(sender, stage.support, "Hello", header), path, [stage.support])
        assert found["stage"] == "quarantined", sender
        assert "is not asked" in found["reason"]
    assert stage.outbox() == []


def test_the_quarantine_is_told_by_letter_and_answered(stage: Stage):
    mallory = "mallory@mail.evil.test"
    stage.desk("block", "add", "evil.test", "--org", stage.slug)
    kept = stage.send(mail(mallory, stage.support), mallory, [stage.support])
    stage.desk("quarantine", "digest", "--now", "--org", stage.slug)
    until(lambda: stage.rest()[2] == 0 and stage.outbox())
    (told,) = stage.letters()
    assert (told.letter, told.recipient) == ("quarantine_digest", stage.agent)
    to = reply_to(told.message)
    stage.send(mail(mallory, to, "Re: quarantine", words="release 1"), mallory, [to])
    assert stage.desk("mail", "show", kept["id"])["stage"] == "quarantined", "whoever knows the address"
    assert [(one.letter, one.recipient) for one in stage.letters()] == [("digest_answered", stage.agent)]
    stage.send(mail(stage.agent, to, "Re: quarantine", *cites(told.message), words="release 1"), stage.agent, [to])
    stage.await_filed(kept["id"])
    assert len(stage.desk("ticket", "list", "--org", stage.slug)) == 1
    letters = {one.letter: one for one in stage.letters()}
    assert "It is filed now: 1." in body(letters["digest_answered"].message)
    assert "notification_to_agent" in letters
