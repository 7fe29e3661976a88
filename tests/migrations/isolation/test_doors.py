"""Functions that run with their owner's rights do nothing, and tell nothing, to those whose rows it is not about."""

import pytest

from tests.migrations.isolation.behaviour import Act, calls, observe, spell
from tests.migrations.isolation.calls import CALLS
from tests.migrations.isolation.cases import Outcome, Stage
from tests.migrations.isolation.catalogue import words
from tests.migrations.isolation.contexts import LOGINS, Context
from tests.migrations.isolation.over_all import OVER_ALL
from tests.migrations.isolation.strangers import STRANGE, Strange

_CALLABLE = """
    SELECT DISTINCT p.proname FROM pg_proc p, unnest(%s::text[]) AS login
    WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype <> 'trigger'::regtype
      AND has_function_privilege(login, p.oid, 'EXECUTE') ORDER BY 1
"""


def answer(stage: Stage, strange: Strange, context: Context, mark: str) -> Outcome:
    """What a call answers, with what it was asked about taken out of the words."""
    value = spell(stage, mark)
    statement = words(spell(stage, strange.statement.replace("<it>", mark)))
    return observe(stage, Act(strange.function, context, statement)).like(value.strip("'"))


@pytest.mark.parametrize("strange", STRANGE, ids=lambda strange: f"{strange.function} {strange.there}")
def test_what_is_not_theirs_is_like_what_is_not_there(stage: Stage, strange: Strange):
    for context in strange.contexts:
        there, nowhere = (answer(stage, strange, context, mark) for mark in (strange.there, strange.nowhere))
        told = (there.state, there.message, there.count, there.rows)
        assert told == (nowhere.state, nowhere.message, nowhere.count, nowhere.rows), (context.name, there, nowhere)
        assert strange.writes or not there.left, (context.name, there)


def test_every_function_is_called(stage: Stage):
    known = {name for (name,) in stage.admin.execute(_CALLABLE, (list(LOGINS),))}
    assert known <= {call.function for call in CALLS}
    assert known <= {strange.function for strange in STRANGE} | set(OVER_ALL)


def test_calls_work_where_they_should(stage: Stage):
    """A call that is refused everywhere would prove nothing."""
    answers = {call.function: False for call in CALLS}
    for act in calls(stage):
        answers[act.name.partition(" by ")[0]] |= not observe(stage, act).state
    assert [function for function, worked in answers.items() if not worked] == []


def test_a_door_opens_for_those_who_see_the_ticket(stage: Stage):
    made = {act.context.name: observe(stage, act) for act in calls(stage) if act.name.startswith("update_tickets by")}
    assert {name for name, outcome in made.items() if not outcome.state} == {
        "system", "admin", "agent", "colleague", "guest",
    }  # fmt: skip
