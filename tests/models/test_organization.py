"""What an organization may change of itself."""

import pytest
from sqlalchemy.exc import ProgrammingError

from tests.conftest import Tenant
from tests.models.people import ask


def test_keys_over_all_organizations_are_not_changed_from_inside(tenant: Tenant):
    for column in ("slug", "external_id", "is_default", "created_by", "id"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask(tenant.id, f"UPDATE organizations SET {column} = {column}", role="admin")
    for column in ("external_id", "is_default", "created_by"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            ask(tenant.id, f"INSERT INTO organizations (id, {column}) VALUES (uuidv7(), NULL)")
    change = (
        "UPDATE organizations SET name = 'N', support_email = 'a@b.test', support_phone = '1', support_message = 'm',"
        " settings = '{}', ticket_prefix = 'NEW', is_active = true RETURNING name"
    )
    assert ask(tenant.id, change, role="admin") == [("N",)]
    assert ask(tenant.id, change, role="agent", profile=tenant.agent) == []
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask(tenant.id, "DELETE FROM organizations")
