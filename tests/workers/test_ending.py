"""A worker goes on while it can, and ends in time where it cannot."""

import os
import signal
from pathlib import Path

import pytest
from kombu.connection import Connection
from redis import Redis

from gateway.cli.bench.processor import children
from gateway.embedded import EmbeddedRedis
from models.base import uuid7
from models.pulse import FOLDER
from models.settings import Settings
from tests.waiting import until
from tests.workers.fleet import alone
from workers.app import app
from workers.ending import SECONDS

BACK_SECONDS = 30.0
TRIES = 6  # more than Celery takes for a fault where they come within a second


def test_it_goes_on_when_redis_has_refused_for_a_while(server: EmbeddedRedis, instance: Settings, tmp_path: Path):
    """As one does whose disk is full: whatever would write is answered with an error."""
    url = server.url("redis+socket")
    with alone(0, instance, tmp_path, redis_url=url, home=tmp_path) as worker, Redis.from_url(server.url()) as redis:
        until(lambda: list((tmp_path / FOLDER).glob("inbound@*")), BACK_SECONDS)
        redis.config_set("min-replicas-to-write", 1)
        until(lambda: (tmp_path / "log").read_text().count("NOREPLICAS") > TRIES, BACK_SECONDS)
        redis.config_set("min-replicas-to-write", 0)
        assert "Traceback" not in (tmp_path / "log").read_text()
        with Connection(url) as connection:
            app.send_task("inbound.receive", [[str(uuid7())]], connection=connection)
        until(lambda: not redis.llen("inbound") and not redis.hlen("unacked"), BACK_SECONDS)
        assert worker.poll() is None


@pytest.mark.long
@pytest.mark.timeout(2 * SECONDS + 60)
def test_it_does_not_wait_for_ever_for_its_pool(server: EmbeddedRedis, instance: Settings, tmp_path: Path):
    url = server.url("redis+socket")
    with alone(0, instance, tmp_path, redis_url=url, home=tmp_path) as worker:
        until(lambda: list((tmp_path / FOLDER).glob("inbound@*")), BACK_SECONDS)
        pool = children(worker.pid)
        for one in pool:
            os.kill(one, signal.SIGSTOP)
        try:
            worker.terminate()
            assert worker.wait(2 * SECONDS) == -signal.SIGALRM
        finally:
            for one in pool:
                os.kill(one, signal.SIGCONT)
        until(lambda: not any(Path(f"/proc/{one}").exists() for one in pool), BACK_SECONDS)
