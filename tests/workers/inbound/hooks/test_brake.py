"""Which letters are withheld: too deep in a chain of programs, or too many for one correspondent."""

from dataclasses import replace
from typing import Any

import pytest

from models.base import uuid7
from models.outgoing import Letter, State
from models.profile import Role
from models.settings import Settings
from models.workflow import Status
from workers.inbound.decide import Act, Decision
from workers.inbound.facts import Box, Facts, Known, Person
from workers.inbound.hooks import Event, letters
from workers.inbound.hooks.brake import BUDGETS, DEEPEST
from workers.inbound.recognise import Kind

BOX = Box(uuid7(), "support@demo.test", "Support", None, None, "normal")
SYSTEM = Person(uuid7(), "Demo", "", Role.SYSTEM)
ANN = Person(uuid7(), "Ann", "ann@demo.test", Role.AGENT)
BOB = Person(uuid7(), "Bob", "bob@demo.test", Role.AGENT)
CAROL = Person(uuid7(), "Carol", "carol@customer.test", Role.CUSTOMER)
TICKET = Known(uuid7(), "Printer", Status.OPEN, CAROL)
HOUR, DAY = BUDGETS[Letter.ACKNOWLEDGEMENT]


@pytest.fixture
def facts(instance: Settings) -> Facts:
    del instance
    return Facts(uuid7(), SYSTEM, {BOX.id: BOX}, (ANN, BOB), {}, frozenset(), {})


def event(act: Act = Act.OPEN, kind: Kind = Kind.PERSONAL, author: Person = CAROL, **more: Any) -> Event:
    told = {name: more.pop(name) for name in ("depth", "silent", "why_not") if name in more}
    return Event(Decision(act, kind, (), **told), TICKET, uuid7(), author, BOX, **more)


def states(found: Event, facts: Facts) -> list[tuple[str, str]]:
    return [(row["letter"], row["state"]) for row in letters(found, facts)]


def all_of(name: str, state: State, count: int) -> list[tuple[str, str]]:
    return [(name, state)] * count


def test_no_letter_is_written_deeper_than_the_deepest(facts: Facts):
    for depth in range(4):
        found = event(Act.COMMENT, Kind.BULK, depth=depth)
        becomes = State.QUEUED if depth < DEEPEST else State.WITHHELD
        assert states(found, facts) == all_of(Letter.NOTIFICATION, becomes, 2), depth


def test_each_letter_says_how_deep_it_is(facts: Facts):
    assert {row["depth"] for row in letters(event(), facts)} == {1}
    assert {row["depth"] for row in letters(event(Act.COMMENT, Kind.AUTOMATIC, depth=1), facts)} == {2}
    assert {row["depth"] for row in letters(event(Act.ANSWER, author=ANN), facts)} == {0}, "a person's own words"


def test_an_hour_has_its_acknowledgements_and_agents_hear_of_all(facts: Facts):
    for number in range(HOUR + 2):
        (first, *others) = states(event(), facts)
        assert first == (Letter.ACKNOWLEDGEMENT, State.QUEUED if number < HOUR else State.WITHHELD)
        assert others == all_of(Letter.NOTIFICATION, State.QUEUED, 2)


@pytest.mark.parametrize(
    ("spent", "state"), [((0, 0), State.QUEUED), ((HOUR, HOUR), State.WITHHELD), ((0, DAY), State.WITHHELD)]
)
def test_what_went_before_counts(facts: Facts, spent: tuple[int, int], state: State):
    facts.spent[BOX.id, CAROL.id, Letter.ACKNOWLEDGEMENT] = spent
    assert states(event(), facts)[0] == (Letter.ACKNOWLEDGEMENT, state)
    assert states(event(author=replace(CAROL, id=uuid7())), facts)[0] == (Letter.ACKNOWLEDGEMENT, State.QUEUED)
    assert facts.spent[BOX.id, CAROL.id, Letter.ACKNOWLEDGEMENT] == (spent[0] + 1, spent[1] + 1)


def test_agents_hear_only_so_often_of_one_programs_reactions(facts: Facts):
    for number in range(5):
        becomes = State.QUEUED if number < HOUR else State.WITHHELD
        assert states(event(Act.OPEN, Kind.BOUNCE, depth=1), facts) == all_of(Letter.NOTIFICATION, becomes, 2)
    assert states(event(Act.OPEN, Kind.BULK, depth=1), facts) == all_of(Letter.NOTIFICATION, State.QUEUED, 2)


def test_of_programs_that_write_by_themselves_agents_hear_always_unless_an_agent_owns_them(facts: Facts):
    for _ in range(9):
        assert states(event(Act.OPEN, Kind.BULK, depth=1), facts) == all_of(Letter.NOTIFICATION, State.QUEUED, 2)
    found = [states(event(Act.OPEN, Kind.BULK, ANN, depth=1), facts)[0][1] for _ in range(4)]
    assert found == [State.QUEUED] * 3 + [State.WITHHELD]


def test_who_is_out_of_reach_is_not_told_so_by_mail(facts: Facts):
    found = event(Act.OPEN, Kind.BOUNCE, depth=1, unreached=frozenset({ANN.address}))
    assert [row["recipient"] for row in letters(found, facts)] == [BOB.address]


def test_only_a_programs_mail_is_cited_to_staff(facts: Facts):
    for depth, cited in ((0, []), (1, ["<m@x>"])):
        row = letters(event(Act.COMMENT, Kind.BULK, depth=depth, message_id="<m@x>"), facts)[0]
        assert row["context"]["references"][:-1] == cited
        assert row["context"]["in_reply_to"] == row["context"]["references"][-1]
