"""Redis, the doorbell: without it nothing is lost, but nothing is worked on either."""

from collections.abc import Iterable
from typing import Any

from redis import Redis, RedisError

from gateway.cli.checks.finding import Finding, fail, ok, warn
from models.settings import settings
from models.standing import Unsafe, trust_broker

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
    yield _memory(str(told.get("maxmemory_policy", "unknown")))
    if told.get("aof_enabled"):
        yield ok("redis disk", "append-only file on")
    else:
        yield warn("redis disk", "no append-only file: a restart delays mail until the sweep", "set appendonly yes")


def _memory(policy: str) -> Finding:
    try:
        trust_broker(policy)
    except Unsafe as refusal:
        return fail("redis memory", str(refusal), "nothing starts before that")
    if policy == "noeviction":
        return ok("redis memory", policy)
    said = f"maxmemory-policy is {policy}: what expires, such as counts of limits, may be forgotten early"
    return warn("redis memory", said, "make it noeviction")


def trusted() -> None:
    """Let the Redis that is there be used; one that does not answer yet may.

    Raises:
        Unsafe: it throws work away.
    """
    client = Redis.from_url(url(settings().broker()), socket_timeout=SECONDS, socket_connect_timeout=SECONDS)
    try:
        with client:
            found: dict[str, Any] = client.info("memory")
    except (RedisError, ValueError):
        return
    trust_broker(str(found.get("maxmemory_policy", "")))


def url(broker: str) -> str:
    """The broker's URL as redis-py writes it.

    Args:
        broker: as Celery writes it.
    """
    return broker.replace("redis+socket://", "unix://", 1)
