"""Who connects too often: turned away, by every door, until the time is over or somebody lets them in."""

from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from sqlalchemy import text

from gateway.smtp import dialogue, replies
from gateway.smtp.callers import MAILS, NETWORK, STOPPED, Callers
from models import networks
from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, greeted, open_door, stored

TOO_OFTEN = replies.TOO_OFTEN.decode().strip()
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
    callers = Callers(0, Clock())
    assert answers(callers, "8.8.8.8", 500) == [False] * 500
    assert not any(callers.hands_in_too_much("8.8.8.8") for _ in range(5_000))


def test_who_hands_in_too_much_is_not_let_in_either_and_a_network_may_more():
    callers = Callers(2, Clock())
    assert [callers.hands_in_too_much("8.8.8.8") for _ in range(2 * MAILS + 2)] == [False] * 2 * MAILS + [True] * 2
    assert callers.turns_away("8.8.8.8")
    assert not callers.turns_away("8.8.8.9")
    many = [callers.hands_in_too_much(f"9.9.9.{n}") for n in range(2 * MAILS * NETWORK + 1)]
    assert many == [False] * 2 * MAILS * NETWORK + [True]
    assert not callers.turns_away("9.9.8.8")


@pytest.mark.usefixtures("lifted")
def test_a_flood_under_ever_other_names_is_bounded_by_where_it_comes_from(
    instance: Settings, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    """What was answered 250 is there; an MX with everybody's mail that uses LMTP, or that is named, is not stopped."""
    monkeypatch.setattr(dialogue, "plain_address", lambda _: "8.8.8.8")
    with open_door(instance, max_connections_per_minute=2) as door:
        with greeted(door, "LHLO") as exchange:
            assert all(one_of_a_flood(exchange, tenant, n).startswith("250") for n in range(3 * MAILS))
        with greeted(door) as client:
            answers = [one_of_a_flood(client, tenant, n) for n in range(3 * MAILS, 5 * MAILS)]
            assert {answer[:3] for answer in answers} == {"250"}
            assert one_of_a_flood(client, tenant, 5 * MAILS).startswith("250")
            assert client.rest() == [TOO_OFTEN]
        with Client(door.port, greeted=False) as client:
            assert client.rest() == [TOO_OFTEN]
        assert len(stored(tenant)) == 5 * MAILS + 1
        door.run(door.door.callers.share())
        with transaction() as connection:
            (why,) = connection.scalars(text("SELECT reason FROM door_blocks() WHERE identifier = '8.8.8.8'"))
        assert why == f"more than {2 * MAILS} mails within a minute"
        monkeypatch.setattr(networks, "own_networks", lambda: (ip_network("8.8.8.0/24"),))
        with greeted(door) as client:
            assert one_of_a_flood(client, tenant, 99).startswith("250")
            assert client.say("NOOP").startswith("250")


def one_of_a_flood(client: Client, tenant: Tenant, number: int) -> str:
    return client.mail(b"Mail %d\r\n" % number, tenant.address, sender=f"m{number}@evil{number}.test")[0]


@pytest.mark.usefixtures("lifted")
def test_all_doors_turn_away_whom_one_has_stopped_until_somebody_lets_them_in(
    instance: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(dialogue, "plain_address", lambda _: "8.8.8.8")
    with open_door(instance, max_connections_per_minute=2) as one, open_door(instance) as other:
        for _ in range(2):
            Client(one.port).socket.close()
        with Client(one.port, greeted=False) as client:
            assert client.rest() == [TOO_OFTEN]
        assert one.metrics.refused_connections == 1
        one.run(one.door.callers.share())
        other.run(other.door.callers.share())
        with Client(other.port, greeted=False) as client:
            assert client.rest() == [TOO_OFTEN]
        with transaction() as connection:
            assert connection.scalar(LIFT, {"it": "8.8.8.8"})
        for door in (one, other):
            door.run(door.door.callers.share())
            with Client(door.port) as client:
                assert client.say("NOOP").startswith("250")
