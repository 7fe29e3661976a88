"""Where people may move a ticket: along the links of its workflow's stages."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.conftest import Tenant
from tests.models.doors import acting, create, update

STAGES = ("New", "Check", "Law", "Done", "Odd")
LINKS = {"New": ("Check", None), "Check": ("Law", "New"), "Law": ("Done", None), "Done": (None, None)}
CATEGORY = {"Done": "closed", "Law": "in_progress"}


@pytest.fixture
def flow(tenant: Tenant) -> dict[str, UUID]:
    """New and Check lead to each other, from there it goes on to Law and Done and never back."""
    with acting(tenant.id, "admin") as connection:
        workflow = connection.scalar(
            text("INSERT INTO workflows (org_id, name) VALUES (:org, 'One way') RETURNING id"), {"org": tenant.id}
        )
        add = text(
            "INSERT INTO workflow_stages (org_id, workflow_id, name, category, is_start, is_other)"
            " VALUES (:org, :flow, :name, :category, :name = 'New', :name = 'Odd') RETURNING id"
        )
        said = {"org": tenant.id, "flow": workflow}
        found = {
            name: connection.execute(add, said | {"name": name, "category": CATEGORY.get(name, "open")}).scalar_one()
            for name in STAGES
        }
        link = text("UPDATE workflow_stages SET next_stage_id = :next, prev_stage_id = :prev WHERE id = :id")
        for name, (after, before) in LINKS.items():
            ends = {"next": found.get(after or ""), "prev": found.get(before or "")}
            connection.execute(link, ends | {"id": found[name]})
        waits = add.bindparams(category="waiting_on_customer", name="Waits")
        return found | {"flow": workflow, "Waits": connection.execute(waits, said).scalar_one()}


def moved(tenant: Tenant, flow: dict[str, UUID], role: str, here: str, there: str) -> bool:
    with acting(tenant.id, "system") as connection:
        ticket = create(connection, tenant.agent, workflow_id=flow["flow"], stage_id=flow[here])
    try:
        with acting(tenant.id, role, tenant.agent if role == "agent" else None) as connection:
            update(connection, ticket, stage_id=flow[there])
    except IntegrityError as refused:
        return f'no way leads from stage "{here}" to stage "{there}"' not in str(refused)
    return True


@pytest.mark.parametrize(
    ("here", "there", "may"),
    [
        ("New", "Check", True),
        ("Check", "New", True),
        ("New", "Law", True),
        ("New", "Done", True),
        ("Law", "Check", False),
        ("Done", "New", False),
        ("Done", "Law", False),
        ("Odd", "Done", True),
        ("Done", "Odd", True),
        ("Done", "Waits", True),
        ("Waits", "New", False),
    ],
)
def test_people_go_where_the_links_lead(tenant: Tenant, flow: dict[str, UUID], here: str, there: str, may: bool):
    assert moved(tenant, flow, "agent", here, there) is may
    assert moved(tenant, flow, "admin", here, there) is may
    assert moved(tenant, flow, "system", here, there), "a reply reopens whatever the links say"


def test_where_no_stage_has_links_people_go_anywhere(tenant: Tenant, flow: dict[str, UUID]):
    with acting(tenant.id, "admin") as connection:
        connection.execute(text("UPDATE workflow_stages SET next_stage_id = NULL, prev_stage_id = NULL"))
    assert moved(tenant, flow, "agent", "Done", "New")


def test_one_bad_move_among_many_moves_none(tenant: Tenant, flow: dict[str, UUID]):
    with acting(tenant.id, "system") as connection:
        tickets = [create(connection, tenant.agent, workflow_id=flow["flow"], stage_id=flow[one]) for one in STAGES[:4]]
    updates = text(
        "SELECT count(*) FROM update_tickets((SELECT jsonb_agg(jsonb_build_object('ticket_id', t, 'patch',"
        " jsonb_build_object('stage_id', CAST(:there AS uuid)))) FROM unnest(CAST(:tickets AS uuid[])) t))"
    )
    with pytest.raises(IntegrityError, match="no way leads"), acting(tenant.id, "agent", tenant.agent) as connection:
        connection.execute(updates, {"there": flow["Check"], "tickets": tickets})
    with acting(tenant.id, "agent", tenant.agent) as connection:
        assert connection.scalar(updates, {"there": flow["Law"], "tickets": tickets[:3]}) == 2
