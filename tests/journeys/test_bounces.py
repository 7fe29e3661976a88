"""A letter that comes back, from the door to the desk: what the agent hears, and what is sent no more."""

import pytest

from tests.journeys.stage import Stage, body, reply_to
from tests.reports import delivery_report

pytestmark = pytest.mark.xdist_group("system")
CAROL = "carol@customer.test"


def question(stage: Stage, number: int) -> bytes:
    lines = [f"From: {CAROL}", f"To: {stage.support}", "Subject: The kettle", f"Message-ID: <q{number}@{stage.domain}>"]
    return "\r\n".join([*lines, "", "It does not boil.", ""]).encode()


def answer(stage: Stage, to: str, number: int) -> bytes:
    lines = [f"From: {stage.agent}", f"To: {to}", "Subject: Re: The kettle", f"Message-ID: <a{number}@{stage.domain}>"]
    return "\r\n".join([*lines, "", "Descale it.", ""]).encode()


def test_a_letter_that_comes_back_until_somebody_lifts_it(stage: Stage):
    asked = stage.send(question(stage, 1), CAROL, [stage.support])
    stage.letters()
    to = reply_to(stage.last("notification_to_agent").message)
    stage.send(answer(stage, to, 1), stage.agent, [to])
    (reply,) = stage.letters()
    home = reply.message["Return-Path"].strip("<>")
    back = stage.send(delivery_report(home, CAROL), "", [home])
    assert (back["stage"], back["ticket"]) == ("filed", asked["ticket"])

    (told,) = stage.letters()
    assert (told.letter, told.recipient) == ("letter_returned", stage.agent)
    said = body(told.message)
    assert f"The letter to {CAROL} did not arrive: 550 5.1.1 no such user." in " ".join(said.split())
    assert "postern suppress remove" in said
    assert told.message["Subject"].startswith("Not delivered: The kettle [")

    shown = stage.desk("ticket", "show", asked["ticket"], "--org", stage.slug)
    fates = {(one["letter"], one["recipient"]): one["state"] for one in shown["letters"]}
    assert fates == {
        ("acknowledgement", CAROL): "captured", ("notification_to_agent", stage.agent): "captured",
        ("reply_to_customer", CAROL): "bounced", ("letter_returned", stage.agent): "captured",
    }  # fmt: skip
    assert (shown["comments"][-1]["sender_type"], shown["comments"][-1]["is_internal"]) == ("system", True)
    (bounced,) = stage.desk("outbox", "list", "--org", stage.slug, "--state", "bounced")
    tries = stage.desk("outbox", "show", bounced["id"])["tries"]
    assert [(one["outcome"], one["answer"][:9]) for one in tries][1:] == [("bounced", "550 5.1.1")]
    (listed,) = stage.desk("suppress", "list", "--org", stage.slug)
    assert (listed["address"], listed["reason"]) == (CAROL, "bounced")

    to = reply_to(told.message)
    mail = stage.send(answer(stage, to, 2), stage.agent, [to])
    assert [(one.letter, one.recipient) for one in stage.letters()] == [("letter_returned", stage.agent)]
    trace = stage.desk("mail", "explain", mail["id"])["trace"]
    assert [one["verdict"] for one in trace if one["step"] == "suppressed"] == ["withheld"]
    (waits,) = stage.desk("outbox", "list", "--org", stage.slug, "--state", "withheld")
    stage.desk("suppress", "remove", CAROL, "--org", stage.slug)
    stage.desk("outbox", "retry", waits["id"])
    stage.send(question(stage, 2), CAROL, [stage.support])
    assert {one.letter for one in stage.letters()} >= {"reply_to_customer", "acknowledgement"}


def test_a_forged_report_is_kept_and_changes_nothing(stage: Stage):
    stage.send(question(stage, 1), CAROL, [stage.support])
    stage.letters()
    mail = stage.send(delivery_report(stage.support, CAROL), "", [stage.support])
    assert (mail["stage"], mail["ticket"]) == ("quarantined", None)
    (listed,) = stage.desk("quarantine", "list", "--org", stage.slug)
    assert "bears no mark of ours" in listed["reason"]
    assert stage.letters() == []
    assert stage.desk("suppress", "list", "--org", stage.slug) == []
    assert {one["state"] for one in stage.outbox()} == {"captured"}


def test_an_answer_waits_so_that_it_can_be_taken_back(stage: Stage):
    stage.desk("outbox", "window", "600", "--org", stage.slug)
    asked = stage.send(question(stage, 1), CAROL, [stage.support])
    stage.letters()
    stage.desk("ticket", "reply", asked["ticket"], "--org", stage.slug, "--text", "Descale it.")
    (waits,) = stage.desk("outbox", "list", "--org", stage.slug, "--state", "queued")
    assert (waits["letter"], waits["next_try_at"] > waits["created_at"]) == ("reply_to_customer", True)
    assert stage.desk("outbox", "take-back", waits["id"])["state"] == "withheld"
    shown = stage.desk("ticket", "show", asked["ticket"], "--org", stage.slug)
    assert [one["reason"] for one in shown["withheld"]] == ["a person took it back before it was sent"]
