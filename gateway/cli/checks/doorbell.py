"""Redis, the doorbell: without it nothing is lost, but nothing is worked on either."""

from collections.abc import Iterable
from typing import Any

from redis import Redis, RedisError

from gateway.cli.checks.finding import Finding, fail, ok, warn
from models.settings import settings

SECONDS = 2.0


def redis() -> Iterable[Finding]:
    """It answers, forgets nothing to make room, and keeps its queue over a restart."""
    try:
        client = Redis.from_url(url(settings().broker()), socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
        with client:
            told: dict[str, Any] = client.info()
    except (RedisError, ValueError) as error:
        yield fail("redis", f"does not answer ({' '.join(str(error).split())})", "start `postern up`, or your Redis")
        return
    yield ok("redis", f"Redis {told.get('redis_version', '')} answers")
    policy = str(told.get("maxmemory_policy", "unknown"))
    if policy == "noeviction":
        yield ok("redis memory", policy)
    else:
        yield warn("redis memory", f"maxmemory-policy is {policy}: hints may vanish", "set maxmemory-policy noeviction")
    if told.get("aof_enabled"):
        yield ok("redis disk", "append-only file on")
    else:
        yield warn("redis disk", "no append-only file: a restart delays mail until the sweep", "set appendonly yes")


def url(broker: str) -> str:
    """The broker's URL as redis-py writes it.

    Args:
        broker: as Celery writes it.
    """
    return broker.replace("redis+socket://", "unix://", 1)
