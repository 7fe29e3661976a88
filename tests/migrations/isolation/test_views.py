"""Views show nobody another organization; who may read one is found in the catalogue, so a new one is tried, too."""

import pytest

from tests.migrations.isolation.cases import REFUSED, Outcome, Stage
from tests.migrations.isolation.catalogue import words
from tests.migrations.isolation.contexts import INSIDERS, OUTSIDERS, Context
from tests.migrations.isolation.world import A

_VIEWS = "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"


def read(stage: Stage, context: Context, view: str, where: str) -> Outcome:
    return stage.attempt(context, words(f"SELECT DISTINCT org_id FROM {view} WHERE {where}"))


@pytest.fixture
def views(stage: Stage) -> list[str]:
    return [name for name, kind in stage.admin.execute(_VIEWS).fetchall() if kind == "v"]


def test_outsiders_see_nothing_of_an_organization(stage: Stage, views: list[str]):
    for view in views:
        for context in OUTSIDERS:
            outcome = read(stage, context, view, f"org_id = '{A.org}'")
            assert outcome.state == REFUSED or not outcome.count, (view, context.name, outcome)


def test_insiders_see_their_own_alone(stage: Stage, views: list[str]):
    stage.admin.execute("SET LOCAL ROLE postern_app; SELECT refresh_ticket_stats(); RESET ROLE")
    for view in views:
        seen = {context.name: read(stage, context, view, "true") for context in INSIDERS}
        assert {row for outcome in seen.values() for row in outcome.rows} == {(A.org,)}, view
        assert seen["gateway"].state == seen["fetcher"].state == REFUSED, view


def test_materialized_views_are_read_by_nobody(stage: Stage):
    for name, kind in stage.admin.execute(_VIEWS).fetchall():
        if kind == "m":
            assert {read(stage, context, name, "true").state for context in INSIDERS} == {REFUSED}
