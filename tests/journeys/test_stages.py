"""What stages have done, from the mail that came in to the letter that goes out, while everything runs."""

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres
from tests.journeys.passing import at_noon, pass_time, ring
from tests.journeys.stage import Stage, body, reply_to
from tests.waiting import until

pytestmark = pytest.mark.xdist_group("system")
CAROL = "carol@customer.test"


def mail(sender: str, to: str, name: str, words: str, *headers: str) -> bytes:
    lines = [f"From: {sender}", f"To: {to}", "Subject: The kettle", f"Message-ID: <{name}@{sender}>", *headers]
    return "\r\n".join([*lines, "", words, ""]).encode()


def hooks(stage: Stage, *words: str) -> None:
    stage.desk("hooks", "add", *words, "--org", stage.slug)


def shown(stage: Stage, number: str) -> dict[str, object]:
    found: dict[str, object] = stage.desk("ticket", "show", number, "--org", stage.slug)
    return found


def letters_of_stages(stage: Stage) -> list[dict[str, str]]:
    return [one for one in stage.outbox() if one["letter"] == "letter_of_stage" and one["state"] == "captured"]


def test_a_mail_is_asked_about_reminded_of_and_closed_by_itself(stage: Stage):
    """An organization says what its stages do; from then on mails do the rest."""
    hooks(stage, "new", "priority", "--to", "high")
    hooks(stage, "new", "assign", "--to", stage.agent)
    waits = "We wait for you, {{ recipient_name }}."
    hooks(stage, "waiting for customer", "reply", "--message", waits, "--after", "0m")
    hooks(stage, "resolved", "advance", "--to", "closed")
    hooks(stage, "closed", "reply", "--message", "{{ number }} is closed.")
    number = stage.send(mail(CAROL, stage.support, "q", "It does not boil."), CAROL, [stage.support])["ticket"]
    until(lambda: shown(stage, number)["assignee"] == stage.agent)
    assert shown(stage, number)["priority"] == "high"
    stage.letters()
    letter = stage.last("notification_to_agent").message
    answer = mail(stage.agent, reply_to(letter), "a", "Is it plugged in?")
    stage.send(answer, stage.agent, [reply_to(letter)])
    (reminder,) = until(lambda: letters_of_stages(stage))
    assert reminder["recipient"] == CAROL
    stage.letters()
    said = stage.last("letter_of_stage").message
    assert "We wait for you, carol." in body(said)
    assert said["Auto-Submitted"] == "auto-generated"
    back = mail(CAROL, reply_to(said), "r", "It is.", f"In-Reply-To: {said['Message-ID']}")
    assert stage.send(back, CAROL, [reply_to(said)])["ticket"] == number
    assert shown(stage, number)["stage"] == "In progress"
    stage.desk("ticket", "stage", number, "resolved", "--org", stage.slug)
    until(lambda: len(letters_of_stages(stage)) == 2)
    assert shown(stage, number)["stage"] == "Closed"
    runs = stage.desk("hooks", "runs", "--ticket", number, "--org", stage.slug)
    assert {one["state"] for one in runs} == {"done"}


def test_who_is_waited_for_is_reminded_by_day_then_it_is_closed_and_a_person_reopens_it(stage: Stage):
    """It is noon, and the organization works from nine to five; a robot's reply changes nothing."""
    at_noon(stage)
    waits = "waiting for customer"
    hooks(stage, waits, "reply", "--message", "Do you still need us?", "--after", "8h", "--business-hours")
    hooks(stage, waits, "advance", "--to", "closed", "--after", "16h", "--business-hours")
    number = stage.send(mail(CAROL, stage.support, "q", "It does not boil."), CAROL, [stage.support])["ticket"]
    stage.letters()
    notice = reply_to(stage.last("notification_to_agent").message)
    stage.send(mail(stage.agent, notice, "a", "Is it plugged in?"), stage.agent, [notice])
    timers = "SELECT 1 FROM timers WHERE org_id = %(org)s"
    until(lambda: len(stage.ask(timers)) == 1 + 1)

    def passed(hours: int) -> tuple[int, object]:
        pass_time(stage, hours=hours)
        ring(stage, "clock.act")
        until(lambda: not stage.ask(f"{timers} AND fired_at IS NULL AND cancelled_at IS NULL AND due_at <= now()"))
        until(lambda: not stage.ask("SELECT 1 FROM hook_runs WHERE org_id = %(org)s AND state = 'waiting'"))
        until(lambda: stage.rest()[2] == 0)
        return len(letters_of_stages(stage)), shown(stage, number)["stage"]

    assert passed(10) == (0, "Waiting for customer"), "most of it was night"
    assert passed(14) == (1, "Waiting for customer")
    stage.letters()
    said = stage.last("letter_of_stage").message
    cites = f"In-Reply-To: {said['Message-ID']}"
    away = mail(CAROL, reply_to(said), "v", "I am away.", "Auto-Submitted: auto-replied", cites)
    assert stage.send(away, CAROL, [reply_to(said)])["ticket"] == number
    assert shown(stage, number)["stage"] == "Waiting for customer"
    assert passed(24) == (1, "Closed")
    back = mail(CAROL, reply_to(said), "r", "I do.", cites)
    assert stage.send(back, CAROL, [reply_to(said)])["ticket"] == number
    assert shown(stage, number)["stage"] == "In progress"


def test_a_robot_is_not_written_to_by_a_stage(stage: Stage):
    hooks(stage, "new", "reply", "--message", "We are on it.")
    away = mail(CAROL, stage.support, "v", "I am away.", "Auto-Submitted: auto-replied")
    number = stage.send(away, CAROL, [stage.support])["ticket"]

    def over() -> list[dict[str, str]]:
        found = stage.desk("hooks", "runs", "--ticket", number, "--org", stage.slug)
        return [one for one in found if one["state"] != "waiting"]

    (run,) = until(over)
    assert run["state"] == "skipped"
    assert run["answer"].startswith("no program answers their last mail: the mail is automatic")
    assert letters_of_stages(stage) == []


def test_what_was_closed_for_good_goes_on_in_another_ticket(stage: Stage):
    """Here at once, as the organization says; the new one is acknowledged, and the desk shows both as linked."""
    old = stage.send(mail(CAROL, stage.support, "q", "It does not boil."), CAROL, [stage.support])["ticket"]
    stage.desk("ticket", "stage", old, "closed", "--org", stage.slug)
    with psycopg.connect(EmbeddedPostgres(stage.system.data).url("superuser")) as connection:
        connection.execute(
            "UPDATE organization_settings SET policies = '{\"reopen_days\": 0}'"
            " WHERE org_id = (SELECT id FROM organizations WHERE slug = %s)",
            [stage.slug],
        )
    stage.letters()
    reply = reply_to(stage.last("acknowledgement").message)
    again = stage.send(mail(CAROL, reply, "r", "It broke again."), CAROL, [reply])
    assert again["ticket"] != old
    assert (shown(stage, again["ticket"])["linked"], shown(stage, old)["linked"]) == ([old], [again["ticket"]])
    assert shown(stage, old)["status"] == "closed"
    steps = stage.desk("mail", "explain", again["id"])
    assert "it was closed for good: its matter goes on in a new one" in str(steps)
    assert [one.recipient for one in stage.letters() if one.letter == "acknowledgement"] == [CAROL]
