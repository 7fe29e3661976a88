"""How much one client and all clients together may take of the door."""

import ipaddress
from collections import Counter
from functools import lru_cache
from typing import Self

from models.networks import network_of, speaks_for_many


@lru_cache(maxsize=4096)
def plain_address(host: str) -> str:
    """The client's address without zone, IPv4 written as IPv4, so that one client has one name.

    Args:
        host: as the socket says it, for instance `fe80::1%eth0` or `::ffff:192.0.2.1`.
    """
    address = ipaddress.ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


class Connections:
    """Counts connections, in all, of each address and of each network.

    Attributes:
        total: how many there are.
    """

    def __init__(self, most: int, most_per_address: int, most_per_network: int) -> None:
        self._most = most
        self._most_per_address = most_per_address
        self._most_per_network = most_per_network
        self._per_address: Counter[str] = Counter()
        self._per_network: Counter[str] = Counter()
        self.total = 0

    @property
    def crowded(self) -> bool:
        """Whether idle clients should make room."""
        return self.total * 4 > self._most * 3

    def enter(self, address: str) -> bool:
        """Count a connection in; False if it is one too many. A relay of ours counts only in all."""
        if self.total >= self._most:
            return False
        if not speaks_for_many(address) and (
            self._per_address[address] >= self._most_per_address
            or self._per_network[network_of(address)] >= self._most_per_network
        ):
            return False
        self.total += 1
        self._per_address[address] += 1
        self._per_network[network_of(address)] += 1
        return True

    def leave(self, address: str) -> None:
        """Count out a connection that was let in."""
        self.total -= 1
        for counted, name in ((self._per_address, address), (self._per_network, network_of(address))):
            counted[name] -= 1
            if not counted[name]:
                del counted[name]


class Room:
    """Bytes of the mails that are being read, bounded over all connections.

    Attributes:
        taken: how many there are.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    def share(self) -> "Share":
        """One mail's part, given back at the end of a `with` block."""
        return Share(self)


class Share:
    """What one mail takes of the room."""

    __slots__ = ("_room", "_taken")

    def __init__(self, room: Room) -> None:
        self._room = room
        self._taken = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    def take(self, count: int) -> bool:
        """Ask for `count` more bytes; False, and nothing taken, if that is too much.

        A mail may grow only as long as there stays as much free as it has, so that a few which never end cannot keep
        all others out; one that is alone may take everything.
        """
        left = self._room.most - self._room.taken - count
        alone = self._room.taken == self._taken
        if left < (0 if alone else self._taken + count):
            return False
        self._room.taken += count
        self._taken += count
        return True

    def release(self) -> None:
        """Give back all of it."""
        self._room.taken -= self._taken
        self._taken = 0
