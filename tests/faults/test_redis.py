"""T4, G6: Redis is a doorbell: whatever becomes of it, mail is taken, and all of it is filed within 120 seconds."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError, OutOfMemoryError, RedisError

from gateway.embedded import EmbeddedRedis
from tests.faults.rig.freezing import frozen
from tests.faults.rig.system import System
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
DONE_SECONDS = 120.0  # what is promised
QUEUED = 1_000
WORKERS = ("worker-inbound", "worker-outbound", "worker-clock")


@contextmanager
def talking(system: System, password: str | None = None) -> Iterator[Redis]:
    """A connection to the system's Redis."""
    where = str(EmbeddedRedis(system.postern.data).socket)
    with Redis(unix_socket_path=where, password=password, socket_timeout=5) as redis:
        yield redis


def serves(system: System) -> bool:
    """Whether it answers."""
    try:
        with talking(system) as redis:
            return bool(redis.ping())
    except RedisError:
        return False


def queued(system: System) -> int:
    """Messages that wait for the inbound worker; each holds up to a hundred hints."""
    with talking(system) as redis:
        return int(redis.llen("inbound"))


@contextmanager
def full(system: System) -> Iterator[None]:
    """It holds as much as it may, and takes no more."""
    with talking(system) as redis:
        redis.config_set("maxmemory", 1)
        with pytest.raises(OutOfMemoryError):
            redis.set("one", "more")
        yield
        redis.config_set("maxmemory", 0)


@contextmanager
def locked(system: System) -> Iterator[None]:
    """It wants a password that nobody was told, and who was in is put out."""
    with talking(system) as redis:
        redis.config_set("requirepass", "another")
        redis.client_kill_filter(_type="normal", skipme=True)
        with pytest.raises(AuthenticationError), talking(system) as stranger:
            stranger.ping()
    yield
    with talking(system, "another") as redis:
        redis.config_set("requirepass", "")


@contextmanager
def silent(system: System) -> Iterator[None]:
    """It is there and says nothing."""
    with frozen(system.pid("redis")):
        assert not serves(system)
        yield


def test_a_thousand_hints_are_lost(tmp_path: Path):
    """Killed with an empty queue and with a long one, then wiped: what nobody was told of is swept up."""
    with System(tmp_path) as system:
        with system.world(rate=200) as world:
            world.until_acknowledged(20)
            system.kill("redis")
            world.until_acknowledged(20)
            with frozen(*map(system.pid, WORKERS)):
                world.until_acknowledged(QUEUED, 120)
                assert queued(system), "no hint waits"
                system.kill("redis")
                until(lambda: serves(system))
                assert queued(system), "the file kept nothing"
                with talking(system) as redis:
                    redis.flushall()
                assert system.ask("SELECT count(*) >= 1000 FROM raw_mail WHERE stage = 'received'") == [(True,)]
        system.rest(DONE_SECONDS)
        system.examine(world)


Fault = Callable[[System], AbstractContextManager[None]]


def test_it_is_full_then_wants_a_password_then_is_frozen_for_half_a_minute(tmp_path: Path):
    faults: list[tuple[Fault, int]] = [(full, 60), (locked, 60), (silent, 600)]
    with System(tmp_path) as system:
        with system.world(rate=20) as world:
            for fault, mails in faults:
                world.until_acknowledged(20)
                with fault(system):
                    world.until_acknowledged(mails, 120)  # at 20 a second
        system.rest()  # what a task held that was ended waits for its lease, a mail's first, then a letter's
        system.examine(world)


def test_it_comes_when_all_mail_is_there(tmp_path: Path):
    """The system is started without it, takes mail, and files it once it is there."""
    redis = EmbeddedRedis(tmp_path / "elsewhere")
    try:
        with System(tmp_path, settings={"redis_url": redis.url("redis+socket")}) as system:
            with system.world() as world:
                world.until_acknowledged(200)
            assert system.ask("SELECT count(*) FROM raw_mail WHERE stage <> 'received'") == [(0,)]
            redis.start()
            system.rest(DONE_SECONDS)
            system.examine(world)
    finally:
        redis.stop()
