"""Fixtures of the tests on hooks."""

from uuid import UUID

import pytest

from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.workers.clock.stages import opened


@pytest.fixture
def customer(tenant: Tenant) -> UUID:
    with transaction(tenant.id) as connection:
        return add_person(connection, tenant.id, "carl@customer.test", "Carl", Role.CUSTOMER)


@pytest.fixture
def admin(tenant: Tenant) -> UUID:
    with transaction(tenant.id) as connection:
        return add_person(connection, tenant.id, f"boss@{tenant.domain}", "Bea Boss", Role.ADMIN)


@pytest.fixture
def ticket(tenant: Tenant, customer: UUID) -> UUID:
    return opened(tenant, customer)
