"""Whose address is this? Asked of PostgreSQL, remembered for a second, never guessed."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg

from gateway.grouping import Bounds, Group
from models.database import door_statements

REMEMBERED = 1.0  # seconds; a new address is taken within two
MOST_REMEMBERED = 10_000
BOUNDS = Bounds(items=200, weight=200, waiting=5_000)
ASK = """
    SELECT a.address, found.org_id, found.mailbox_id
    FROM unnest(%b::text[]) AS a (address) CROSS JOIN LATERAL resolve_address(a.address) AS found
"""


@dataclass(frozen=True, slots=True)
class Target:
    """Where mail for an address belongs.

    Attributes:
        org_id, mailbox_id: the organization and its mailbox.
        address: ours that it matched, lower case, without the `+tag` unless that itself is one of ours.
    """

    org_id: UUID
    mailbox_id: UUID
    address: str


class Addresses:
    """The resolver of one process; questions that come together go together."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._remembered: OrderedDict[str, tuple[float, Target | None]] = OrderedDict()
        self._group: Group[str, Target | None] = Group("addresses", _look_up, BOUNDS)

    async def resolve(self, address: str) -> Target | None:
        """Where mail for an address belongs, None if it is not ours.

        Args:
            address: as the client wrote it; letter case does not matter.

        Raises:
            Unavailable: the database did not answer in time, which says nothing about the address.
        """
        kept = self._remembered.get(address)
        if kept is not None and kept[0] > self._loop.time():
            return kept[1]
        target = await self._group.ask(address)
        self._remembered[address] = (self._loop.time() + REMEMBERED, target)
        self._remembered.move_to_end(address)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return target


def forms(address: str) -> tuple[str, ...]:
    """What to look for, best first: the address, then the address without its `+tag`; in lower case."""
    exact = address.lower()
    local, _, host = exact.rpartition("@")
    base, plus, _ = local.partition("+")
    return (exact, f"{base}@{host}") if plus else (exact,)


async def _look_up(line: str, addresses: Sequence[str]) -> Sequence[Target | None]:
    asked = sorted({form for address in addresses for form in forms(address)})
    try:
        known = await _ask(line, asked)
    except psycopg.OperationalError:
        known = await _ask(line, asked)  # the kept connection had died
    return [next((known[form] for form in forms(address) if form in known), None) for address in addresses]


async def _ask(line: str, addresses: list[str]) -> dict[str, Target]:
    async with door_statements(line) as connection:
        rows = await (await connection.execute(ASK, (addresses,))).fetchall()
    return {address: Target(org_id, mailbox_id, address) for address, org_id, mailbox_id in rows}
