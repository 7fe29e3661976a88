"""Who connects too often: turned away, by every door, until the time is over or somebody lets them in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from gateway.smtp import dialogue
from gateway.smtp.callers import NETWORK, STOPPED, Callers
from models.database import transaction
from models.settings import Settings
from tests.door import Client, open_door

LIFT = text("SELECT lift_door_limit('ip', :it, 'connection')")
LIFT_NETWORK = text("SELECT lift_door_limit('network', '8.8.8.0/24', 'connection')")


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def lifted() -> Iterator[None]:
    """Nobody is stopped when the test is over."""
    yield
    with transaction() as connection:
        for it in ("8.8.8.8", "8.8.8.9"):
            connection.execute(LIFT, {"it": it})
        connection.execute(LIFT_NETWORK)


def answers(callers: Callers, address: str, count: int) -> list[bool]:
    return [callers.turns_away(address) for _ in range(count)]


def test_beyond_the_bound_somebody_is_turned_away_for_a_while():
    clock = Clock()
    callers = Callers(3, clock)
    assert answers(callers, "8.8.8.8", 5) == [False] * 3 + [True] * 2
    assert answers(callers, "9.9.9.9", 3) == [False] * 3
    clock.now += STOPPED - 1
    assert callers.turns_away("8.8.8.8")
    clock.now += 2
    assert answers(callers, "8.8.8.8", 4) == [False] * 3 + [True]


def test_who_comes_slowly_comes_for_ever():
    clock = Clock()
    callers = Callers(6, clock)
    for _ in range(100):
        assert not callers.turns_away("8.8.8.8")
        clock.now += 10


def test_a_network_may_do_several_times_as_much():
    callers = Callers(2, Clock())
    said = [callers.turns_away(f"8.8.8.{n}") for n in range(NETWORK * 2 + 2)]
    assert said == [False] * (NETWORK * 2) + [True] * 2
    assert not callers.turns_away("8.8.9.1")


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.25", "fe80::1"])
def test_our_own_relays_are_never_stopped(address: str):
    assert answers(Callers(1, Clock()), address, 50) == [False] * 50


def test_no_bound():
    assert answers(Callers(0, Clock()), "8.8.8.8", 500) == [False] * 500


@pytest.mark.usefixtures("lifted")
def test_all_doors_turn_away_whom_one_has_stopped_until_somebody_lets_them_in(
    instance: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dialogue, "plain_address", lambda _: "8.8.8.8")
    with open_door(instance, max_connections_per_minute=2) as one, open_door(instance) as other:
        for _ in range(2):
            Client(one.port).socket.close()
        with Client(one.port, greeted=False) as client:
            assert client.rest() == ["421 4.7.0 You connect too often, try again later"]
        assert one.metrics.refused_connections == 1
        one.run(one.door.callers.share())
        other.run(other.door.callers.share())
        with Client(other.port, greeted=False) as client:
            assert client.rest() == ["421 4.7.0 You connect too often, try again later"]
        with transaction() as connection:
            assert connection.scalar(LIFT, {"it": "8.8.8.8"})
        for door in (one, other):
            door.run(door.door.callers.share())
            with Client(door.port) as client:
                assert client.say("NOOP").startswith("250")
