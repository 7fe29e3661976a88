"""The sweep rings again for whatever waits, once in a while and not for what is leased."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.models.doors import create
from tests.waiting import until
from tests.workers.fleet import FLEET, alone
from tests.workers.inbound.test_task import a_mail, rows, slow, store
from workers.app import BULK, app, ring
from workers.clock import task

WAITING = text("SELECT id FROM waiting_raw_mail(1000)")
FIRST = "now() - interval '1 year'"  # before whatever other tests have left waiting: a sweep takes so many and no more


def waiting() -> set[UUID]:
    with transaction() as connection:
        return set(connection.scalars(WAITING))


def pass_over_the_others() -> None:
    """What other tests left waiting rests for half a minute."""
    while waiting():
        pass


def age(tenant: Tenant, **columns: str) -> None:
    changes = ", ".join(f"{name} = {value}" for name, value in columns.items())
    with transaction(tenant.id) as connection:
        connection.exec_driver_sql(f"UPDATE raw_mail SET {changes}")


def test_a_mail_whose_hint_was_lost_is_rung_for_once_per_half_minute(tenant: Tenant):
    ids = set(store(tenant, a_mail(1), a_mail(2)))
    assert not ids & waiting(), "its first hint may still be on the way"
    age(tenant, ring_at=FIRST)
    assert ids <= waiting()
    assert not ids & waiting()


def test_what_is_filed_or_leased_rests(tenant: Tenant):
    ids = set(store(tenant, a_mail(1)))
    age(tenant, ring_at="now() - interval '1 hour'", stage="'filed'")
    assert not ids & waiting()


@pytest.mark.long
def test_between_two_slow_mails_the_sweep_has_its_turn(instance: Settings, tenant: Tenant, tmp_path: Path):
    """Sweeps that nobody could run in time are passed over, and the one that is still good goes first."""
    late = store(tenant, *(slow(number) for number in range(3)))
    age(tenant, attempts="1", ring_at="now() + interval '1 hour'")
    for one in late:
        ring("inbound.receive_slowly", [one])
    (lost,) = store(tenant, a_mail(9))
    with transaction(tenant.id) as connection:
        connection.execute(text(f"UPDATE raw_mail SET ring_at = {FIRST} WHERE id = :id"), {"id": lost})
    app.send_task("clock.sweep", expires=0.01)
    app.send_task("clock.sweep")
    (row,) = (place for place, one in enumerate(FLEET) if one.name == "worker-clock")
    with alone(row, instance, tmp_path):
        until(lambda: rows(tenant, "SELECT id FROM raw_mail WHERE id = :id AND ring_at > now()", id=lost))
        assert rows(tenant, "SELECT id FROM raw_mail WHERE stage = 'filed'") == []
        until(lambda: rows(tenant, "SELECT id FROM raw_mail WHERE stage = 'filed'"))


def sweep() -> list[list[list[str]]]:
    """What a sweep rings for, at once and behind it."""
    with app.connection_for_read() as connection, connection.channel() as channel:
        consumer = app.amqp.TaskConsumer(
            channel, queues=[app.amqp.queues.select_add("inbound"), app.amqp.queues.select_add(BULK)]
        )
        consumer.purge()
        task.sweep()
        return [heard(channel, queue) for queue in ("inbound", BULK)]


@pytest.mark.parametrize(("senders", "behind"), [("'one'", [5] * 7), ("id::text", [35])])
def test_the_oldest_are_rung_for_at_once_and_the_others_behind(tenant: Tenant, senders: str, behind: list[int]):
    """Of one sender in small portions, of many in large ones."""
    ids = [str(one) for one in store(tenant, *(a_mail(number) for number in range(60)))]
    pass_over_the_others()
    age(tenant, ring_at=FIRST, mail_from=senders)
    urgent, bulk = sweep()
    assert urgent == [ids[:25]]
    assert [len(one) for one in bulk] == behind
    assert [one for some in bulk for one in some] == ids[25:]


def test_a_flood_goes_behind_everybody_else_while_there_is_room(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    flood = [str(one) for one in store(tenant, *(a_mail(number) for number in range(45)))]
    others = [str(one) for one in store(tenant, *(a_mail(number) for number in range(45, 55)))]
    pass_over_the_others()
    age(tenant, ring_at=FIRST, mail_from=f"CASE WHEN id < '{others[0]}' THEN 'one' ELSE id::text END")
    urgent, bulk = sweep()
    assert urgent == [[*flood[:20], *others[:5]]], "twenty of a sender are no flood"
    assert bulk == [others[5:], *(flood[start : start + 5] for start in range(20, 45, 5))]
    monkeypatch.setattr(task, "FULL", 0)
    age(tenant, ring_at=FIRST)
    urgent, bulk = sweep()
    assert (urgent, bulk) == ([[*flood[:20], *others[:5]]], [])


def heard(channel: Any, queue: str) -> list[list[str]]:
    """The identifiers in each message of a queue."""
    messages = iter(lambda: channel.basic_get(queue, no_ack=True), None)
    return [json.loads(message.body)[0][0] for message in messages]


def test_what_is_over_is_removed_and_lists_are_counted(tenant: Tenant):
    """As beat has it done; the portions follow each other until nothing is left."""
    with transaction(tenant.id) as connection:
        connection.execute(
            text(
                "INSERT INTO notifications (org_id, profile_id, type, title, expires_at)"
                " SELECT :org, :who, 'mention', 'x', now() - interval '1 second' FROM generate_series(1, 2100)"
            ),
            {"org": tenant.id, "who": tenant.agent},
        )
        connection.execute(
            text(
                "INSERT INTO rate_limits (org_id, identifier_type, identifier, action, updated_at)"
                " SELECT :org, 'email', n || '@x.test', 'ticket_create', now() - interval '2 days'"
                " FROM generate_series(1, 1100) n"
            ),
            {"org": tenant.id},
        )
        create(connection, tenant.agent)
    task.tidy()
    assert rows(tenant, "SELECT 1 FROM notifications UNION ALL SELECT 1 FROM rate_limits") == []
    task.count()
    assert rows(tenant, "SELECT title FROM agent_tickets_seen") == [("x",)]


def test_beat_rings_for_each_of_them():
    app.loader.import_default_modules()
    every = {name: (entry["task"], entry["schedule"].seconds) for name, entry in app.conf.beat_schedule.items()}
    assert every == {
        "sweep": ("clock.sweep", 5),
        "act": ("clock.act", 2),
        "notify": ("clock.notify", 10),
        "tell": ("clock.tell", 60),
        "index": ("clock.index", 5),
        "count": ("clock.count", 300),
        "retain": ("clock.retain", 600),
        "digest": ("clock.digest", 300),
        "tidy": ("clock.tidy", 86_400),
    }
    app.loader.import_default_modules()
    assert {name for name, _ in every.values()} <= set(app.tasks)
