"""Custom fields at the desk: what one may hold and where it is shown; what cannot be read is refused at once."""

import pytest

from gateway.cli.fielding import LIST
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk


def test_a_field_is_made_written_anew_and_removed(tenant: Tenant, desk: Desk):
    of = ("--org", tenant.slug)
    made = desk.json("fields", "add", "order", "Order number", *of, "--required", "--pattern", "[A-Z]-[0-9]+")
    assert made.keys() == set(LIST)
    assert [made[name] for name in LIST[2:10]] == [
        "order", "Order number", "ticket", "text", True, None, [], {"pattern": "[A-Z]-[0-9]+"},
    ]  # fmt: skip
    assert made["shown"] == []
    again = desk.json(
        "fields", "add", "order", "Order", *of, "--for-type", "billing", "--for-type", "general", "--audience", "vip",
        "--staff-only", "--when", "paid=true", "--inactive", "--default", "A-1", "--max-length", "9",
    )  # fmt: skip
    assert (again["id"], again["required"], again["is_active"]) == (made["id"], False, False)
    where = {"audiences": ["vip"], "customers": False, "agents": True, "when": {"paid": True}}
    assert again["shown"] == [{"type": "Billing", **where}, {"type": "General", **where}]
    page = desk("fields", "list", *of).out
    assert "staff only type Billing for vip where" in page
    assert desk.json("fields", "remove", "order", *of) == again
    assert desk.json("fields", "list", *of) == []


@pytest.mark.parametrize(
    ("words", "rules", "said", "default"),
    [
        ("number --min 0 --max 9.5 --integer", {"min": 0, "max": 9.5, "integer": True}, "5", 5),
        ("date --earliest 2026-01-01", {"min": "2026-01-01"}, "30.11.2026", "2026-11-30"),
        ("boolean", {}, "yes", True),
        ("select --option red=Crimson", {}, "crimson", "red"),
        ("multiselect --option red --option b=Blue --max-items 1", {"max_items": 1}, "blue", ["b"]),
        ("text --of customer --min-length 2", {"min_length": 2}, "ab", "ab"),
    ],
)
def test_each_type_has_its_rules(tenant: Tenant, desk: Desk, words: str, rules: object, said: str, default: object):
    made = desk.json("fields", "add", "k", "K", "--org", tenant.slug, "--default", said, "--type", *words.split())
    assert (made["rules"], made["default"]) == (rules, default)


@pytest.mark.parametrize(
    ("words", "why", "code"),
    [
        (("order", "Order", "--pattern", "("), "order: its pattern ( is no regular expression", 1),
        (("order", "Order", "--pattern", "(a)\\1"), "refers back", 1),
        (("order", "Order", "--type", "date", "--latest", "soon"), "order: its rule max is none", 1),
        (("order", "Order", "--min-length", "3", "--default", "a"), "order: its default is too short", 1),
        (("Order!", "Order"), "is no key; write small letters", 2),
        (("order", " "), "needs a label", 1),
        (("order", "Order", "--type", "colour"), "is no type of field; there are text", 2),
        (("order", "Order", "--of", "agent"), "is no owner; there are ticket, customer", 2),
        (("order", "Order", "--type", "select"), "--option VALUE=LABEL is what may be chosen", 2),
        (("order", "Order", "--option", "a"), "--option VALUE=LABEL is what may be chosen", 2),
        (("order", "Order", "--for-type", "Nothing"), "has no request type 'Nothing'", 1),
        (("order", "Order", "--when", "x"), "is no condition; write KEY=VALUE", 2),
    ],
)
def test_what_is_no_field_is_refused(tenant: Tenant, desk: Desk, words: tuple[str, ...], why: str, code: int):
    assert why in " ".join(desk.refuses("fields", "add", *words, "--org", tenant.slug, code=code).split())
    assert desk.json("fields", "list", "--org", tenant.slug) == []


def test_a_field_keeps_its_type_and_goes_after_the_rules_that_ask_for_it(tenant: Tenant, desk: Desk):
    of = ("--org", tenant.slug)
    rule = ("rules", "add", "Orders", *of, "--all", "field:order matches A*", "--priority", "high")
    assert "has no field 'order'; see `postern fields list" in desk.refuses(*rule)
    desk.json("fields", "add", "order", "Order", *of)
    assert "has another type" in desk.refuses("fields", "add", "order", "Order", *of, "--type", "number")
    assert desk.json(*rule)["when"] == "field:order matches 'A*'"
    assert "rule 'Orders' asks for order" in desk.refuses("fields", "remove", "order", *of)
    desk.json("rules", "remove", "Orders", *of)
    assert desk.json("fields", "remove", "order", *of)["key"] == "order"
    assert "has no field 'order' of a ticket" in desk.refuses("fields", "remove", "order", *of)
