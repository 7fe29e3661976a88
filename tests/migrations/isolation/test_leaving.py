"""An organization that is deleted takes with it what it has in every table, and nothing of anybody else."""

import pytest
from psycopg.sql import SQL, Identifier

from tests.migrations.isolation.cases import Stage
from tests.migrations.isolation.world import WORLDS, World

SHARED = {"organization_partners", "audit_log"}  # a partnership is both partners'; that a guest has left is noted


def counts(stage: Stage, world: World) -> dict[str, int]:
    found = {}
    for name in (table.name for table in stage.tables.values() if table.is_tenant):
        query = SQL("SELECT count(*) FROM {} WHERE org_id = %s").format(Identifier(name))
        ((found[name],),) = stage.admin.execute(query, [world.org]).fetchall()
    return found


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.letter)
def test_one_that_is_deleted(stage: Stage, world: World):
    others = {other: counts(stage, other) for other in WORLDS if other is not world}
    stage.admin.execute("DELETE FROM organizations WHERE id = %s", [world.org])
    stage.admin.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert {name for name, number in counts(stage, world).items() if number} == set()
    for other, before in others.items():
        after = counts(stage, other)
        assert {name for name in before if after[name] != before[name]} <= SHARED
