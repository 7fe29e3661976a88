"""Transactions of many organizations mixed on pooled connections: what each does, what it must see, how it ends."""

import json
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

from sqlalchemy import Connection, TextClause, text

from models.base import uuid7
from models.database import transaction
from tests.conftest import Tenant, make_tenant
from tests.models.doors import CREATE, UPDATE

# Every row bears its organization's mark, so that a stranger's is known whatever its org_id says.
_FEW = """
    SELECT 'organizations' AS place, id AS org_id, slug AS mark FROM organizations
    UNION SELECT 'tags', org_id, split_part(name, ' ', 1) FROM tags
    UNION SELECT 'events', org_id, split_part(name, ' ', 1) FROM events
"""
_MORE = """
    UNION SELECT 'tickets', org_id, split_part(title, ' ', 1) FROM tickets
    UNION SELECT 'ticket_history', org_id, split_part(title, ' ', 1) FROM ticket_history
    UNION SELECT 'profiles', org_id, split_part(split_part(email, '@', 2), '.', 1) FROM profiles WHERE role = 'agent'
"""
FEW, ALL = text(_FEW), text(_FEW + _MORE)
PLACES = {FEW: {"organizations", "tags", "events"}}
PLACES[ALL] = PLACES[FEW] | {"tickets", "ticket_history", "profiles"}
TAG = text("INSERT INTO tags (org_id, name) VALUES (:org, :name)")
EVENT = text("INSERT INTO events (org_id, name) VALUES (:org, :name)")
OWN = text("SELECT id FROM tickets ORDER BY id LIMIT 1")
RECOLOUR = text("UPDATE tags SET colour = 'none'")
LEFT = text("SELECT current_setting('app.org_id', true) || current_setting('app.role', true)")
FOREIGN = text("UPDATE tags SET colour = 'stolen' WHERE org_id = :other")
INTRUDE = text("INSERT INTO tags (org_id, name) VALUES (:other, :name)")


class End(StrEnum):
    """How a transaction is to end."""

    COMMIT = "commit"
    ROLLBACK = "rollback"
    RAISE = "raise"
    CANCEL = "cancel"
    BLIND = "blind"


class Undone(Exception):  # noqa: N818  it ends a transaction on purpose
    """A transaction is rolled back on purpose."""


@dataclass(frozen=True, slots=True)
class Step:
    """One transaction: whose, as whom, how it ends, what it calls its rows, whether tickets change.

    Attributes:
        patience: seconds until it is cancelled, if that is its end.
    """

    tenant: Tenant
    other: Tenant
    role: str
    end: End
    name: str
    deep: bool
    patience: float

    @property
    def context(self) -> dict[str, Any]:
        """Who acts."""
        return {"role": self.role, "profile": self.tenant.agent if self.role == "agent" else None}


@dataclass(slots=True)
class Told:
    """What became of all of them: how they ended, and names that must be, must not be, or may be there."""

    ends: Counter[str] = field(default_factory=Counter)
    kept: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)


def marked_tenants(number: int) -> list[Tenant]:
    """Organizations with one ticket each, to begin with."""
    made = [make_tenant() for _ in range(number)]
    for tenant in made:
        with transaction(tenant.id) as connection:
            row = {"id": uuid7(), "requester_id": tenant.agent, "title": f"{tenant.slug} first"}
            connection.execute(CREATE, {"rows": json.dumps([row], default=str)})
            connection.execute(TAG, {"org": tenant.id, "name": f"{tenant.slug} first"})
            connection.execute(EVENT, {"org": tenant.id, "name": f"{tenant.slug} first"})
    return made


def steps(tenants: list[Tenant], number: int, seed: int, *, cancels: bool) -> list[Step]:
    """A mixture that is the same for the same seed."""
    chance = Random(seed)
    ends = [End.COMMIT] * 11 + [End.ROLLBACK] * 3 + [End.RAISE] * 2 + [End.BLIND] * 2
    ends += [End.CANCEL] * 2 if cancels else []
    found = []
    for place in range(number):
        tenant, other = chance.sample(tenants, 2)
        role = chance.choice(("system", "admin", "agent"))
        name = f"{tenant.slug} {seed}-{place}"
        found.append(
            Step(tenant, other, role, chance.choice(ends), name, chance.random() < 0.25, chance.uniform(0, 0.03))
        )
    return found


def look(connection: Connection, tenant: Tenant, query: TextClause = ALL) -> None:
    """Everything that is seen belongs here, and of everything something is seen."""
    found = connection.execute(query).all()
    assert {(row.org_id, row.mark) for row in found} == {(tenant.id, tenant.slug)}, f"{tenant.slug} sees {found}"
    assert {row.place for row in found} == PLACES[query]


def look_blind(connection: Connection) -> None:
    """Without a context nothing is seen, whoever had the connection before, and nothing is left of theirs."""
    assert not connection.scalar(LEFT), "a context outlived its transaction"
    assert connection.execute(ALL).all() == []
    assert connection.execute(RECOLOUR).rowcount == 0


def work(connection: Connection, step: Step) -> None:
    """Read, write several tables, perhaps change a ticket and read again; then what ends it, unless others do."""
    said = {"org": step.tenant.id, "name": step.name, "other": step.other.id}
    look(connection, step.tenant, ALL if step.deep else FEW)
    connection.execute(TAG, said)
    assert connection.execute(FOREIGN, said).rowcount == 0
    if step.role != "agent":
        connection.execute(EVENT, said)
    if step.deep:
        patch = {"ticket_id": connection.scalar(OWN), "patch": {"title": step.name}, "reason": "interleaved"}
        connection.execute(UPDATE, {"rows": json.dumps([patch], default=str)})
        look(connection, step.tenant)
    if step.end is End.RAISE:
        connection.execute(INTRUDE, said)
    if step.end is End.ROLLBACK:
        raise Undone
