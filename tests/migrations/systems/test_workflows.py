"""Workflows and the hooks of their stages (S0)."""

import pytest
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from tests.migrations.systems.cast import Cast

STAGES = "SELECT name, is_start, is_end FROM get_workflow_stages(:workflow)"
HOOKS = "SELECT id, hook_type, config, is_active FROM get_stage_hooks(:stage)"
ADD_STAGE = (
    "INSERT INTO workflow_stages (org_id, workflow_id, name, category, is_start, is_end, is_other)"
    " VALUES (:org, :workflow, :name, 'open', :start, :end, :other)"
)
ADD_HOOK = (
    "INSERT INTO workflow_stage_hooks (org_id, stage_id, hook_type, config, position)"
    " VALUES (:org, :stage, 'notification', CAST(:config AS jsonb), :position) RETURNING id"
)


def test_s0_workflow_stages(cast: Cast, others: Cast):
    """Staff arranges them, the start first, at most one start, end and other each; everybody here reads."""
    workflow = cast.agent.one("INSERT INTO workflows (org_id, name) VALUES (:org, 'Repairs') RETURNING id")
    for name, start, end, other in (
        ("Done", False, True, False),
        ("New", True, False, False),
        ("Odd", False, False, True),
    ):
        cast.agent.ask(ADD_STAGE, workflow=workflow, name=name, start=start, end=end, other=other)
    for one in ("start", "end", "other"):
        flags = dict.fromkeys(("start", "end", "other"), False) | {one: True}
        with pytest.raises(DBAPIError, match=f"uq_workflow_stages_is_{one}"):
            cast.agent.ask(ADD_STAGE, workflow=workflow, name="Second", **flags)
    expected = [("New", True, False), ("Done", False, True), ("Odd", False, False)]
    for reader in (cast.admin, cast.agent, cast.customer):
        assert reader.ask(STAGES, workflow=workflow) == expected
    assert others.admin.ask(STAGES, workflow=workflow) == []
    with pytest.raises(DBAPIError, match="row-level security"):
        cast.customer.ask("INSERT INTO workflows (org_id, name) VALUES (:org, 'Mine')")


def test_s0_a_stage_leads_to_another_of_its_workflow(cast: Cast):
    """Neither to itself nor into another workflow."""
    new, done = cast.stage("New"), cast.stage("Closed")
    link = "UPDATE workflow_stages SET next_stage_id = :next WHERE id = :stage"
    cast.agent.ask(link, stage=new, next=done)
    with pytest.raises(DBAPIError, match="no_self_reference"):
        cast.agent.ask(link, stage=new, next=new)
    elsewhere = cast.agent.one(
        "WITH w AS (INSERT INTO workflows (org_id, name) VALUES (:org, 'Repairs') RETURNING id) SELECT id FROM w"
    )
    cast.agent.ask(ADD_STAGE, workflow=elsewhere, name="There", start=True, end=False, other=False)
    there = cast.agent.one("SELECT id FROM get_workflow_stages(:workflow)", workflow=elsewhere)
    with pytest.raises(DBAPIError, match="foreign key"):
        cast.agent.ask(link, stage=new, next=there)


def test_s0_stage_hooks(cast: Cast, others: Cast):
    """The active hooks of a stage in their order, with exactly S0's rules for a notification."""
    stage = cast.stage("Resolved")
    second, first = (
        cast.agent.one(ADD_HOOK, stage=stage, position=position, config=config)
        for position, config in (
            (2, '{"target_type": "ticket_creator", "message": "It is done"}'),
            (1, '{"target_type": "role", "target_role": "agent", "message": "Look"}'),
        )
    )
    assert [row.id for row in cast.admin.ask(HOOKS, stage=stage)] == [first, second]
    cast.agent.ask("UPDATE workflow_stage_hooks SET is_active = false WHERE id = :id", id=first)
    assert [tuple(row) for row in cast.agent.ask(HOOKS, stage=stage)] == [
        (second, "notification", {"target_type": "ticket_creator", "message": "It is done"}, True)
    ]
    assert cast.customer.ask(HOOKS, stage=stage) == others.agent.ask(HOOKS, stage=stage) == []
    for wrong in (
        '{"message": "x"}',
        '{"target_type": "ticket_creator"}',
        '{"target_type": "specific_user", "message": "x"}',
        '{"target_type": "role", "message": "x"}',
        '{"target_type": "everybody", "message": "x"}',
    ):
        with pytest.raises(DBAPIError, match="valid_config"):
            cast.agent.ask(ADD_HOOK, stage=stage, position=3, config=wrong)


def test_s0_a_ticket_that_enters_a_stage_runs_its_hooks(cast: Cast):
    """Once for each entry; S0 left the running to its program."""
    hook = cast.agent.one(
        ADD_HOOK, stage=cast.stage("Resolved"), position=0, config='{"target_type": "org_admins", "message": "x"}'
    )
    ticket = cast.customer.opens()
    revision = cast.resolves(ticket)
    assert cast.agent.ask("SELECT hook_id, history_id, state FROM hook_runs") == [(hook, revision, "waiting")]


def test_s0_is_admin(cast: Cast):
    """Who acts, if they are one here and still are."""
    asked = [person.one("SELECT is_admin()") for person in (cast.admin, cast.agent, cast.customer)]
    assert asked == [True, False, False]
    assert cast.system("SELECT is_admin()") == [(False,)]
    cast.system("UPDATE profiles SET deleted_at = now() WHERE id = :id", id=cast.admin.id)
    assert cast.admin.one("SELECT is_admin()") is False
    assert cast.admin.ask("SELECT name FROM get_workflow_stages(:id)", id=uuid7()) == []
