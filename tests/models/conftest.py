"""The one mailbox that the tests of the fetcher's functions lease."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from models.base import uuid7
from models.database import transaction
from tests.conftest import Tenant
from tests.models.leasing import lease, make_box, pause


@pytest.fixture
def box(tenant: Tenant) -> Iterator[UUID]:
    """The only mailbox that can be leased now."""
    while lease("what other tests left"):
        pass
    made = uuid7()
    with transaction(tenant.id) as connection:
        make_box(connection, tenant.id, made)
    yield made
    pause(tenant)
