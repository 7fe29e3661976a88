"""Looked for by what they need, the same rules hold as when each is asked."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.settings import Settings
from tests.workers.inbound.routing.test_conditions import FIELDS, a_test, said
from workers.inbound.mail import Address, Mail
from workers.inbound.routing.grammar import read
from workers.inbound.routing.index import Index

WORDS = st.sampled_from(("a", "b", "ab", "a b", "b*", "*a b", "a * b", "B"))
TESTS = st.builds(
    a_test,
    st.sampled_from(("subject", "text", "attachments", "domain", "sender", "field:order", "field:unsaid")),
    st.sampled_from(("equals", "in", "matches", "contains", "starts")),
    st.lists(WORDS, min_size=1, max_size=2),
) | st.sampled_from([a_test("field:order", "exists", "no"), a_test("time", "in", "mon"), a_test("time", "in", "tue")])
SOME = st.lists(TESTS, min_size=1, max_size=2)
GROUPS = st.fixed_dictionaries({}, optional={"all": SOME, "any": SOME, "not": SOME})


@given(st.lists(GROUPS, max_size=6), st.text("ab ", max_size=6), st.sampled_from(("a", "ab", "x")))
def test_none_is_missed(instance: Settings, written: list[dict[str, Any]], text: str, order: str):
    groups = [read(one) for one in written]
    mail = said(Mail(subject=text, text=text, sender=Address("", f"{order}@b")), FIELDS | {"order": order})
    assert Index(groups).holding(mail) == [place for place, one in enumerate(groups) if one.check(mail)]


@pytest.mark.parametrize(
    "test",
    [
        a_test("subject", "matches", ["no such words", "invoice 4711"]),
        a_test("subject", "matches", "over*"),
        a_test("domain", "in", ["x.test", "Shop.example.com"]),
        a_test("field:order", "starts", "A"),
        a_test("field:unsaid", "exists", "no"),
        a_test("text", "contains", "rechnung"),
        a_test("time", "in", "mon"),
    ],
)
def test_each_sort_is_found(instance: Settings, test: dict[str, Any]):
    never = a_test("sender", "equals", "nobody@x.test")
    groups = [
        read(one) for one in ({"all": [test]}, {"all": [test, never]}, {"any": [never, test]}, {}, {"not": [test]})
    ]
    assert Index(groups).holding(said(fields=FIELDS)) == [0, 2, 3]
