"""Request types at the desk: made, changed piece by piece, removed; what is none is refused."""

import pytest

from gateway.cli.kinds import LIST
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change, rows

AUDITED = "SELECT action FROM audit_log WHERE noun = 'request_types' ORDER BY place"


def test_a_type_is_made_changed_and_removed(tenant: Tenant, desk: Desk):
    change(tenant, "INSERT INTO departments (org_id, name) VALUES (:org, 'Money')", org=tenant.id)
    of = ("--org", tenant.slug)
    made = desk.json(
        "types", "add", "Refunds", *of, "--category", "billing", "--priority", "high", "--department", "money",
        "--audience", "retailer", "--subject", "refund*", "--subject", "money back", "--sender", "@shop.test",
        "--requires-event", "--assign-by", "round_robin", "--team", "support", "--order", "5", "--description", "Back",
    )  # fmt: skip
    assert made.keys() == set(LIST)
    assert [made[name] for name in LIST[2:]] == [
        "Refunds", 5, True, "Back", "billing", "high", "Money", None, True, ["retailer"],
        {"subject": ["refund*", "money back"], "sender": ["@shop.test"]}, "round_robin", "Support",
    ]  # fmt: skip
    changed = desk.json(
        "types", "change", "refunds", *of, "--name", "Money back", "--department", "none", "--sender", "none",
        "--audience", "none", "--assign-by", "none", "--no-requires-event", "--inactive",
    )  # fmt: skip
    gone: dict[str, object] = {
        "name": "Money back",
        "department": None,
        "match": {"subject": ["refund*", "money back"]},
        "audiences": [],
    }
    assert changed == made | gone | {"assign_by": None, "requires_event": False, "is_active": False}
    assert desk.json("types", "change", "Money back", *of) == changed
    assert "money back" in desk("types", "list", *of).out
    assert desk.json("types", "remove", "money back", *of) == changed
    assert [one["name"] for one in desk.json("types", "list", *of)] == ["Billing", "Technical", "Event", "General"]
    assert [row.action for row in rows(tenant, AUDITED)] == ["insert", "update", "delete"]


@pytest.mark.parametrize(
    ("words", "why", "code"),
    [
        (("add", "billing"), "has a request type 'billing' already; change it with", 1),
        (("change", "Billing", "--name", "general"), "has a request type 'general' already", 1),
        (("change", "Nothing"), "has no request type 'Nothing'; see `postern types list", 1),
        (("remove", "Nothing"), "has no request type 'Nothing'; see `postern types list", 1),
        (("add", " "), "a request type needs a name", 1),
        (("add", "x", "--category", "odd"), "is no category; there are billing", 2),
        (("add", "x", "--priority", "medium"), "is no priority; there are low", 2),
        (("add", "x", "--assign-by", "luck"), "is no way to assign", 2),
        (("add", "x", "--subject", "!"), "'!' has no letter and no digit to look for", 1),
        (("add", "x", "--team", "Night"), "has no team 'Night'; see `postern teams list", 1),
        (("add", "x", "--workflow", "Night"), "has no workflow 'Night'", 1),
    ],
)
def test_what_is_no_type_is_refused(tenant: Tenant, desk: Desk, words: tuple[str, ...], why: str, code: int):
    before = desk.json("types", "list", "--org", tenant.slug)
    assert why in " ".join(desk.refuses("types", *words, "--org", tenant.slug, code=code).split())
    assert desk.json("types", "list", "--org", tenant.slug) == before
