"""Agents write letters on tickets they see; mail in and out is changed by the organization's own hand alone."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from tests.conftest import Tenant
from tests.models.scene import LETTER, MAIL, REFUSED, Scene, make_scene


@pytest.fixture
def scene(tenant: Tenant, neighbour: Tenant) -> Scene:
    return make_scene(tenant, neighbour)


@pytest.mark.parametrize(
    ("who", "may"), [("admin", True), ("agent", True), ("isolated", False), ("customer", False), ("guest", False)]
)
def test_who_may_write_a_letter(scene: Scene, who: str, may: bool):
    said = {"org": scene.tenant.id, "id": uuid7(), "handle": 2, "ticket": scene.ticket, "profile": scene.customer}

    def write():
        with scene.as_(who) as connection:
            connection.execute(LETTER, said | {"mailbox": scene.tenant.mailbox})

    if may:
        write()
    else:
        with pytest.raises(DBAPIError, match=REFUSED):
            write()


@pytest.mark.parametrize("table", ["raw_mail", "outgoing", "deliveries", "message_ids"])
def test_agents_change_no_mail(scene: Scene, table: str):
    with scene.as_("agent") as connection:
        assert connection.execute(text(f"UPDATE {table} SET org_id = org_id")).rowcount == 0
    if table != "raw_mail":
        with scene.as_("agent") as connection:
            assert connection.execute(text(f"DELETE FROM {table}")).rowcount == 0
    with scene.as_("system") as connection:
        assert connection.execute(text(f"UPDATE {table} SET org_id = org_id")).rowcount > 0


def test_the_fetchers_door_stores_mail_and_reads_none(scene: Scene):
    said = {"org": scene.tenant.id, "mailbox": scene.tenant.mailbox}
    with transaction(login="gateway") as connection:
        connection.execute(MAIL, said | {"id": uuid7(), "digest": b"3"})
    with transaction(login="admin") as connection:
        query = text(
            "SELECT has_any_column_privilege('postern_fetcher', 'raw_mail', 'INSERT'),"
            " has_any_column_privilege('postern_fetcher', 'raw_mail', 'SELECT, UPDATE')"
        )
        assert tuple(connection.execute(query).one()) == (True, False)
