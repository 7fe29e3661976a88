"""May a program answer? RFC 3834 section 2, case by case."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from models.base import uuid7
from models.profile import Role
from workers.inbound.facts import Box, Facts, Person, Received
from workers.inbound.mail import Address, Mail
from workers.inbound.recognise import Kind, Opinion, silence

BOX = Box(uuid7(), "support@ours.test", "Support", None, None, "normal")
FACTS = Facts(
    uuid7(), Person(uuid7(), "Us", "", Role.SYSTEM), {BOX.id: BOX}, (), {}, frozenset(("sales@ours.test",)), {}
)
PERSONAL = Opinion(Kind.PERSONAL, "")
TO_US = (Address("", "Support@ours.test"),)


def why(mail_from: str = "carol@there.test", kind: Opinion = PERSONAL, **mail: Any) -> str:
    read = replace(Mail(sender=Address("Carol", "carol@there.test"), to=TO_US), **mail)
    return silence(Received(uuid7(), BOX.id, mail_from, (BOX.address,), datetime.now(UTC), 1, read, b""), FACTS, kind)


@pytest.mark.parametrize(
    "mail",
    [
        {},
        {"suppress": "None"},
        {"hops": 29},
        {"suppress": "DR, RN"},
        {"to": (), "cc": TO_US},
        {"to": ()},
        {"to": (Address("", "support+x@ours.test"),)},
        {"to": (Address("", "all@ours.test"),), "delivered_to": ("<support@ours.test>",)},
    ],
)
def test_it_may(mail: dict[str, Any]) -> None:
    assert why(**mail) == ""


@pytest.mark.parametrize(
    "mail",
    [
        {"mail_from": ""},
        {"suppress": "All"},
        {"hops": 30},
        {"suppress": "DR, OOF,\tRN"},
        {"kind": Opinion(Kind.BULK, "a list")},
        {"kind": Opinion(Kind.BOUNCE, "a report")},
        {"sender": Address("", "sales@ours.test")},
        {"sender": Address("", "no-reply@there.test")},
        {"mail_from": "owner-list@there.test"},
        {"mail_from": "list-bounces+us@there.test"},
        {"to": (Address("", "everybody@there.test"),)},
    ],
)
def test_it_may_not(mail: dict[str, Any]) -> None:
    assert why(**mail)
