"""Which fields a ticket asks for, and that answers find their place however many mails bring them."""

from typing import Any

import pytest
from sqlalchemy import text

from models.database import transaction
from tests.conftest import Tenant
from tests.workers.inbound.test_task import a_mail, hint, rows, store

ASKED = "SELECT context -> 'questions' AS lines FROM outgoing WHERE letter = 'acknowledgement' ORDER BY id"
TOLD = "SELECT context FROM outgoing WHERE letter = 'fields_to_correct'"
FIELD = """
    INSERT INTO field_definitions (org_id, key, label, type, is_required)
    VALUES (:org, 'size', 'Size', 'number', true), (:org, 'colour', 'Colour', 'text', true)
"""
SHOWN = """
    INSERT INTO field_visibility_rules (org_id, field_definition_id, request_type_id, user_roles, additional_conditions)
    SELECT :org, f.id, t.id, CAST(:roles AS text[]), CAST(:values AS jsonb)
    FROM field_definitions f, request_types t WHERE f.key = 'colour' AND t.name = :type
"""


@pytest.fixture
def asking(tenant: Tenant) -> Tenant:
    """An organization that wants to know size and colour, and knows a customer who is a retailer."""
    with transaction(tenant.id) as connection:
        connection.execute(text(FIELD), {"org": tenant.id})
    hint(store(tenant, a_mail(1)))
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE profiles SET audiences = '{retailer}' WHERE role = 'customer'"))
    return tenant


def only(tenant: Tenant, type_: str = "Billing", roles: str = "{}", values: str = "{}") -> None:
    with transaction(tenant.id) as connection:
        said = {"org": tenant.id, "roles": roles, "values": values, "type": type_}
        connection.execute(text(SHOWN), said)


def reply(number: int, to: int, words: str) -> bytes:
    return a_mail(1, words, **{"Message-ID": f"<{number}@c.test>", "In-Reply-To": f"<{to}@c.test>"})


def billing(number: int) -> bytes:
    return a_mail(1, "hello", Subject="My invoice", **{"Message-ID": f"<{number}@c.test>"})


def fields(tenant: Tenant) -> Any:
    return rows(tenant, "SELECT custom_fields AS found FROM tickets ORDER BY id DESC LIMIT 1")[0].found


@pytest.mark.parametrize(
    ("shown", "lines"),
    [
        ({}, ["Size (a number):", "Colour:"]),
        ({"type_": "Technical"}, ["Size (a number):"]),
        ({"roles": "{retailer}"}, ["Size (a number):", "Colour:"]),
        ({"roles": "{vip}"}, ["Size (a number):"]),
        ({"roles": "{public}"}, ["Size (a number):", "Colour:"]),
        ({"values": '{"size": 5}'}, ["Size (a number):"]),
    ],
)
def test_what_is_asked_for(asking: Tenant, shown: dict[str, str], lines: list[str]):
    only(asking, **shown)
    hint(store(asking, billing(2)))
    assert rows(asking, ASKED)[-1].lines == lines


def test_an_answer_to_what_only_some_are_shown_is_taken(asking: Tenant):
    only(asking, roles="{retailer}")
    hint(store(asking, billing(2)))
    hint(store(asking, reply(3, 2, "Colour: red")))
    assert fields(asking) == {"colour": "red"}


def test_answers_of_several_mails_add_up_and_the_first_counts(asking: Tenant):
    """All of them at once, so that none may undo what another said."""
    mails = (reply(3, 2, "Colour: red"), reply(4, 2, "Size: 5"), reply(5, 2, "Colour: blue"))
    hint(store(asking, billing(2), *mails))
    assert fields(asking) == {"colour": "red", "size": 5}


def test_somebody_elses_answer_is_for_a_ticket_of_their_own(asking: Tenant):
    hint(store(asking, billing(2)))
    hint(store(asking, reply(3, 2, "Colour: red").replace(b"From: c1@", b"From: mallory@")))
    query = (
        "SELECT p.email, t.custom_fields AS found FROM tickets t JOIN profiles p ON p.id = t.created_by ORDER BY t.id"
    )
    found = [(row.email.partition("@")[0], row.found) for row in rows(asking, query)]
    assert [said for who, said in found if who != "mallory"] == [{}, {}]
    assert [said for who, said in found if who == "mallory"] == [{"colour": "red"}]


@pytest.mark.parametrize("sign", ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", "Precedence: bulk"])
def test_a_program_is_not_told_what_was_wrong(asking: Tenant, sign: str):
    hint(store(asking, billing(2)))
    robot = reply(3, 2, "Size: huge").replace(b"From:", f"{sign}\r\nFrom:".encode(), 1)
    hint(store(asking, robot))
    assert rows(asking, TOLD) == []


def test_a_person_is_told_what_was_wrong(asking: Tenant):
    hint(store(asking, billing(2)))
    hint(store(asking, reply(3, 2, "Size: huge")))
    (letter,) = rows(asking, TOLD)
    assert letter.context["problems"] == ["\u201cSize\u201d is no number."]
    assert letter.context["questions"] == ["Size (a number):", "Colour:"]
