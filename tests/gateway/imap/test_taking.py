"""Batches, and one mail being one mail whichever way it came."""

from datetime import UTC, datetime

import pytest

from gateway.imap.taking import MOST_BYTES, MOST_MAILS, batches
from gateway.imap.values import Waiting
from models.base import uuid7
from models.marks import handle_of, reply_address
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import greeted, open_door, stored
from tests.imap import FetchingDoor, Pymap, mail, mailbox
from tests.waiting import until

NOW = datetime.now(UTC)


def waiting(*sizes: int) -> list[Waiting]:
    return [Waiting(uid, size, NOW) for uid, size in enumerate(sizes, 1)]


@pytest.mark.parametrize(
    ("sizes", "alone", "expected"),
    [
        ([], False, []),
        ([10, 20], False, [2]),
        ([10, 20], True, [1, 1]),
        ([1] * (MOST_MAILS + 1), False, [MOST_MAILS, 1]),
        ([MOST_BYTES + 1, 1, 1], False, [1, 2]),
        ([MOST_BYTES // 2] * 5, False, [2, 2, 1]),
    ],
)
def test_batches_are_bounded_and_keep_the_order(sizes: list[int], alone: bool, expected: list[int]):
    found = list(batches(waiting(*sizes), alone=alone))
    assert [len(batch) for batch in found] == expected
    assert [one.uid for batch in found for one in batch] == list(range(1, len(sizes) + 1))


def test_a_mail_that_came_by_smtp_too_is_one(tenant: Tenant, pymap: Pymap, near: Settings):
    """Each way writes its own headers on top; the mail below them is the same, and so is its signed address."""
    box = mailbox(tenant, pymap.access)
    signed = reply_address(f"fetched@{tenant.domain}", tenant.id, handle_of(uuid7()))
    plain = mail("Plain")
    reply = mail("A reply").replace(b"support@example.test", signed.encode())
    trace = b"Return-Path: <carla@customer.test>\r\nReceived: from a by b;\r\n\tnow\r\n"
    with open_door(near) as door, greeted(door) as client:
        for content, to in ((plain, f"fetched@{tenant.domain}"), (reply, signed)):
            assert client.mail(b"Received: by us\r\n" + content, to)[0].startswith("250")
    pymap.put(trace + plain, trace + b"Delivered-To: " + signed.encode() + b"\r\n" + reply)
    with FetchingDoor(near):
        until(lambda: [one["repeats"] for one in stored(tenant)] == [1, 1])
    assert {one["mailbox_id"] for one in stored(tenant)} == {box}
    assert [one["protocol"] for one in stored(tenant)] == ["esmtp", "esmtp"]


def test_a_reply_goes_to_the_address_that_was_signed_for_it(tenant: Tenant, pymap: Pymap, door: FetchingDoor):
    signed = reply_address(f"fetched@{tenant.domain}", tenant.id, handle_of(uuid7()))
    mailbox(tenant, pymap.access)
    pymap.put(mail("A reply").replace(b"support@example.test", f"Support <{signed}>".encode()))
    until(lambda: stored(tenant))
    assert stored(tenant)[0]["recipients"] == [signed, f"fetched@{tenant.domain}"]
