"""People for the tests of the systems."""

import pytest

from tests.conftest import Tenant
from tests.migrations.systems.cast import Cast, make_cast


@pytest.fixture
def cast(tenant: Tenant) -> Cast:
    """The people of an organization."""
    return make_cast(tenant)


@pytest.fixture
def others(neighbour: Tenant) -> Cast:
    """The people of another."""
    return make_cast(neighbour)
