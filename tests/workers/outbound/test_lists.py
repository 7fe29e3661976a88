"""What bears the name of a list, and who may leave by one click."""

from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest

from models.outgoing import Letter
from tests.workers.outbound.drafts import draft, written
from workers.outbound.letter import Person
from workers.outbound.lists import listed

LEAVE = f"support+u{'a' * 38}@demo.test"
CLICK = f"https://desk.demo.test/unsubscribe/support%2Bu{'a' * 38}%40demo.test"


def letter(**changes: Any) -> Message:
    return message_from_bytes(written(**changes).content)


@pytest.mark.parametrize("kind", Letter)
def test_only_what_goes_to_several_people_bears_the_name_of_a_list(kind: Letter) -> None:
    assert letter(kind=kind)["List-Id"] == ("<support.demo.test>" if kind is Letter.NOTIFICATION else None)
    assert letter(kind=kind)["Feedback-ID"] == f"{kind}:support.demo.test:postern"
    assert "List-Unsubscribe" not in letter(kind=kind)


def test_who_takes_part_may_leave_by_mail() -> None:
    found = letter(unsubscribe=LEAVE)
    assert found["List-Id"] == "<support.demo.test>"
    assert found["List-Unsubscribe"] == f"<mailto:{LEAVE}?subject=unsubscribe>"
    assert "List-Unsubscribe-Post" not in found


def test_and_by_one_click_where_the_installation_has_a_public_address() -> None:
    """RFC 8058 section 3.1: one HTTPS URI, and both headers."""
    found = letter(unsubscribe=LEAVE, one_click=CLICK)
    assert found["List-Unsubscribe"].split(",\r\n ") == [f"<{CLICK}>", f"<mailto:{LEAVE}?subject=unsubscribe>"]
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("Support@Demo.test", "support.demo.test"),
        ("first.line+x@demo.test", "first-line-x.demo.test"),
        ("!#$%@demo.test", "mail.demo.test"),
    ],
)
def test_a_mailbox_as_the_name_of_a_list(address: str, name: str) -> None:
    made = draft(kind=Letter.NOTIFICATION, sender=Person("x", address))
    assert dict(listed(made))["List-Id"] == f"<{name}>"
