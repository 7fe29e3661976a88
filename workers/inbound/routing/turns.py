"""Whose turn is it? Agents of a team or department in turn, or who has the fewest open tickets, under a lock.

The lock on a pool is held until the batch commits, so that no two workers choose from the same state: nobody is passed
over, nobody chosen twice.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models.request_type import AssignmentMethod
from workers.inbound.routing.rules import Pool
from workers.inbound.statements import statement


@dataclass(frozen=True, slots=True)
class Member:
    """An agent of a pool, with how many open tickets they have (counted where that matters)."""

    id: UUID
    name: str
    busy: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """The agents of a pool, who is next first.

    Attributes:
        whose: how people call them.
        last: who was chosen last by this batch, None as long as nobody was.
    """

    members: tuple[Member, ...]
    whose: str
    last: UUID | None = None

    def next(self, method: str) -> tuple[Member | None, "Turn"]:
        """Who is chosen, None where there is nobody; and the pool after it."""
        if not self.members:
            return None, self
        chosen = (
            self.members[0] if method == AssignmentMethod.ROUND_ROBIN else min(self.members, key=lambda one: one.busy)
        )
        place = self.members.index(chosen)
        after = (*self.members[place + 1 :], *self.members[:place], replace(chosen, busy=chosen.busy + 1))
        return chosen, replace(self, members=after, last=chosen.id)


Key = tuple[UUID | None, UUID | None]


def key(pool: Pool) -> Key:
    """What a turn is taken in: however it is chosen, a team or department has one order."""
    return pool.team_id, pool.department_id


def take(connection: Connection, org: UUID, pools: Iterable[Pool]) -> dict[Key, Turn]:
    """Lock pools until the end of this transaction, and see who is next in each.

    Args:
        connection: in the context of `org`, as system.
        org: the organization.
        pools: among which tickets of this batch may find their agent.
    """
    counted = {key(pool): False for pool in pools}
    counted |= {key(pool): True for pool in pools if pool.method == AssignmentMethod.LEAST_BUSY}
    asked = json.dumps(
        [
            {"team_id": _text(team), "department_id": _text(department), "counted": busy}
            for (team, department), busy in counted.items()
        ]
    )
    connection.execute(statement("lock_turns"), {"org": org, "asked": asked})
    found = connection.execute(statement("turns"), {"org": org, "asked": asked})
    return {(row.team_id, row.department_id): _turn(row.whose, row.members) for row in found}


def rows(turns: Mapping[Key, Turn]) -> list[dict[str, str | None]]:
    """Rows of `assignment_turns` for those that moved on."""
    return [
        {"team_id": _text(team), "department_id": _text(department), "last_id": str(turn.last)}
        for (team, department), turn in turns.items()
        if turn.last
    ]


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def _turn(whose: str, members: Iterable[Mapping[str, Any]]) -> Turn:
    return Turn(tuple(Member(UUID(one["id"]), one["name"], one["busy"]) for one in members), whose)
