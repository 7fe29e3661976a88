"""What was promised to customers, from their mail to the letter that it is late: in business time, with pauses."""

import pytest

from tests.journeys.passing import at_noon, pass_time, ring, told
from tests.journeys.stage import Stage, reply_to
from tests.journeys.test_stages import CAROL, hooks, mail, shown
from tests.waiting import until

pytestmark = pytest.mark.xdist_group("system")
ANSWER, SOLUTION = "The time for the first answer", "The time for the solution"


def watched(stage: Stage, **passed: float) -> list[tuple[str, list[str]]]:
    """Whom the clock tells what, once so much time has passed."""
    pass_time(stage, **passed)
    ring(stage, "clock.act")
    live = "SELECT 1 FROM timers WHERE org_id = %(org)s AND fired_at IS NULL AND cancelled_at IS NULL"
    until(lambda: not stage.ask(f"{live} AND due_at <= now()"))
    return [(who, sorted(lines)) for who, lines in told(stage)]


def test_an_answer_and_a_solution_in_time_of_business_with_a_pause(stage: Stage):
    """Urgent bills are promised ten hours of business to an answer, which is more than a day; all else half an hour."""
    at_noon(stage)
    boss = f"boss@{stage.domain}"
    stage.desk("agent", "add", boss, "--org", stage.slug, "--admin")
    stage.desk("sla", "add", "All", "--first-response", "30m", "--org", stage.slug)
    stage.desk("sla", "add", "Urgent", "--first-response", "30m", "--priority", "urgent", "--org", stage.slug)
    bills = ("--first-response", "10h", "--resolution", "20h", "--type", "Billing", "--priority", "urgent")
    stage.desk("sla", "add", "Bills", *bills, "--org", stage.slug)
    hooks(stage, "new", "tag", "--put", "warned", "--on", "warning")
    hooks(stage, "new", "assign", "--to", stage.agent)
    stage.desk("rules", "add", "All", "--org", stage.slug, "--priority", "urgent")
    billing = f"support+billing@{stage.domain}"
    number = stage.send(mail(CAROL, billing, "q", "It is too much."), CAROL, [billing])["ticket"]
    until(lambda: shown(stage, number)["assignee"] == stage.agent)
    told(stage)
    early = [(stage.agent, [f"{ANSWER} is nearly over."])]
    assert watched(stage, hours=24) == early, "eight hours of business of a day have passed"
    until(lambda: shown(stage, number)["tags"] == ["warned"])
    late = [(stage.agent, [f"{ANSWER} is over.", f"{SOLUTION} is nearly over."]), (boss, [f"{ANSWER} is over."])]
    assert watched(stage, hours=24) == late

    notice = stage.last("notification_to_agent").message
    stage.send(mail(stage.agent, reply_to(notice), "a", "Which one?"), stage.agent, [reply_to(notice)])
    assert shown(stage, number)["stage"] == "Waiting for customer"
    assert watched(stage, days=9) == [], "who waits for the customer spends no time"
    answer = reply_to(stage.last("reply_to_customer").message)
    stage.send(mail(CAROL, answer, "r", "The last one."), CAROL, [answer])
    assert watched(stage, hours=24) == [(one, [f"{SOLUTION} is over."]) for one in (stage.agent, boss)]
    assert watched(stage, days=9) == [], "each once"
    assert CAROL not in {one["recipient"] for one in stage.outbox() if one["letter"] == "notices"}
