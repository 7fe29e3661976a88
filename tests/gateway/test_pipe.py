"""A mail from stdin in the ledger: the same mail as by SMTP, whatever the MTA puts on top of it."""

from collections.abc import Iterator
from io import BytesIO

import pytest

from gateway.pipe import EMPTY, STORED, TOO_BIG, Answer, Code, take
from models import database
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, open_door, stored

MAIL = b"From: Ann <ann@client.test>\nSubject: hi\n\n>From here\n.dot\nhello\n"
MARK = b"From ann@client.test Fri Nov 20 10:00:00 2026\n"
TRACE = b"X-Original-To: support@x.test\nDelivered-To: support@x.test\nReturn-Path: <ann@client.test>\n"


@pytest.fixture(autouse=True)
def fresh_turns() -> Iterator[None]:
    """Each call has a loop of its own, as in a process of its own."""
    database._turns.clear()
    yield
    database._turns.clear()


def give(tenant: Tenant, instance: Settings, raw: bytes, sender: str | None = None) -> Answer:
    return take(BytesIO(raw), [tenant.address], sender, instance)


def test_a_mail_is_stored_as_it_would_have_come_by_smtp(tenant: Tenant, instance: Settings):
    assert give(tenant, instance, MARK + TRACE + MAIL) == STORED
    (row,) = stored(tenant)
    assert bytes(row["content"]) == (TRACE + MAIL).replace(b"\n", b"\r\n")
    assert (row["mail_from"], row["recipients"]) == ("ann@client.test", [tenant.address])
    assert (row["protocol"], row["peer"], row["helo"]) == ("pipe", None, None)


def test_it_is_the_same_mail_by_smtp(tenant: Tenant, instance: Settings):
    give(tenant, instance, MARK + TRACE + MAIL)
    with open_door(instance) as door, Client(door.port) as client:
        client.hello()
        on_the_wire = MAIL.replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..")
        assert client.mail(b"Received: by mx.test\r\n" + on_the_wire, tenant.address) == ["250 2.0.0 Stored"]
    (row,) = stored(tenant)
    assert row["repeats"] == 1


@pytest.mark.parametrize(
    ("sender", "top", "known"),
    [
        ("bob@client.test", MARK + TRACE, "bob@client.test"),
        ("", MARK + TRACE, ""),
        ("<>", TRACE, ""),
        ("MAILER-DAEMON", TRACE, ""),
        (None, MARK, "ann@client.test"),
        (None, TRACE, "ann@client.test"),
        (None, b"", ""),
        ('"no way"@client.test', TRACE, ""),
    ],
)
def test_the_return_path_is_what_the_mta_says(
    tenant: Tenant, instance: Settings, sender: str | None, top: bytes, known: str
):
    assert give(tenant, instance, top + MAIL, sender) == STORED
    assert [row["mail_from"] for row in stored(tenant)] == [known]


def test_one_mail_to_two_mailboxes_is_stored_for_each(tenant: Tenant, neighbour: Tenant, instance: Settings):
    assert take(BytesIO(MAIL), [tenant.address, neighbour.address, tenant.address], "", instance) == STORED
    assert (len(stored(tenant)), len(stored(neighbour))) == (1, 1)


@pytest.mark.parametrize("address", ["nobody@nowhere.test", "no address", "", 'a"b@c.test', "x@y.test>\r\nRCPT TO:<z"])
def test_who_is_not_ours_is_refused_for_good_and_nothing_is_stored(tenant: Tenant, instance: Settings, address: str):
    answer = take(BytesIO(MAIL), [tenant.address, address], "", instance)
    assert answer.code == Code.NOUSER
    assert answer.said.startswith("5.1.1 ")
    assert answer.said.isprintable()
    assert stored(tenant) == []


@pytest.mark.parametrize("raw", [b"", b"\n\n", MARK])
def test_nothing_is_no_mail(tenant: Tenant, instance: Settings, raw: bytes):
    assert give(tenant, instance, raw) == EMPTY


@pytest.mark.parametrize(("size", "answer"), [(1000, STORED), (1001, TOO_BIG), (5_000_000, TOO_BIG)])
def test_a_mail_may_be_as_big_as_by_smtp(tenant: Tenant, instance: Settings, size: int, answer: Answer):
    head = b"Subject: big\r\n\r\n"
    stream = BytesIO(head + b"x" * (size - len(head) - 2) + b"\r\n")
    assert take(stream, [tenant.address], "", instance.model_copy(update={"max_message_bytes": 1000})) == answer
    assert not stream.read(), "an MTA minds a pipe that is closed while it writes"
