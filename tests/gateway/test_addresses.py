"""Whose an address is, and for how long that is believed."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from gateway import addresses
from gateway.addresses import Addresses, Target, forms
from models.database import hang_up, transaction
from tests.conftest import Tenant


def ask(story: Callable[[Addresses], Awaitable[None]]) -> None:
    """Run a story with a resolver."""

    async def whole() -> None:
        try:
            await story(Addresses())
        finally:
            await hang_up()

    asyncio.run(whole())


def claim(tenant: Tenant, address: str) -> None:
    with transaction(tenant.id) as connection:
        assert connection.scalar(text("SELECT claim_address(:m, :a)"), {"m": tenant.mailbox, "a": address})


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@b.test", ("a@b.test",)),
        ("A+B+c@D.test", ("a+b+c@d.test", "a@d.test")),
        ("+x@d.test", ("+x@d.test", "@d.test")),
        ("a@b+c.test", ("a@b+c.test",)),
    ],
)
def test_forms(address: str, expected: tuple[str, ...]):
    assert forms(address) == expected


def test_exact_first_then_without_tag(tenant: Tenant, neighbour: Tenant):
    claim(neighbour, f"support+vip@{tenant.domain}")
    expected = {
        tenant.address: tenant, tenant.address.upper(): tenant, f"support+x@{tenant.domain}": tenant,
        f"support+vip@{tenant.domain}": neighbour, f"support+vip+x@{tenant.domain}": tenant,
        f"supportx@{tenant.domain}": None, f"support@x.{tenant.domain}": None,
    }  # fmt: skip

    async def story(resolver: Addresses) -> None:
        found = await asyncio.gather(*map(resolver.resolve, expected))
        assert [one and one.mailbox_id for one in found] == [one and one.mailbox for one in expected.values()]
        assert found[0] == Target(tenant.id, tenant.mailbox, tenant.address)

    ask(story)


def test_an_answer_is_believed_for_a_second(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    address = f"sales@{tenant.domain}"

    async def story(resolver: Addresses) -> None:
        assert await resolver.resolve(address) is None
        assert await resolver.resolve(tenant.address) is not None
        claim(tenant, address)
        with transaction(tenant.id) as connection:
            connection.execute(text("UPDATE mailboxes SET is_active = false"))
        assert await resolver.resolve(address) is None
        assert await resolver.resolve(tenant.address) is not None
        with transaction(tenant.id) as connection:
            connection.execute(text("UPDATE mailboxes SET is_active = true"))
        later = resolver._loop.time() + addresses.REMEMBERED
        monkeypatch.setattr(resolver._loop, "time", lambda: later)
        assert await resolver.resolve(address) is not None

    ask(story)


def test_what_is_remembered_is_bounded(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(addresses, "MOST_REMEMBERED", 10)

    async def story(resolver: Addresses) -> None:
        await asyncio.gather(*(resolver.resolve(f"{number}@{tenant.domain}") for number in range(100)))
        assert len(resolver._remembered) == 10

    ask(story)
