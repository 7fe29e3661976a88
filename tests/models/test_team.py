"""A group of people of one organization."""

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tests.conftest import Tenant
from tests.models.people import JOIN_TEAM, ask


def test_a_team_holds_people_of_its_own_organization(tenant: Tenant, neighbour: Tenant):
    with pytest.raises(IntegrityError, match="fk_team_members"):
        ask(tenant.id, JOIN_TEAM, org=tenant.id, member=neighbour.agent)
    ask(tenant.id, JOIN_TEAM, org=tenant.id, member=tenant.agent)
    names = "SELECT name FROM teams WHERE name = 'Field'"
    for role, teams, members in (("admin", 1, 1), ("agent", 1, 1), ("customer", 1, 0), ("guest", 0, 0), ("", 0, 0)):
        assert len(ask(tenant.id, names, role=role, profile=tenant.agent)) == teams
        assert len(ask(tenant.id, "SELECT 1 FROM team_members", role=role, profile=tenant.agent)) == members
    assert ask(tenant.id, "DELETE FROM teams RETURNING id", role="agent", profile=tenant.agent) == []
    with pytest.raises(ProgrammingError, match="row-level security"):
        ask(tenant.id, JOIN_TEAM, role="agent", profile=tenant.agent, org=tenant.id, member=tenant.agent)
