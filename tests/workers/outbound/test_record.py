from datetime import timedelta

import pytest

from models.database import transaction
from models.outgoing import State
from tests.conftest import Tenant
from tests.workers.outbound.drafts import draft
from tests.workers.outbound.outbox import Desk, open_desk
from workers.outbound.claims import claim
from workers.outbound.letter import Outcome
from workers.outbound.load import Claimed
from workers.outbound.record import Result, record, result


def test_what_a_try_means_for_its_row() -> None:
    young = Claimed(draft(), 2, 0, timedelta(minutes=1), ())
    old = Claimed(draft(), 60, 0, timedelta(days=5), ())
    letter = draft().id
    assert result(young, Outcome(letter, State.SENT, "250 ok")) == Result(letter, 2, State.SENT, "250 ok")
    later = result(young, Outcome(letter, State.DEFERRED, "450 later"))
    assert (later.state, 270 <= later.pause <= 330) == (State.DEFERRED, True)
    over = result(old, Outcome(letter, State.DEFERRED, "450 later"))
    assert (over.state, over.answer) == (State.FAILED, "given up after 5 days: 450 later")


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    return open_desk(tenant)


def test_results_of_many_letters_are_written_at_once(desk: Desk) -> None:
    states = (State.SENT, State.CAPTURED, State.DEFERRED, State.FAILED, State.UNKNOWN)
    letters = [desk.queue() for _ in states]
    with transaction() as connection:
        claim(connection, letters, timedelta(seconds=60))
    results = [
        Result(letter, 1, state, f"words of {state}", 300.0) for letter, state in zip(letters, states, strict=True)
    ]
    with transaction(desk.tenant.id) as connection:
        record(connection, desk.tenant.id, results)
    rows = [desk.row(letter) for letter in letters]
    assert [row["state"] for row in rows] == list(states)
    assert [row["answer"] for row in rows] == [f"words of {state}" for state in states]
    assert [row["tries"] for row in rows] == [[state] for state in states]
    assert [row["sent_at"] is not None for row in rows] == [True, True, False, False, False]
    assert {row["leased_until"] for row in rows} == {None}
    assert 295 < rows[2]["pause"] <= 300


@pytest.mark.parametrize(
    ("now", "attempts", "said", "then"),
    [
        ("sending", 2, State.SENT, "sent"),
        ("deferred", 2, State.SENT, "sent"),
        ("queued", 1, State.SENT, "sent"),
        ("sending", 2, State.DEFERRED, "sending"),
        ("deferred", 1, State.FAILED, "deferred"),
        ("sent", 1, State.FAILED, "sent"),
        ("failed", 1, State.SENT, "failed"),
    ],
)
def test_who_comes_late_may_only_say_that_it_went_out(
    desk: Desk, now: str, attempts: int, said: State, then: str
) -> None:
    letter = desk.queue(state=now, attempts=attempts)
    with transaction(desk.tenant.id) as connection:
        record(connection, desk.tenant.id, [Result(letter, 1, said, "late")])
    row = desk.row(letter)
    assert row["state"] == then
    assert (row["tries"] is not None) == (now != then)


@pytest.mark.parametrize("news", ["bounced", "delivered"])
def test_a_report_that_was_quicker_than_we_were_stands(desk: Desk, news: str) -> None:
    letter = desk.queue()
    with transaction() as connection:
        claim(connection, [letter], timedelta(seconds=60))
    desk.change("UPDATE outgoing SET state = :news, answer = 'a report' WHERE org_id = :org", news=news)
    for _ in range(2):
        with transaction(desk.tenant.id) as connection:
            record(connection, desk.tenant.id, [Result(letter, 1, State.SENT, "250 ok")])
    row = desk.row(letter)
    assert (row["state"], row["answer"], row["tries"]) == (news, "a report", ["sent"])
    assert row["sent_at"]
