"""Who counts how much."""

import pytest

from gateway.smtp.limits import Connections, Room, plain_address
from models.networks import speaks_for_many


@pytest.mark.parametrize(
    ("host", "address", "near"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "::1", True),
        ("::ffff:8.8.8.8", "8.8.8.8", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("fe80::1%eth0", "fe80::1", True),
        ("192.168.1.1", "192.168.1.1", True),
        ("2001:4860:4860:0:0:0:0:8888", "2001:4860:4860::8888", False),
    ],
)
def test_addresses(host: str, address: str, near: bool):
    assert plain_address(host) == address
    assert speaks_for_many(address) == near


def test_connections():
    doors = Connections(most=5, most_per_address=2, most_per_network=9)
    assert [doors.enter("8.8.8.8") for _ in range(3)] == [True, True, False]
    assert [doors.enter("127.0.0.1") for _ in range(4)] == [True, True, True, False]
    assert doors.crowded
    doors.leave("8.8.8.8")
    assert not doors.enter("1.1.1.1") or doors.total == 5
    doors.leave("127.0.0.1")
    assert doors.enter("8.8.8.8")
    for address in ["8.8.8.8"] * 2 + ["127.0.0.1"] * 2 + ["1.1.1.1"]:
        doors.leave(address)
    assert (doors.total, doors._per_address, doors._per_network) == (0, {}, {})


@pytest.mark.parametrize(
    ("addresses", "let_in"),
    [
        (["8.8.8.8", "8.8.8.9", "8.8.8.10", "8.8.9.8"], [True, True, False, True]),
        (["2a00:1450:1::1", "2a00:1450:1::2", "2a00:1450:1::3", "2a00:1450:1:1::1"], [True, True, False, True]),
        (["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"], [True] * 4),
    ],
)
def test_a_network_is_more_than_its_addresses(addresses: list[str], let_in: list[bool]):
    doors = Connections(most=9, most_per_address=2, most_per_network=2)
    assert [doors.enter(address) for address in addresses] == let_in


def test_room():
    room = Room(10)
    with room.share() as one, room.share() as two:
        assert one.take(6)
        assert not two.take(5)
        assert two.take(2)
        one.release()
        assert two.take(8)
        assert not one.take(1)
    assert room.taken == 0


def test_who_has_much_leaves_as_much_for_others():
    room = Room(100)
    with room.share() as one, room.share() as two, room.share() as three:
        assert one.take(60)  # alone
        assert two.take(20)
        assert not two.take(1)
        assert not one.take(1)
        assert three.take(10)
        assert not three.take(1)
        one.release()
        assert two.take(20)
    assert room.taken == 0
