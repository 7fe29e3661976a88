"""Many transactions of twenty organizations share a few connections; nobody ever sees a row of another."""

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.embedded import EmbeddedPostgres
from models.database import engine, hang_up, transaction, transaction_async
from models.settings import Settings
from tests.conftest import Tenant
from tests.faults.interleaving import End, Step, Told, Undone, look_blind, marked_tenants, steps, work

TENANTS, AT_ONCE = 20, 6  # some more at once than connections that a pool keeps
EACH = [500, pytest.param(5_000, marks=pytest.mark.long)]  # transactions of threads, and of tasks
STRAY = (
    "SELECT count(*) FROM {} r JOIN organizations o ON o.id = r.org_id"
    " WHERE o.id = ANY (%s) AND split_part(r.{}, ' ', 1) <> o.slug"
)


@pytest.fixture(scope="module")
def tenants(instance: Settings) -> list[Tenant]:
    """The organizations, each with its mark on its rows."""
    del instance
    return marked_tenants(TENANTS)


@pytest.fixture
def own_pool(instance: Settings) -> Iterator[None]:
    """Nothing of these tests' connections is left to others, whatever happened to them."""
    yield
    engine(instance.url("app"), "app").dispose()


def note(step: Step, told: Told, error: BaseException | None) -> None:
    """Remember how a transaction ended; an end that was not meant is raised on."""
    match error:
        case None if step.end in {End.COMMIT, End.CANCEL}:
            told.kept.add(step.name)
        case None if step.end is End.BLIND:
            pass
        case Undone() if step.end is End.ROLLBACK:
            told.lost.add(step.name)
        case DBAPIError() if step.end is End.RAISE and "row-level security" in str(error):
            told.lost.add(step.name)
        case asyncio.CancelledError() if step.end is End.CANCEL:
            pass  # before, after or while it was committed
        case BaseException():
            raise error
        case _:
            raise AssertionError(f"{step} did not end as it should")
    told.ends["cancelled" if isinstance(error, asyncio.CancelledError) else step.end] += 1


def play(step: Step) -> BaseException | None:
    """One transaction of a thread; what ended it, if it was to be expected."""
    try:
        if step.end is End.BLIND:
            with transaction() as connection:
                look_blind(connection)
        else:
            with transaction(step.tenant.id, **step.context) as connection:
                work(connection, step)
    except (Undone, DBAPIError) as error:
        return error
    return None


async def play_async(step: Step, told: Told) -> None:
    """One transaction of a task, which may be cancelled at any moment of its life."""
    error: BaseException | None = None
    task = asyncio.ensure_future(_transact(step))
    if step.end is End.CANCEL:
        asyncio.get_running_loop().call_later(step.patience, task.cancel)
    try:
        await task
    except (Undone, DBAPIError, asyncio.CancelledError) as found:
        error = found
    note(step, told, error)


async def _transact(step: Step) -> None:
    if step.end is End.BLIND:
        async with transaction_async() as connection:
            await connection.run_sync(look_blind)
    else:
        async with transaction_async(step.tenant.id, **step.context) as connection:
            await connection.run_sync(work, step)


async def play_all(some: Iterable[Step], told: Told) -> None:
    """As many at once as there are players, all over one pool."""
    left = iter(some)

    async def player() -> None:
        for step in left:
            await play_async(step, told)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(player())
    finally:
        await hang_up()


def settle(instance: Settings, tenants: list[Tenant], told: Told) -> None:
    """What was committed is there, what was not is not, and each row lies with the organization whose mark it bears."""
    there: set[str] = set()
    for tenant in tenants:
        with transaction(tenant.id) as connection:
            there |= set(connection.scalars(text("SELECT name FROM tags")))
    assert told.kept <= there
    assert not told.lost & there
    with psycopg.connect(EmbeddedPostgres(instance.home).url("superuser")) as server:
        for table, column in (("tags", "name"), ("events", "name"), ("tickets", "title"), ("ticket_history", "title")):
            asked = STRAY.format(table, column).encode()
            assert server.execute(asked, ([tenant.id for tenant in tenants],)).fetchone() == (0,), table


@pytest.mark.parametrize("each", EACH)
@pytest.mark.usefixtures("own_pool")
def test_threads(instance: Settings, tenants: list[Tenant], each: int):
    told = Told()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        mixed = steps(tenants, each, 1, cancels=False)
        for step, error in zip(mixed, pool.map(play, mixed), strict=True):
            note(step, told, error)
    assert told.ends.total() == each
    assert {end for end, number in told.ends.items() if number > each / 20} == set(End) - {End.CANCEL}
    settle(instance, tenants, told)


@pytest.mark.parametrize("each", EACH)
def test_tasks(instance: Settings, tenants: list[Tenant], each: int):
    told = Told()
    asyncio.run(play_all(steps(tenants, each, 2, cancels=True), told))
    assert told.ends.total() == each
    assert {end for end, number in told.ends.items() if number > each / 20} >= set(End) - {End.CANCEL}
    assert told.ends["cancelled"] > each / 200, "how many are in time is for the machine"
    settle(instance, tenants, told)
