"""A worker or the clock that is started alone on servers that must not be trusted ends, and says why."""

import gc
import json
import pickle
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from celery import signals

from models.base import uuid7
from models.settings import Settings
from tests.forgetful import ForgetfulRedis
from tests.logins import login
from tests.waiting import until
from tests.workers.fleet import FLEET, alone
from workers.app import BULK, CALLS, Steadily, app, ring


@pytest.fixture
def forgetful(tmp_path: Path) -> Iterator[ForgetfulRedis]:
    """One that is not running yet."""
    server = ForgetfulRedis(tmp_path / "redis", fast=True)
    yield server
    server.stop()


def last_word(process: "subprocess.Popen[bytes]", folder: Path) -> str:
    """Why it ended."""
    assert process.wait(60) == 1
    said = (folder / "log").read_text()
    assert "Traceback" not in said
    (line,) = (json.loads(line) for line in said.splitlines() if line.startswith("{"))
    assert (line["event"], line["level"]) == ("refuses to work", "error")
    return str(line["error"])


OFTEN = ("worker-inbound", "beat")  # a worker and the clock; the other workers start as the first does
EACH = pytest.mark.parametrize(
    "row",
    [pytest.param(n, marks=() if row.name in OFTEN else pytest.mark.long, id=row.name) for n, row in enumerate(FLEET)],
)


@EACH
def test_a_login_with_power_ends_it(instance: Settings, tmp_path: Path, row: int):
    with login(instance, "BYPASSRLS") as url, alone(row, instance, tmp_path, app_database_url=url) as process:
        assert "is free of row level security (BYPASSRLS), so that" in last_word(process, tmp_path)


@EACH
def test_a_redis_that_throws_work_away_ends_it(instance: Settings, tmp_path: Path, forgetful: ForgetfulRedis, row: int):
    forgetful.start()
    with alone(row, instance, tmp_path, redis_url=forgetful.url("redis+socket")) as process:
        assert "maxmemory-policy allkeys-lru" in last_word(process, tmp_path)


def test_so_does_one_that_was_away_at_first(instance: Settings, tmp_path: Path, forgetful: ForgetfulRedis):
    with alone(0, instance, tmp_path, redis_url=forgetful.url("redis+socket")) as process:
        until(lambda: "Cannot connect to redis+socket" in (tmp_path / "log").read_text())
        forgetful.start()
        assert "maxmemory-policy allkeys-lru" in last_word(process, tmp_path)


def test_a_database_that_may_forget_ends_it(instance: Settings, tmp_path: Path):
    with alone(0, instance, tmp_path, unsafe_database=False) as process:
        assert "a mail that was taken may be lost" in last_word(process, tmp_path)


@pytest.mark.parametrize(("first", "then"), [("inbound", BULK), ("outbound", CALLS)])
def test_a_hint_of_a_flood_or_a_webhook_is_taken_when_no_other_waits(instance: Settings, first: str, then: str):
    """As a worker takes them: one at a time, and the next when that one is done."""
    del instance
    taken: list[str] = []

    def take(_: object, message: Any) -> None:
        taken.append(message.delivery_info["routing_key"])
        message.ack()

    with app.connection_for_read() as connection, connection.channel() as channel:
        queues = [app.amqp.queues.select_add(name) for name in (first, then)]
        consumer = app.amqp.TaskConsumer(channel, queues=queues, callbacks=[take])
        consumer.purge()
        consumer.qos(prefetch_count=1)
        ring("any", [uuid7() for _ in range(15)], queue=then, batch=5)
        ring("any", [uuid7()], queue=first)
        with consumer:
            connection.drain_events(timeout=10)
            ring("any", [uuid7()], queue=first)
            for _ in range(4):
                connection.drain_events(timeout=10)
    assert taken == [first, first, *[then] * 3]


def test_the_sweep_is_rung_whatever_the_clock_on_the_wall_says():
    """What is in the far future was written down before somebody set that clock back."""
    steadily = Steadily(60)
    assert steadily.is_due(datetime(9999, 1, 1, tzinfo=UTC)).is_due
    assert not steadily.is_due(datetime(2000, 1, 1, tzinfo=UTC)).is_due
    fresh = pickle.loads(pickle.dumps(steadily))
    assert fresh.is_due(datetime(9999, 1, 1, tzinfo=UTC)).is_due
    assert fresh == steadily


def test_what_is_loaded_before_a_fork_is_never_looked_at_for_garbage():
    gc.unfreeze()
    signals.worker_before_create_process.send(sender=None)
    assert gc.get_freeze_count() > 10_000
    gc.unfreeze()
