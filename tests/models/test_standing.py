"""No connection is used that is above the policies or that could lose what it committed, whoever makes it."""

import asyncio
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from sqlalchemy import TextClause, text

from models import settings as module
from models.database import door_statements, engine, hang_up, standing, transaction, transaction_async
from models.settings import Login, Settings, settings
from models.standing import Unsafe, losses, powers, trust, trust_broker
from tests.logins import login
from tests.waiting import until

POWERS = {
    "superuser": ("SUPERUSER", (), "a superuser, so that"),
    "bypassrls": ("BYPASSRLS", (), r"free of row level security \(BYPASSRLS\)"),
    "createrole": ("CREATEROLE", (), r"allowed to make roles \(CREATEROLE\)"),
    "owner": ("IN ROLE postern_owner", (), "the owner of the tables by membership in postern_owner and the registrar"),
    "owner without inheriting": ("", ("GRANT postern_owner TO {} WITH INHERIT FALSE",), "the owner of the tables"),
    "registrar": ("IN ROLE postern_registrar", (), "the registrar, .* by membership in postern_registrar"),
    "second hand": ("", ("GRANT superuser TO {}",), "a superuser by membership in superuser"),
    "disguised": ("SUPERUSER", ("ALTER ROLE {} SET role = 'postern_app'",), "a superuser, so that"),
}
Point = Callable[..., None]


@pytest.fixture
def point(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Point]:
    """Changes settings of this process for one test, as flags would."""

    def change(**said: object) -> None:
        for name, value in said.items():
            monkeypatch.setitem(module._overrides, name, value)
        settings.cache_clear()

    del instance
    yield change
    monkeypatch.undo()
    settings.cache_clear()


def start(name: Login, kind: str) -> None:
    """The first statement of a process, each of the ways there are."""

    async def first() -> None:
        try:
            if kind == "line":
                async with door_statements("test") as line:
                    await line.execute("SELECT 1")
            else:
                async with transaction_async(login=name) as connection:
                    await connection.execute(text("SELECT 1"))
        finally:
            await hang_up()

    if kind == "pool":
        with transaction(login=name) as connection:
            connection.execute(text("SELECT 1"))
    else:
        asyncio.run(first())


WAYS: list[tuple[Login, str]] = [
    ("app", "pool"), ("app", "loop"), ("gateway", "line"), ("gateway", "pool"), ("fetcher", "pool"),
    ("fetcher", "loop"),
]  # fmt: skip


@pytest.mark.parametrize("power", POWERS)
def test_a_login_with_power_is_refused_with_a_sentence(instance: Settings, point: Point, power: str):
    """Also where the database need not be durable: the setting for tests says nothing of power."""
    attributes, statements, said = POWERS[power]
    assert settings().unsafe_database
    with login(instance, attributes, *statements) as url:
        name = urlsplit(url).username
        for ours, kind in WAYS:
            point(**{f"{ours}_database_url": url})
            with pytest.raises(Unsafe, match=rf"login {name} is {said}.*: use the login postern_{ours} as"):
                start(ours, kind)
        engine(url, "app").dispose()


@pytest.mark.parametrize(("ours", "kind"), WAYS)
def test_a_plain_login_is_taken(instance: Settings, point: Point, ours: Login, kind: str):
    with login(instance) as url:
        point(**{f"{ours}_database_url": url})
        start(ours, kind)
        engine(url, ours).dispose()


def test_the_administrator_may_be_anything(instance: Settings, point: Point):
    point(unsafe_database=False)
    with login(instance, "SUPERUSER") as url:
        point(database_url=url)
        with transaction(login="admin") as connection:
            assert connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        engine(url, "admin").dispose()


@pytest.mark.parametrize(("ours", "kind"), WAYS)
def test_a_database_that_may_forget_is_refused_unless_that_is_said(
    instance: Settings, point: Point, ours: Login, kind: str
):
    """The server of the tests has all three off."""
    off = "fsync, full_page_writes, synchronous_commit"
    with login(instance) as url:
        point(**{f"{ours}_database_url": url, "unsafe_database": False})
        with pytest.raises(Unsafe, match=f"the database has {off} off .* may be lost: set to on"):
            start(ours, kind)
        point(unsafe_database=True)
        start(ours, kind)
        engine(url, ours).dispose()


def test_a_login_that_does_not_wait_for_its_commits_is_found(instance: Settings, point: Point):
    for word, found in (
        ("on", ["fsync", "full_page_writes"]),
        ("off", ["fsync", "full_page_writes", "synchronous_commit"]),
    ):
        with login(instance, "", f"ALTER ROLE {{}} SET synchronous_commit = {word}") as url:
            point(app_database_url=url)
            assert standing("app")[2] == found


def test_what_stands_well_is_told_nothing():
    well: tuple[str, list[str], list[str]] = ("postern_app", [], [])
    assert (powers("app", well), losses(well)) == (None, None)
    trust("app", well)


def test_who_does_not_say_who_it_is_is_refused():
    with pytest.raises(Unsafe, match="does not say"):
        trust("app", None)


def _scalar(query: TextClause, **given: object) -> object:
    with transaction(login="admin") as connection:
        return connection.scalar(query, given)


def test_a_refused_connection_is_not_left_open(instance: Settings, point: Point):
    with login(instance, "BYPASSRLS") as url:
        point(app_database_url=url)
        for kind in ("pool", "loop"):
            with pytest.raises(Unsafe):
                start("app", kind)
        mine = text("SELECT count(*) FROM pg_stat_activity WHERE usename = :name")
        until(lambda: _scalar(mine, name=urlsplit(url).username) == 0)  # a session ends a moment after its connection


@pytest.mark.parametrize("policy", ["allkeys-lru", "allkeys-lfu", "allkeys-random", "allkeys-lrm"])
def test_a_redis_that_throws_work_away_is_refused(policy: str):
    with pytest.raises(Unsafe, match=f"maxmemory-policy {policy} .*: set maxmemory-policy noeviction"):
        trust_broker(policy)


@pytest.mark.parametrize("policy", ["noeviction", "volatile-lru", "volatile-ttl", ""])
def test_a_redis_that_keeps_what_never_expires_is_taken(policy: str):
    trust_broker(policy)
