"""Group commit on a real database: what `accept` returned for is stored once, and nothing else is promised."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from gateway.accept import Acceptor, Mail
from gateway.failures import DiskFull, Unavailable
from gateway.metrics import Metrics
from gateway.nudge import FLOOD, RECEIVE
from models.base import uuid7
from models.database import hang_up, transaction
from models.raw_mail import Arrival, digest
from tests.conftest import Tenant
from tests.door import stored


class Stored:
    """An acceptor in a loop, what it counted and whom it rang for."""

    def __init__(self, most: int = 1 << 28) -> None:
        self.metrics = Metrics()
        self.rung: list[str] = []
        self.acceptor = Acceptor(self.metrics, lambda _, ids: self.rung.extend(ids), max_queued_bytes=most)

    async def each(self, *mails: list[Arrival]) -> list[str]:
        """Accept mails at the same time; the kind of each answer."""
        said = await asyncio.gather(*(self.acceptor.accept(mail) for mail in mails), return_exceptions=True)
        return ["" if one is None else type(one).__name__ for one in said]


def play(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a story in a loop, and leave no connection behind."""

    async def whole() -> None:
        try:
            await story()
        finally:
            await hang_up()

    asyncio.run(whole())


def arrival(tenant: Tenant, content: bytes = b"", mailbox: UUID | None = None) -> Arrival:
    """A mail of its own, unless told what it says."""
    content = content or uuid7().hex.encode()
    box = mailbox or tenant.mailbox
    envelope = ("", (tenant.address,), "192.0.2.1", "client.test", "esmtp")
    return Arrival(uuid7(), tenant.id, box, digest(box, "", content), content, *envelope)


def ids(tenant: Tenant) -> set[UUID]:
    return {mail["id"] for mail in stored(tenant)}


def test_mails_that_come_together_share_commits(tenant: Tenant, neighbour: Tenant):
    async def story() -> None:
        door = Stored()
        mails = [[arrival(tenant)] for _ in range(100)] + [[arrival(neighbour)] for _ in range(100)]
        assert await door.each(*mails) == [""] * 200
        assert door.metrics.stored == 200
        assert 1 <= door.metrics.batches <= 4
        assert sorted(door.rung) == sorted(str(mail[0].id) for mail in mails)
        assert (len(stored(tenant)), len(stored(neighbour))) == (100, 100)
        assert door.acceptor.queued_bytes == 0

    play(story)


def test_the_bell_rings_after_the_commit(tenant: Tenant):
    async def story() -> None:
        seen: list[int] = []
        acceptor = Acceptor(Metrics(), lambda *_: seen.append(len(stored(tenant))), max_queued_bytes=1000)
        await acceptor.accept([arrival(tenant)])
        assert seen == [1]

    play(story)


def test_a_flood_of_one_sender_is_rung_for_apart(tenant: Tenant):
    async def story() -> None:
        rung: dict[str, list[str]] = {}
        acceptor = Acceptor(
            Metrics(), lambda hint, ids: rung.setdefault(hint, []).extend(ids), max_queued_bytes=1 << 28
        )
        flood = [replace(arrival(tenant), mail_from="mallory@evil.test") for _ in range(100)]
        others = [replace(arrival(tenant), mail_from=f"{number}@good.test") for number in range(10)]
        for mail in (*flood, *others):
            await acceptor.accept([mail])
        assert 70 <= len(rung[FLOOD]) <= 80, "the first ones are as anybody's"
        assert {str(mail.id) for mail in others} < set(rung[RECEIVE])
        assert sorted(rung[FLOOD] + rung[RECEIVE]) == sorted(str(mail.id) for mail in (*flood, *others))

    play(story)


def test_one_bad_mail_of_a_parcel_harms_only_itself(tenant: Tenant):
    async def story() -> None:
        door = Stored()
        parcel = [Mail([arrival(tenant)]) for _ in range(10)]
        parcel[3] = Mail([arrival(tenant, mailbox=uuid7())])
        beside, told = await asyncio.gather(door.each([arrival(tenant)]), door.acceptor.accept_all(parcel))
        assert beside == [""]
        assert [type(one).__name__ for one in told] == ["NoneType"] * 3 + ["Unavailable"] + ["NoneType"] * 6
        assert {row.id for mail in parcel if mail is not parcel[3] for row in mail.arrivals} < ids(tenant)
        assert door.acceptor.queued_bytes == 0

    play(story)


