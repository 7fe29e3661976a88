"""Drafts for tests: an ordinary one, and what hostile people write into each of its fields."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.outgoing import Letter
from workers.outbound.compose import compose
from workers.outbound.letter import Draft, Person, Written
from workers.outbound.render import render

ORDINARY = Draft(
    id=UUID("01930000-0000-7000-8000-000000000001"),
    kind=Letter.REPLY,
    recipient=Person("Maria Berg", "maria@example.org"),
    sender=Person("Anna Agent", "support@demo.test"),
    organization="Demo",
    number="DEMO-2026-11-00001",
    title="My printer burns",
    author=Person("Anna Agent", "anna@demo.test"),
    text="Dear Maria,\n\nplease pull the plug.\n\nAnna",
    html=None,
    message_id="<" + "a" * 32 + "." + "b" * 26 + "@demo.test>",
    reply_to=f"support+r{'a' * 38}@demo.test",
    return_path=f"support+b{'a' * 38}@demo.test",
    loop="0" * 32 + "." + "c" * 26,
    created_at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
)

HOSTILE = (
    "x\r\nBcc: victim@x.test",
    "x\nBcc: victim@x.test",
    "x\rBcc: victim@x.test",
    "x\x0b\x0cBcc: victim@x.test",
    "x\u2028Bcc: victim@x.test\u2029",
    "x\x85Bcc: victim@x.test\x00",
    "=?utf-8?q?x=0D=0ABcc:_victim=40x.test?=",
    "=?utf-8?b?eA0KQmNjOiB2aWN0aW1AeC50ZXN0?=",
    "\r\n\r\nBcc: victim@x.test\r\n\r\nbody",
    "--=_postern.alternative.x\r\nX-Evil: 1",
    '"<victim@x.test>, "\\',
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% for a in [] %} {{ ''.__class__ }}",
    "\u202egpj.exe\u2066",
    "ü" * 3000,
    "a" * 3000,
    "\ud800 lone",
)


def draft(**changes: Any) -> Draft:
    """An ordinary answer to a customer with some fields changed."""
    return replace(ORDINARY, **changes)


def written(**changes: Any) -> Written:
    """The finished letter of `draft(**changes)`."""
    made = draft(**changes)
    return compose(made, render(made))
