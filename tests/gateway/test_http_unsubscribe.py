"""The link in a letter: looking asks, posting stores what a mail to its address would be."""

from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.marks import handle_of, reply_address, unsubscribe_address
from models.one_click import one_click
from models.settings import Settings, settings
from tests.conftest import Tenant
from tests.door import OpenDoor
from tests.gateway.test_http import watched


def click(door: OpenDoor, address: str, method: str = "POST") -> tuple[int, str]:
    body = b"List-Unsubscribe=One-Click" if method == "POST" else None
    request = Request(f"http://{door.settings.http}/unsubscribe/{quote(address, safe='')}", body, method=method)
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def stored(tenant: Tenant) -> list[tuple[list[str], str, int]]:
    query = "SELECT recipients, mail_from, repeats FROM raw_mail WHERE protocol = 'http'"
    with transaction(tenant.id) as connection:
        return [(row.recipients, row.mail_from, row.repeats) for row in connection.execute(text(query))]


def leave(tenant: Tenant) -> str:
    return unsubscribe_address(tenant.address, tenant.id, handle_of(uuid7()))


def test_a_click_is_a_mail_to_its_address_and_a_second_one_a_repeat(instance: Settings, tenant: Tenant):
    address = leave(tenant)
    with watched(instance) as door:
        assert click(door, address, "GET") == (200, click(door, address, "GET")[1])
        assert '<form method="post">' in click(door, address, "GET")[1]
        assert stored(tenant) == [], "scanners of mail look at every link"
        assert click(door, address)[0] == 200
        assert stored(tenant) == [([address], "", 0)]
        assert click(door, address)[0] == 200
        assert stored(tenant) == [([address], "", 1)]
        assert next(task for task, _ in door.rung) == "inbound.receive"


def test_nothing_else_is_taken(instance: Settings, tenant: Tenant):
    others = leave(tenant).partition("@")[0] + "@nowhere.test"
    reply = reply_address(tenant.address, tenant.id, handle_of(uuid7()))
    with watched(instance) as door:
        for address in (tenant.address, reply, others, "x", "", f"a b+u{'a' * 38}@x.test", f"<x>+u{'a' * 38}@x.test"):
            assert click(door, address)[0] == 404, address
        assert click(door, leave(tenant), "PUT")[0] == 405
    assert stored(tenant) == []


@pytest.mark.parametrize("name", ["https://desk.example.org", "https://desk.example.org/", "https://x.test:8443/a"])
def test_the_link_stands_under_the_public_address(monkeypatch: pytest.MonkeyPatch, tenant: Tenant, name: str):
    address = leave(tenant)
    assert one_click(address) == ""
    monkeypatch.setenv("POSTERN_PUBLIC_URL", name)
    settings.cache_clear()
    try:
        assert one_click(address) == f"{name.rstrip('/')}/unsubscribe/{quote(address, safe='')}"
        assert one_click("") == ""
    finally:
        monkeypatch.undo()
        settings.cache_clear()


@pytest.mark.parametrize("said", ["http://x.test", "x.test", "https://", "https://x.test/a>b", "https://x.test/\r\nX:"])
def test_a_public_address_that_is_none(said: str):
    with pytest.raises(ValueError, match="it is written https"):
        Settings(public_url=said)
