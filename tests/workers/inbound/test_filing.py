"""Two workers that meet the same stranger in one moment: the second looks again, and no mail loses an attempt."""

from threading import Thread

import pytest

from models.database import transaction
from tests.conftest import Tenant
from tests.waiting import until
from tests.workers.inbound.mailroom import rows, store, written
from workers.inbound import journey, task
from workers.inbound.facts import Received

WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.mark.parametrize("sender", ["Carla <carla@customer.test>", "nobody that could be answered"])
def test_both_are_filed_at_once(tenant: Tenant, sender: str):
    first, second = (store(tenant, written(sender)) for _ in range(2))
    ((row, mail),) = task._read(task._rows(task._claim([first], fresh=True)))
    assert mail
    received = Received(row.id, row.mailbox_id, "x@y.test", (), row.received_at, 1, mail, row.content)
    with transaction(tenant.id) as connection:
        journey.file(connection, tenant.id, [received], task.sandbox().parse)
        other = Thread(target=task._file_all, args=[task._read(task._rows(task._claim([second], fresh=True)))])
        other.start()
        until(lambda: rows(tenant, WAITS))
    other.join(30)
    found = rows(tenant, "SELECT stage, attempts, reason FROM raw_mail ORDER BY id")
    assert [tuple(row) for row in found] == [("filed", 1, None)] * 2
    assert len(rows(tenant, "SELECT id FROM profiles WHERE role = 'customer'")) == 1
    assert len(rows(tenant, "SELECT DISTINCT author_id FROM ticket_comments")) == 1
