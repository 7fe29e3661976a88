"""Conditions: what each test asks, how groups combine, and what is said of those that are none."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.settings import Settings
from workers.inbound.mail import Address, Attachment, Mail
from workers.inbound.routing.conditions import Group, Op
from workers.inbound.routing.grammar import Unclear, read
from workers.inbound.routing.said import Field, Said, arrived

MAIL = Mail(
    subject="Re: Invoice 4711 overdue",
    sender=Address("Carol", "Carol@Shop.example.com"),
    to=(Address("", "support@demo.test"),),
    cc=(Address("", "boss@demo.test"),),
    text="Guten Tag,\n\nich habe die Rechnung\nnoch nicht bezahlt. Bitte warten.",
    attachments=(
        Attachment("Bill.pdf", "application/pdf", b"", None, inline=False),
        Attachment("logo.png", "image/png", b"", "1", inline=True),
    ),
)
MOMENT = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)  # a Monday; 17:30 in Vienna


def said(mail: Mail = MAIL, fields: Mapping[str, Any] = {}) -> Said:
    zone = ZoneInfo("Europe/Vienna")
    return Said(arrived(mail, "support@demo.test", ["support+billing@demo.test"], MOMENT, zone, fields))


def a_test(about: object, op: object, value: object) -> dict[str, Any]:
    return {"field": about, "op": op, "value": value}


@pytest.mark.parametrize(
    ("about", "op", "value", "holds"),
    [
        ("sender", "equals", "carol@shop.example.com", True),
        ("sender", "starts", "CAROL@", True),
        ("sender", "ends", ".com", True),
        ("sender", "matches", "*@*.example.com", True),
        ("sender", "matches", "example", False),
        ("domain", "equals", "shop.example.com", True),
        ("domain", "equals", "example.com", False),
        ("domain", "in", ["a.test", "shop.example.com"], True),
        ("recipient", "equals", "boss@demo.test", True),
        ("recipient", "equals", "support+billing@demo.test", True),
        ("recipient", "contains", "sales", False),
        ("subject", "contains", "invoice 47", True),
        ("subject", "matches", "voice", False),
        ("subject", "matches", "invoice * overdue", True),
        ("text", "contains", "die rechnung noch", True),
        ("text", "matches", "nicht bezahlt bitte", True),
        ("text", "contains", ["nothing", "warten"], True),
        ("language", "equals", "de", True),
        ("language", "in", ["en", "fr"], False),
        ("attachments", "ends", ".pdf", True),
        ("attachments", "equals", "application/pdf", True),
        ("attachments", "contains", "logo", False),
        ("time", "in", "mon 17:00-18:00", True),
        ("time", "in", ["mon 16:00-17:00", "sun"], False),
        ("mailbox", "equals", "support@demo.test", True),
        ("tag", "equals", "billing", True),
        ("tag", "equals", "support", False),
    ],
)
def test_one_test(instance: Settings, about: str, op: str, value: object, holds: bool):
    assert read({"all": [a_test(about, op, value)]}).check(said()) == holds


def test_a_mail_that_says_nothing_meets_no_test(instance: Settings):
    nothing = Said(arrived(Mail(), "", [], MOMENT, ZoneInfo("UTC")))
    for about in (*(set(Field) - {Field.TIME}), "field:order"):
        for op in set(Op) - {Op.EXISTS}:
            assert not read({"all": [a_test(about, op, "x")]}).check(nothing), (about, op)
        assert read({"all": [a_test(about, "exists", "no")]}).check(nothing), about


FIELDS = {"order": "A4711", "way": ["card", "bank"], "old": True, "weight": 3.0, "due": "2026-12-01"}


@pytest.mark.parametrize(
    ("about", "op", "value", "holds"),
    [
        ("field:order", "equals", "a4711", True),
        ("field:order", "equals", "A47", False),
        ("field:order", "starts", "A", True),
        ("field:order", "matches", "A*1", True),
        ("field:order", "matches", "B*", False),
        ("field:order", "exists", "yes", True),
        ("field:order", "exists", "no", False),
        ("field:way", "in", ["cash", "bank"], True),
        ("field:old", "equals", "yes", True),
        ("field:weight", "equals", "3", True),
        ("field:due", "starts", "2026-12", True),
        ("field:unsaid", "exists", "no", True),
        ("field:unsaid", "matches", "*", False),
        ("attachments", "exists", "yes", True),
    ],
)
def test_custom_fields_are_asked_for_by_their_keys(about: str, op: str, value: object, holds: bool):
    group = read({"all": [a_test(about, op, value)]})
    assert group.check(said(fields=FIELDS)) is holds
    asked = {about.removeprefix("field:")} if about.startswith("field:") else set()
    assert read({"not": [{"any": [a_test(about, op, value)]}]}).fields() == asked


YES, NO = a_test("subject", "contains", "invoice"), a_test("subject", "contains", "refund")


@pytest.mark.parametrize(
    ("written", "holds", "why"),
    [
        ({}, True, ""),
        ({"all": [YES]}, True, "subject contains 'invoice'"),
        ({"all": [YES, NO]}, False, "subject contains 'refund' does not hold"),
        ({"any": [NO, YES]}, True, "subject contains 'invoice'"),
        ({"any": [NO]}, False, "none of subject contains 'refund' holds"),
        ({"not": [NO]}, True, "not (subject contains 'refund')"),
        ({"not": [NO, YES]}, False, "subject contains 'invoice' holds"),
        ({"all": [YES], "any": [NO, YES], "not": [NO]}, True, "subject contains 'invoice'"),
        ({"all": [{"any": [NO, {"not": [NO]}]}]}, True, "not (subject contains 'refund')"),
        ({"not": [{"all": [YES, NO]}]}, True, "not (subject contains 'invoice' and subject contains 'refund')"),
    ],
)
def test_groups(written: dict[str, Any], holds: bool, why: str):
    found = read(written)
    assert found.check(said()) == holds
    assert why in "; ".join(found.why(said()))


def nested(depth: int) -> dict[str, Any]:
    return {"all": [nested(depth - 1)]} if depth > 1 else {"all": [YES]}


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ([], "conditions: write an object with lists under all, any or not"),
        ({"none": []}, "conditions: 'none' is none of all, any, not"),
        ({"all": {}}, "conditions.all: write a list of tests"),
        ({"any": []}, "conditions.any: write a list of tests, or leave it out"),
        ({"all": [YES, 5]}, r"conditions.all\[1\]: write an object"),
        ({"all": [{"field": "subject"}]}, r"conditions.all\[0\]: a test has field, op and value, and nothing else"),
        ({"all": [a_test("sendr", "equals", "x")]}, r"\[0\].field: 'sendr' is none of sender, domain, recipient"),
        ({"all": [a_test("field:Order!", "equals", "x")]}, r"\[0\].field: 'field:Order!' names no custom field"),
        ({"all": [a_test("field:order", "exists", "perhaps")]}, r"\[0\].value: ask with yes or no"),
        ({"all": [a_test("sender", "regex", "x")]}, r"\[0\].op: 'regex' is none of contains, equals"),
        ({"all": [a_test("sender", ["x"], "x")]}, r"\[0\].op: \['x'\] is none of contains"),
        ({"not": [{"any": [a_test("sender", "in", [])]}]}, r"conditions.not\[0\].any\[0\].value: give a text"),
        ({"all": [a_test("sender", "in", ["a", 5])]}, r"value: 5 is no text to look for"),
        ({"all": [a_test("sender", "in", "  ")]}, "value: '  ' is no text to look for"),
        ({"all": [a_test("sender", "in", "x" * 201)]}, "is longer than 200 characters"),
        ({"all": [a_test("subject", "matches", "*!")]}, "'\\*!' has no letter and no digit"),
        ({"all": [a_test("time", "equals", "mon")]}, "a time is asked for with 'in'"),
        ({"all": [a_test("time", "in", "noon")]}, r"value: 'noon' is no time of the week"),
        ({"all": [YES] * 101}, "101 tests are too many"),
        (nested(6), "groups go 5 deep"),
    ],
)
def test_what_is_wrong_is_said(written: object, why: str):
    with pytest.raises(Unclear, match=why):
        read(written)


def test_five_deep_is_allowed():
    assert read(nested(5)).check(said())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("all", "any", "not", "field", "op", "value", "x")), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_whatever_is_written_is_understood_or_refused(written: Any):
    with suppress(Unclear):
        assert isinstance(read(written).check(said()), bool)


LISTS = ("all", "any", "not")
LEAF = st.sampled_from((True, False))
TREE: Any = st.deferred(
    lambda: LEAF | st.fixed_dictionaries({}, optional={name: st.lists(TREE, min_size=1, max_size=2) for name in LISTS})
)


def written(tree: Any) -> Any:
    if isinstance(tree, bool):
        return YES if tree else NO
    return {name: [written(one) for one in some] for name, some in tree.items()}


def meant(tree: Any) -> bool:
    if isinstance(tree, bool):
        return tree
    return (
        all(map(meant, tree.get("all", ())))
        and not any(map(meant, tree.get("not", ())))
        and ("any" not in tree or any(map(meant, tree["any"])))
    )


def depth(tree: Any) -> int:
    return 0 if isinstance(tree, bool) else 1 + max((depth(one) for some in tree.values() for one in some), default=0)


@given(TREE.filter(lambda tree: not isinstance(tree, bool) and depth(tree) <= 5))
def test_a_tree_means_what_logic_says(tree: Any):
    found = read(written(tree))
    assert isinstance(found, Group)
    assert found.check(said()) == meant(tree)
