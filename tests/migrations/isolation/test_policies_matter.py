"""No policy is there for nothing: without it somebody may do less, and opened to all it lets strangers in."""

import pytest

from tests.migrations.isolation.behaviour import observe
from tests.migrations.isolation.cases import Stage
from tests.migrations.isolation.conftest import act_as_logins
from tests.migrations.isolation.mutation import Baseline, Laboratory

pytestmark = pytest.mark.long
PARTS = 6
parts = pytest.mark.parametrize("part", range(PARTS))


@pytest.fixture(scope="session")
def baseline() -> Baseline:
    """What every mutation is compared with."""
    return Baseline()


SPARED: dict[str, str] = {
    # "table.policy": why nothing that is tried here differs without it
}


def test_nothing_differs_by_itself(stage: Stage, baseline: Baseline):
    """In another transaction all is answered as before; else every policy would seem to be missed."""
    before = baseline.behaviours(stage)
    stage.admin.rollback()
    act_as_logins(stage.admin)
    moved = [(act.name, known, seen) for act, known in before if (seen := observe(stage, act)) != known]
    assert not moved, moved


def test_a_policy_for_nothing_is_found(stage: Stage, baseline: Baseline):
    baseline.rights(stage, "tags")
    baseline.behaviours(stage)
    stage.admin.execute("CREATE POLICY planted ON tags FOR SELECT USING (org_id IS NULL)")
    stage.admin.execute("CREATE POLICY planted ON macros TO postern_owner USING (false)")
    laboratory = Laboratory(stage, baseline)
    planted = [policy for policy in laboratory.policies() if policy.name == "planted"]
    assert [laboratory.misses(policy) for policy in planted] == [False, False]


def test_a_policy_that_opens_nothing_is_told_apart(stage: Stage, baseline: Baseline):
    """Nobody may read there at all, so opening a policy for reading lets nobody in."""
    stage.admin.execute("CREATE POLICY planted ON receiving_addresses FOR SELECT USING (org_id IS NULL)")
    laboratory = Laboratory(stage, baseline)
    assert [laboratory.lets_in(policy) for policy in laboratory.policies() if policy.name == "planted"] == [False]


@parts
def test_each_policy_is_missed(stage: Stage, baseline: Baseline, part: int):
    laboratory = Laboratory(stage, baseline)
    policies = laboratory.policies()[part::PARTS]
    survivors = [str(policy) for policy in policies if str(policy) not in SPARED and not laboratory.misses(policy)]
    print(f" {len(policies)} policies dropped, {stage.cases} cases")  # noqa: T201  a figure for people
    assert not survivors, survivors


@parts
def test_each_policy_opened_to_all_is_noticed(stage: Stage, baseline: Baseline, part: int):
    laboratory = Laboratory(stage, baseline)
    policies = [policy for policy in laboratory.policies()[part::PARTS] if policy.public]
    unnoticed = [str(policy) for policy in policies if not laboratory.lets_in(policy)]
    print(f" {len(policies)} policies opened, {stage.cases} cases")  # noqa: T201  a figure for people
    assert not unnoticed, unnoticed
