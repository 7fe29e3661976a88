"""Every table has rows in three organizations, and twins may hold the same in all of them."""

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.migrations.isolation.cases import Stage
from tests.migrations.isolation.catalogue import EXEMPT, Table
from tests.migrations.isolation.filled import kinds
from tests.migrations.isolation.kinds import KINDS
from tests.migrations.isolation.world import BASE, WORLDS, A, B, C, World


def count(stage: Stage, table: Table, world: World) -> int:
    found = 0
    for kind in kinds(table.name):
        where, values = stage.where(table, kind, world)
        found += len(
            stage.admin.execute(SQL("SELECT FROM {}").format(Identifier(table.name)) + where, values).fetchall()
        )
    return found


def test_every_table_has_its_rows_in_every_organization(stage: Stage):
    wrong = {
        f"{table.name} of {world.letter}"
        for table in stage.tables.values()
        for world in WORLDS
        if count(stage, table, world) != len(kinds(table.name))
    }
    assert wrong == set()
    assert set(KINDS) <= set(stage.tables)


def twins(stage: Stage, table: Table) -> tuple[int, int]:
    """How many rows A has, and how many of them B has too but for `org_id` and references to exempt tables."""
    foreign = [column for key in table.foreign if key.target in EXEMPT for column in key.columns]
    query = SQL("SELECT to_jsonb(t) - %s::text[] AS it FROM {} t WHERE org_id = %s").format(Identifier(table.name))
    without = sorted({"org_id", *foreign})
    both = SQL("SELECT (SELECT count(*) FROM ({0}) a), (SELECT count(*) FROM ({0} INTERSECT {0}) b)").format(query)
    values = [without, A.org, without, A.org, without, B.org]
    found = stage.admin.execute(both, values).fetchone()
    assert found
    return found[0], found[1]


def test_twins_hold_the_same_so_no_key_crosses_tenants(stage: Stage):
    compared = {name: twins(stage, table) for name, table in stage.tables.items() if table.is_tenant}
    assert {name: pair for name, pair in compared.items() if pair[0] != pair[1] or not pair[0]} == {}


def test_a_key_over_all_organizations_is_found(stage: Stage):
    with pytest.raises(psycopg.errors.UniqueViolation):
        stage.admin.execute("CREATE UNIQUE INDEX planted ON tickets (number)")


def test_the_other_organization_has_other_identifiers(stage: Stage):
    for world, other in ((A, C), (B, C)):
        assert stage.filler.key("tickets", BASE, world)["id"] != stage.filler.key("tickets", BASE, other)["id"]