def test_one_bad_mail_harms_only_itself(tenant: Tenant):
    async def story() -> None:
        door = Stored()
        mails = [[arrival(tenant)] for _ in range(20)]
        mails[7] = [arrival(tenant, mailbox=uuid7())]
        mails[15] = [replace(mails[15][0], helo="no\0text")]
        said = await door.each(*mails)
        assert said == ["Unavailable" if number in {7, 15} else "" for number in range(20)]
        assert ids(tenant) == {mail[0].id for number, mail in enumerate(mails) if number not in {7, 15}}
        assert len(door.rung) == len(set(door.rung)) == 18

    play(story)


def test_the_rows_of_one_mail_are_stored_together_or_not_at_all(tenant: Tenant, neighbour: Tenant):
    async def story() -> None:
        door = Stored()
        torn = [arrival(neighbour), arrival(tenant, mailbox=uuid7())]
        whole = [arrival(neighbour), arrival(tenant)]
        assert await door.each(torn, whole) == ["Unavailable", ""]
        assert (ids(tenant), ids(neighbour)) == ({whole[1].id}, {whole[0].id})

    play(story)


def test_repeats_are_counted_once_each(tenant: Tenant, neighbour: Tenant):
    async def story() -> None:
        door = Stored()
        assert await door.each(*[[arrival(tenant, b"same")] for _ in range(5)]) == [""] * 5
        assert await door.each([arrival(tenant, b"same"), arrival(neighbour, b"same")], [arrival(tenant)]) == ["", ""]
        assert sorted(mail["repeats"] for mail in stored(tenant)) == [0, 5]
        assert [mail["repeats"] for mail in stored(neighbour)] == [0]
        assert (door.metrics.stored, door.metrics.repeats) == (3, 5)

    play(story)


def test_trying_again_after_an_unknown_outcome_is_no_repeat(tenant: Tenant):
    """The connection died at COMMIT: the same rows are sent again and found by their identifiers."""

    async def story() -> None:
        door, mail = Stored(), arrival(tenant)
        assert await door.each([mail]) == [""]
        assert await door.each([mail]) == [""]
        assert [mail["repeats"] for mail in stored(tenant)] == [0]

    play(story)


@contextmanager
def refusing(code: str) -> Iterator[None]:
    """A database that refuses mail with an SQLSTATE."""
    body = f"BEGIN RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = 'refused'; END"
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.execute(text(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"))
        connection.execute(text("CREATE TRIGGER refuse BEFORE INSERT ON raw_mail EXECUTE FUNCTION refuse()"))
    try:
        yield
    finally:
        with transaction(login="admin") as connection:
            connection.execute(text("SET LOCAL ROLE postern_owner"))
            connection.execute(text("DROP FUNCTION refuse CASCADE"))


@pytest.mark.parametrize(("code", "expected"), [("53100", DiskFull), ("53200", Unavailable), ("XX000", Unavailable)])
def test_a_refusal_of_the_database(tenant: Tenant, code: str, expected: type[Exception]):
    async def story() -> None:
        door = Stored()
        with refusing(code):
            assert await door.each([arrival(tenant)], [arrival(tenant)]) == [expected.__name__] * 2
        assert await door.each([arrival(tenant)]) == [""]
        assert len(door.rung) == 1

    play(story)


def test_a_session_that_the_database_ended_costs_nobody_a_mail(tenant: Tenant):
    async def story() -> None:
        door = Stored()
        assert await door.each([arrival(tenant)]) == [""]
        end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'postern_gateway'"
        with transaction(login="admin") as connection:
            connection.execute(text("GRANT postern_gateway TO CURRENT_USER"))
            assert connection.scalar(text(end))
            connection.execute(text("REVOKE postern_gateway FROM CURRENT_USER"))
        assert await door.each([arrival(tenant)]) == [""]

    play(story)


def test_too_many_bytes_are_refused_at_once(tenant: Tenant):
    async def story() -> None:
        door = Stored(most=10_000)
        big, small = b"x" * 6000, b"y" * 6000
        assert await door.each([arrival(tenant, big)], [arrival(tenant, small)]) == ["", "Unavailable"]
        assert await door.each([arrival(tenant, small)]) == [""]

    play(story)
