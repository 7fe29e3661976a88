from collections.abc import Iterator
from uuid import uuid4

import pytest

from models.outgoing import State
from tests.relay import DROP, FakeRelay, running
from tests.workers.outbound.drafts import written
from workers.outbound import courier as module
from workers.outbound.courier import Courier, courier
from workers.outbound.deliver import Patience
from workers.outbound.letter import Person
from workers.outbound.relay import parse_relay


@pytest.fixture(params=[["SIZE 50000000"], ["SIZE 50000000", "PIPELINING"]], ids=["in turn", "at once"])
def relay(request: pytest.FixtureRequest) -> Iterator[FakeRelay]:
    with running(extensions=request.param) as listening:
        yield listening


@pytest.fixture
def bearer(relay: FakeRelay) -> Iterator[Courier]:
    made = Courier(parse_relay(relay.url), "postern.test", Patience(2, 2))
    yield made
    made.close()


def test_one_connection_carries_many_letters(relay: FakeRelay, bearer: Courier) -> None:
    letters = [written(id=uuid4()) for _ in range(20)]
    assert {bearer.deliver(letter).state for letter in letters} == {State.SENT}
    assert relay.connections == 1
    assert [taken.content for taken in relay.letters] == [letter.content for letter in letters]


def test_one_refused_recipient_harms_only_its_own_letter(relay: FakeRelay, bearer: Courier) -> None:
    relay.rcpt["gone@example.org"] = "550 5.1.1 gone"
    relay.rcpt["full@example.org"] = "452 4.2.2 full"
    people = ["a@example.org", "gone@example.org", "b@example.org", "full@example.org", "c@example.org"]
    states = [bearer.deliver(written(recipient=Person("", address))).state for address in people]
    assert states == [State.SENT, State.FAILED, State.SENT, State.DEFERRED, State.SENT]
    assert [taken.rcpt for taken in relay.letters] == [[f"TO:<{name}@example.org>"] for name in "abc"]
    assert relay.connections == 1
    assert relay.said.count("RSET") == 2


@pytest.mark.parametrize("end", ["421 4.7.0 enough letters for one connection", DROP])
def test_a_kept_connection_that_ends_costs_no_letter(relay: FakeRelay, bearer: Courier, end: str) -> None:
    bearer.deliver(written())
    relay.then("mail", end)
    assert bearer.deliver(written()).state is State.SENT
    assert (relay.connections, len(relay.letters)) == (2, 2)


def test_a_relay_that_dismisses_everybody_is_asked_twice_and_no_more(relay: FakeRelay, bearer: Courier) -> None:
    bearer.deliver(written())
    relay.then("mail", "421 busy", "421 busy")
    assert bearer.deliver(written()).state is State.DEFERRED
    assert relay.connections == 2
    assert bearer.deliver(written()).state is State.SENT


def test_an_idle_connection_is_asked_before_it_is_trusted(
    relay: FakeRelay, bearer: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHECK_SECONDS", -1.0)
    assert bearer.deliver(written()).state is State.SENT
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.0)
    assert bearer.deliver(written()).state is State.SENT
    assert "NOOP" in relay.said
    relay.hang_up()
    assert bearer.deliver(written()).state is State.SENT
    assert relay.connections == 2


def test_an_unused_connection_is_closed(relay: FakeRelay, bearer: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.05)
    bearer.deliver(written())
    closing = bearer._closing
    assert closing
    closing.join(5)
    while (again := bearer._closing) is not None:
        again.join(5)
    assert bearer._session is None
    assert bearer.deliver(written()).state is State.SENT
    assert relay.connections == 2


def test_a_fault_of_ours_leaves_no_half_finished_conversation(
    relay: FakeRelay, bearer: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("workers.outbound.deliver._stuffed", lambda _content: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bearer.deliver(written())
    assert bearer.deliver(written()).state is State.SENT
    assert (relay.connections, len(relay.letters)) == (2, 1)


@pytest.mark.parametrize("last", ["250 2.1.5 ok", "354 go on", "503 5.5.1 need RCPT"])
def test_who_answers_out_of_turn_is_asked_in_turn(last: str) -> None:
    """smtp-sink does where it lags: what comes behind a slow command is answered first."""
    with running(extensions=["PIPELINING"], script={"rcpt": ["503 5.5.1 need RCPT"], "data": [last]}) as relay:
        bearer = Courier(parse_relay(relay.url), "postern.test", Patience(2, 2))
        states = [bearer.deliver(written()).state for _ in range(3)]
        bearer.close()
    assert states == [State.DEFERRED, State.SENT, State.SENT]
    assert (relay.connections, bearer._at_once) == (2, False)


def test_a_process_keeps_one_courier_for_each_relay() -> None:
    assert courier("smtp://a.test", "x") is courier("smtp://a.test", "x")
    assert courier("smtp://a.test", "x") is not courier("smtp://b.test", "x")
    with pytest.raises(ValueError, match="smtp"):
        courier("a.test", "x")
