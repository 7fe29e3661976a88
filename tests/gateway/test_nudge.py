"""The doorbell on a real Redis, and without one."""

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from gateway import nudge
from gateway.embedded import EmbeddedRedis
from gateway.metrics import Metrics
from gateway.nudge import Nudge
from gateway.supervisor.processes import PROCESSES
from models.base import uuid7
from models.settings import Settings
from tests.waiting import until

BLINK = 0.05  # seconds: ringing is no work


@pytest.fixture
def redis(instance: Settings) -> Iterator[Redis]:
    """The broker of these tests, with an empty queue."""
    client = Redis(unix_socket_path=instance.broker().removeprefix("redis+socket://"))
    client.delete("inbound", "inbound-bulk")
    yield client
    client.close()


def hints(client: Redis, queue: str = "inbound") -> list[list[str]]:
    """What lies in a queue: the identifiers of each message, oldest first."""
    raw = client.lrange(queue, 0, -1)
    assert isinstance(raw, list)
    messages = [json.loads(message) for message in reversed(raw)]
    assert {message["headers"]["task"] for message in messages} <= {"inbound.receive"}
    assert {message["content-type"] for message in messages} <= {"application/json"}
    return [json.loads(base64.b64decode(message["body"]))[0][0] for message in messages]


@contextmanager
def ringing(broker: str) -> Iterator[tuple[Nudge, Metrics]]:
    """A bell with its thread."""
    metrics = Metrics()
    bell = Nudge(broker, metrics)
    bell.start()
    try:
        yield bell, metrics
    finally:
        bell.close(10)


def ring_quickly(bell: Nudge, ids: list[str]) -> None:
    began = time.monotonic()
    bell.ring("inbound.receive", ids)
    assert time.monotonic() - began < BLINK


def some(count: int) -> list[str]:
    return [str(uuid7()) for _ in range(count)]


def test_what_is_rung_for_arrives(instance: Settings, redis: Redis):
    ids = some(3)
    with ringing(instance.broker()) as (bell, metrics):
        ring_quickly(bell, ids[:1])
        until(lambda: hints(redis))
        ring_quickly(bell, ids[1:])
    assert hints(redis) == [ids[:1], ids[1:]]
    assert metrics.nudges_dropped == 0


def test_a_flood_waits_elsewhere_in_small_messages(instance: Settings, redis: Redis):
    flood, other = some(12), some(1)
    with ringing(instance.broker()) as (bell, _):
        bell.ring(nudge.FLOOD, flood)
        bell.ring(nudge.RECEIVE, other)
    assert hints(redis) == [other]
    assert hints(redis, "inbound-bulk") == [flood[:5], flood[5:10], flood[10:]]


def test_every_hint_is_heard_by_a_process():
    heard = {queue for row in PROCESSES if "-Q" in row.argv for queue in row.argv[row.argv.index("-Q") + 1].split(",")}
    assert {hint.queue for hint in nudge.HINTS.values()} <= heard


def test_under_load_a_message_holds_fifty(instance: Settings, redis: Redis):
    ids = some(1230)
    bell = Nudge(instance.broker(), Metrics())
    for one in ids:
        ring_quickly(bell, [one])
    bell.start()
    bell.close(10)
    found = hints(redis)
    assert [one for hint in found for one in hint] == ids
    assert [len(hint) for hint in found] == [100] * 12 + [30]


def test_without_redis_hints_are_dropped_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with ringing(f"redis+socket://{tmp_path}/nobody.sock") as (bell, metrics):
        for _ in range(3):
            ring_quickly(bell, some(70))
            until(lambda: not bell._count)
    assert metrics.nudges_dropped == 210
    assert capsys.readouterr().out.count("workers cannot be told") == 1


def test_redis_that_never_answers_holds_up_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(nudge.TRANSPORT, "socket_timeout", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        with ringing(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0") as (bell, metrics):
            ring_quickly(bell, some(1))
            until(lambda: metrics.nudges_dropped)
        assert not bell._thread.is_alive()


def test_the_bell_works_again_when_redis_is_back(tmp_path_factory: pytest.TempPathFactory):
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"), fast=True)
    server.start()
    try:
        with ringing(server.settings.broker()) as (bell, metrics):
            ring_quickly(bell, some(1))
            until(lambda: not bell._count and bell.reachable)
            server.stop()
            ring_quickly(bell, some(1))
            until(lambda: metrics.nudges_dropped)
            server.start()
            ring_quickly(bell, some(1))
            until(lambda: bell.reachable)
    finally:
        server.stop()


def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nudge, "MOST_WAITING", 100)
    metrics = Metrics()
    bell = Nudge("redis://nobody", metrics)
    for _ in range(3):
        bell.ring("inbound.receive", some(40))
    assert (bell._count, metrics.nudges_dropped) == (80, 40)
    bell.close(1)


def test_the_thread_does_not_keep_the_process_alive(instance: Settings):
    with ringing(instance.broker()) as (bell, _):
        assert bell._thread.daemon
        assert bell._thread in threading.enumerate()
