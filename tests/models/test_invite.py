"""An invitation is between an admin and who is invited."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.conftest import Tenant
from tests.models.people import ask, invite


def test_admins_invite_and_others_do_not_know_of_it(tenant: Tenant, neighbour: Tenant):
    for one in (tenant, neighbour):
        invite(one)  # the same token in two organizations is no conflict
    for role in ("system", "guest"):
        with pytest.raises(IntegrityError, match="role"):
            invite(tenant, role, bytes(31) + b"1")
    with pytest.raises(IntegrityError, match="digest"):
        invite(tenant, digest=b"the token itself")
    for role in ("agent", "customer", "guest"):
        assert ask(tenant.id, "SELECT 1 FROM org_invites", role=role, profile=tenant.agent) == []
