"""A worker goes on with its queues after a message that it could not acknowledge."""

from typing import Any

import pytest
import structlog
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.messaging import Consumer

from gateway.embedded import EmbeddedRedis
from tests.faults.rig.freezing import frozen
from workers.app import app

log = structlog.get_logger()
OPTIONS = {**app.conf.broker_transport_options, "socket_timeout": 0.2}


@pytest.mark.parametrize("word", ["ack", "reject"])
def test_redis_was_silent_when_it_should_have_heard(server: EmbeddedRedis, word: str):
    got: list[Any] = []
    with Connection(server.url("redis+socket"), transport_options=OPTIONS) as connection:
        queue = Queue("inbound")
        with connection.Producer() as producer:
            for body in (1, 2):
                producer.publish(body, routing_key="inbound", declare=[queue])
        with Consumer(connection, queue, prefetch_count=1, on_message=got.append):
            connection.drain_events(timeout=5)
            (first,) = got
            with frozen(server.pid):
                getattr(first, f"{word}_log_error")(log, connection.connection_errors)
            assert not first.acknowledged
            connection.drain_events(timeout=5)
    assert [message.payload for message in got] == [1, 2]
