"""The tenant context lives for one transaction, in one place."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from models.base import uuid7
from models.database import door_statements, enter, hang_up, transaction, transaction_async
from tests.conftest import Tenant
from tests.waiting import until

COUNT = text("SELECT count(*) FROM profiles")
CONTEXT = text(
    "SELECT string_agg(current_setting('app.' || name, true), '')"
    " FROM unnest('{org_id,profile_id,role,department_id,home_org_id}'::text[]) AS name"
)


def test_no_context_sees_nothing(tenant: Tenant):
    with transaction() as connection:
        assert connection.scalar(COUNT) == 0


def test_context_ends_with_the_transaction(tenant: Tenant, neighbour: Tenant):
    for _ in range(10):
        with transaction(tenant.id, profile=tenant.agent, home=neighbour.id) as connection:
            assert connection.scalar(COUNT) == 2
        with transaction() as connection:
            assert connection.scalar(COUNT) == 0
            assert not connection.scalar(CONTEXT)


def test_context_can_change_within_a_transaction(tenant: Tenant, neighbour: Tenant):
    found = text("SELECT id FROM organizations")
    with transaction() as connection:
        for one in (tenant, neighbour):
            enter(connection, one.id)
            assert connection.scalars(found).all() == [one.id]


def test_a_snapshot_does_not_see_what_others_commit_meanwhile(tenant: Tenant):
    name = text("SELECT name FROM organizations")
    for snapshot in (False, True):
        with transaction(tenant.id, snapshot=snapshot) as reader:
            before = reader.scalar(name)
            with transaction(tenant.id) as writer:
                writer.execute(text("UPDATE organizations SET name = :name"), {"name": f"changed {snapshot}"})
            assert (reader.scalar(name) == before) is snapshot


def test_roles_within_an_organization(tenant: Tenant):
    with transaction(tenant.id, role="agent", profile=tenant.agent) as connection:
        assert connection.scalar(COUNT) == 2
    with transaction(tenant.id, role="customer", profile=uuid7()) as connection:
        assert connection.scalar(COUNT) == 0


def test_an_exception_rolls_back(tenant: Tenant):
    def fail():
        with transaction(tenant.id) as connection:
            connection.execute(text("UPDATE organizations SET name = 'gone'"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with transaction(tenant.id) as connection:
        assert connection.scalar(text("SELECT name FROM organizations")) == tenant.slug.upper()


def test_the_door_reads_no_mail(tenant: Tenant):
    async def look():
        async with door_statements("test") as connection:
            try:
                await connection.execute("SELECT content FROM raw_mail")
            finally:
                await hang_up()

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asyncio.run(look())


def test_guarded_columns_are_refused_to_the_application(tenant: Tenant):
    for statement in (
        "UPDATE tickets SET title = 'x'",
        "DELETE FROM tickets",
        "INSERT INTO ticket_history (org_id) VALUES (NULL)",
        "UPDATE ticket_counters SET value = 0",
        "SELECT * FROM receiving_addresses",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction(tenant.id) as connection:
            connection.execute(text(statement))


def test_an_error_shows_no_values(tenant: Tenant):
    with pytest.raises(ProgrammingError) as error, transaction(tenant.id) as connection:
        connection.execute(text("SELECT :secret FROM nowhere"), {"secret": "somebody's words"})
    assert "somebody's words" not in str(error.value)


Work = Callable[[Callable[..., AbstractAsyncContextManager[Any]]], Awaitable[Any]]


def in_loop(work: Work) -> Any:
    """Run work in an event loop of its own; it is given `transaction_async`."""

    async def all_of_it() -> Any:
        try:
            return await work(transaction_async)
        finally:
            await hang_up()

    return asyncio.run(all_of_it())


def test_async_no_context_sees_nothing_and_a_context_ends_with_its_transaction(tenant: Tenant, neighbour: Tenant):
    async def look(transaction: Any) -> list[int]:
        seen = []
        for org in (None, tenant.id, None, neighbour.id, None):
            async with transaction(org, profile=org and tenant.agent, home=org) as connection:
                seen.append(await connection.scalar(COUNT))
                assert bool(await connection.scalar(CONTEXT)) == bool(org)
        return seen

    assert in_loop(look) == [0, 2, 0, 2, 0]


def test_async_context_can_change_within_a_transaction(tenant: Tenant, neighbour: Tenant):
    async def look(transaction: Any) -> list[UUID]:
        async with transaction() as connection:
            seen = []
            for one in (tenant, neighbour):
                await connection.run_sync(enter, one.id)
                seen += (await connection.scalars(text("SELECT id FROM organizations"))).all()
            return seen

    assert in_loop(look) == [tenant.id, neighbour.id]


def test_async_snapshot_does_not_see_what_others_commit_meanwhile(tenant: Tenant):
    name = text("SELECT name FROM organizations")

    async def look(transaction: Any) -> list[bool]:
        same = []
        for snapshot in (False, True):
            async with transaction(tenant.id, snapshot=snapshot) as connection:
                before = await connection.scalar(name)
                async with transaction(tenant.id) as other:
                    await other.execute(text("UPDATE organizations SET name = name || '!'"))
                same.append(await connection.scalar(name) == before)
        return same

    assert in_loop(look) == [False, True]


def test_async_roles_within_an_organization(tenant: Tenant):
    async def look(transaction: Any) -> list[int]:
        seen = []
        for role, profile in (("agent", tenant.agent), ("customer", uuid7())):
            async with transaction(tenant.id, role=role, profile=profile) as connection:
                seen.append(await connection.scalar(COUNT))
        return seen

    assert in_loop(look) == [2, 0]


def test_async_logins_are_different_people(tenant: Tenant):
    async def look(transaction: Any) -> list[str]:
        seen = []
        for login in ("app", "gateway", "fetcher"):
            async with transaction(login=login) as connection:
                seen.append(await connection.scalar(text("SELECT current_user")))
        return seen

    assert in_loop(look) == ["postern_app", "postern_gateway", "postern_fetcher"]


@pytest.mark.parametrize("cancelled", [False, True])
def test_async_what_does_not_end_well_is_rolled_back(tenant: Tenant, cancelled: bool):
    """Also in the middle of a statement; the next one on this pool is not disturbed."""

    async def fail(transaction: Any) -> None:
        async with transaction(tenant.id) as connection:
            await connection.execute(text("UPDATE organizations SET name = 'gone'"))
            if not cancelled:
                raise LookupError
            asyncio.get_running_loop().call_soon(asyncio.current_task().cancel)  # type: ignore[union-attr]  # we are in one
            await connection.execute(text("SELECT pg_sleep(60)"))

    async def look(transaction: Any) -> list[Any]:
        seen = []
        with pytest.raises(asyncio.CancelledError if cancelled else LookupError):
            await asyncio.create_task(fail(transaction))
        for org in (None, tenant.id):
            async with transaction(org) as connection:
                seen.append(await connection.scalar(text("SELECT name FROM organizations")))
        return seen

    assert in_loop(look) == [None, tenant.slug.upper()]


def test_async_an_error_shows_no_values(tenant: Tenant):
    async def fail(transaction: Any) -> None:
        async with transaction(tenant.id) as connection:
            await connection.execute(text("SELECT :secret FROM nowhere"), {"secret": "somebody's words"})

    with pytest.raises(ProgrammingError) as error:
        in_loop(fail)
    assert "somebody's words" not in str(error.value)


def test_a_process_can_have_one_loop_after_another(tenant: Tenant):
    """None leaves a connection behind."""

    async def look(transaction: Any) -> int:
        async with transaction(tenant.id) as connection:
            assert await connection.scalar(COUNT) == 2
            found: int = await connection.scalar(text("SELECT pg_backend_pid()"))
            return found

    def gone(pid: int) -> bool:
        with transaction(login="admin") as connection:
            return not connection.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid})

    for _ in range(2):
        pid = in_loop(look)
        until(partial(gone, pid), 5)
