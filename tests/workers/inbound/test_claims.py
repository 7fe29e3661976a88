"""Mails that somebody holds in the moment in which a worker asks for them wait for that, and for no sweep."""

import threading
from uuid import UUID

import psycopg
from sqlalchemy import text

from gateway.embedded import EmbeddedPostgres
from models.database import transaction
from models.raw_mail import digest
from models.settings import Settings, settings
from tests.conftest import Tenant
from tests.gateway.cli.test_bell import rung
from tests.waiting import until
from tests.workers.inbound.test_task import a_mail, hint, hint_again, stages, store

AGAIN = text("SELECT note_repeats(ARRAY[CAST(:id AS uuid)], ARRAY[CAST(:box AS uuid)], ARRAY[CAST(:digest AS bytea)])")
WAITS = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%claim_raw_mail%'"


def test_a_mail_that_comes_again_while_it_is_claimed(tenant: Tenant, instance: Settings):
    """The door counts it as a repeat in that moment; whoever sends a mail twice does not wait for it longer."""
    mail = a_mail(1)
    one, other = store(tenant, mail, a_mail(2))
    lane = threading.Thread(target=hint_again, args=[[one]])
    with transaction(login="gateway") as door:
        said = {"id": UUID(int=0), "box": tenant.mailbox, "digest": digest(tenant.mailbox, "", mail)}
        door.execute(AGAIN, said)
        hint([one, other])
        assert stages(tenant) == {one: ("received", 0), other: ("filed", 1)}
        assert str(one) in rung(instance, "slow")
        lane.start()
        until(waits)
    lane.join()
    assert stages(tenant)[one] == ("filed", 1)


def waits() -> bool:
    with psycopg.connect(EmbeddedPostgres(settings().home).url("superuser")) as connection:
        return connection.execute(WAITS).fetchone() is not None
