"""Made-up data is as much as was asked for, keeps every rule of the schema, and keeps off an installation with mail."""

import pytest

from gateway.cli import find
from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, store
from tests.migrations.above import above

TICKETS = 30
_WRONG = {
    "a ticket is not as its latest revision says": """
        SELECT t.org_id FROM tickets t JOIN ticket_history h ON h.org_id = t.org_id AND h.id = t.latest_history_id
        WHERE (t.title, t.priority, t.status, t.current_stage_id, t.assigned_to)
              IS DISTINCT FROM (h.title, h.priority, h.category, h.workflow_stage_id, h.assigned_to)""",
    "a number leads elsewhere": """
        SELECT t.org_id FROM tickets t LEFT JOIN ticket_numbers n ON n.org_id = t.org_id AND n.number = t.number
        WHERE n.ticket_id IS DISTINCT FROM t.id""",
    "a month has other numbers than its counter says": """
        SELECT c.org_id FROM ticket_counters c WHERE c.value <> (
            SELECT count(*) FROM tickets t WHERE t.org_id = c.org_id AND t.number LIKE '%' || c.month || '-%')""",
    "something is said of the future": "SELECT c.org_id FROM ticket_comments c WHERE c.created_at > now()",
    "identifiers are not in the order of time": """
        SELECT t.org_id FROM (
            SELECT org_id, created_at, lag(created_at) OVER (PARTITION BY org_id ORDER BY id) AS was FROM tickets) t
        WHERE was > created_at""",
}
_OURS = "SELECT o.slug FROM ({}) wrong JOIN organizations o ON o.id = wrong.org_id WHERE o.slug LIKE 'seed-%%'"


def test_it_makes_what_it_says_and_refuses_beside_mail(
    instance: Settings, tenant: Tenant, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tuple(org for org in find.organizations() if org.id == tenant.id)
    with monkeypatch.context() as alone:  # other tests of this process stored mail
        alone.setattr(find, "organizations", lambda slug=None: ours)
        made = desk.json("seed", "--tickets", str(TICKETS), "--organizations", "2")
        store(tenant, b"From: a@b.test\r\n\r\nx")
        assert "--beside-real-mail" in desk.refuses("seed", "--tickets", "1")
    assert (made["organizations"], made["tickets"]) == (2, TICKETS)
    with above(instance).connect() as connection:
        for wrong, query in _WRONG.items():
            assert connection.exec_driver_sql(_OURS.format(query.replace("%", "%%"))).all() == [], wrong
    for slug in ("seed-1", "seed-2"):
        (org,) = find.organizations(slug)
        with transaction(org.id, role="admin") as connection:
            counted = [
                connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
                for name in ("tickets", "ticket_history", "ticket_comments")
            ]
        assert counted[0] == TICKETS // 2
        made["revisions"] -= counted[1]
        made["comments"] -= counted[2]
    assert (made["revisions"], made["comments"]) == (0, 0)
    assert desk("audit", "verify", "--org", "seed-1").code == 0
