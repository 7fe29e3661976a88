"""The clock lets go of words that nobody teaches any more, in every organization."""

from sqlalchemy import text

from models.database import transaction
from models.teaching import Sort, teach
from tests.conftest import Tenant
from tests.models.test_teaching import tokens
from workers.clock.task import tidy


def test_the_clock_forgets_everywhere(tenant: Tenant, neighbour: Tenant):
    for owner in (tenant, neighbour):
        with transaction(owner.id) as connection:
            teach(connection, owner.id, [("long ago",)], Sort.HAM)
            connection.execute(text("UPDATE spam_tokens SET seen_at = now() - interval '100 days'"))
            teach(connection, owner.id, [("today",)], Sort.HAM)
    tidy()
    assert tokens(tenant).keys() == tokens(neighbour).keys() == {"today"}
