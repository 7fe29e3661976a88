"""Notices by letter: who gets which, when; nobody of what they did themselves, and no customer of what is internal."""

import pytest

from tests.journeys.passing import at_noon, pass_time, told
from tests.journeys.stage import Stage
from tests.journeys.test_stages import CAROL, hooks, mail
from tests.waiting import until

pytestmark = pytest.mark.xdist_group("system")
WORKED = "It is being worked on."


def test_what_happens_within_a_minute_is_one_letter_as_each_person_wishes(stage: Stage):
    """Bob works on Ann's ticket; a stage tells everybody, of whom some want their letters later or none."""
    at_noon(stage)
    ours = ("--org", stage.slug)
    bob, sam, nora, dora = (f"{name}@{stage.domain}" for name in ("bob", "sam", "nora", "dora"))
    for one in (bob, sam, nora, dora):
        stage.desk("agent", "add", one, *ours)
    stage.desk("person", "letters", sam, "at_once", "--quiet", "11:00-18:00", *ours)
    stage.desk("person", "letters", nora, "none", *ours)
    stage.desk("person", "letters", dora, "daily", *ours)
    hooks(stage, "in progress", "notification", "--to", "role:agent", "--message", WORKED)
    hooks(stage, "in progress", "notification", "--to", "ticket_creator", "--message", "We work on it.")
    number = stage.send(mail(CAROL, stage.support, "q", "It does not boil."), CAROL, [stage.support])["ticket"]
    stage.desk("person", "letters", CAROL, "at_once", *ours)

    stage.desk("ticket", "assign", number, stage.agent, "--as", bob, *ours)
    for words in ("They were rude.", "And late."):
        stage.desk("ticket", "note", number, "--text", words, "--as", bob, *ours)
    stage.desk("ticket", "stage", number, "in progress", "--as", bob, *ours)
    until(lambda: {one["state"] for one in stage.desk("hooks", "runs", "--ticket", number, *ours)} == {"done"})
    assert told(stage, sam, dora) == [
        (stage.agent, ["It is yours now.", "They were rude.", "And late.", WORKED]),
        (CAROL, ["It is now in progress.", "We work on it."]),
    ]
    stage.desk("person", "letters", sam, "at_once", "--quiet", "18:00-07:00", *ours)
    assert told(stage, dora) == [(sam, [WORKED])]
    pass_time(stage, hours=24)
    assert told(stage) == [(dora, [WORKED])]
