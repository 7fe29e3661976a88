"""Promises at the desk: made, listed, taken back."""

import pytest

from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk

KEYS = {
    "id", "org", "name", "priority", "type", "first_response_minutes", "resolution_minutes", "calendar", "is_active",
    "created_at",
}  # fmt: skip


def test_a_promise_is_made_listed_and_taken_back(desk: Desk, tenant: Tenant):
    ours = ("--org", tenant.slug)
    plain = desk.json("sla", "add", "All", "--first-response", "8h", *ours)
    assert plain.keys() == KEYS
    assert (plain["first_response_minutes"], plain["resolution_minutes"]) == (480, None)
    assert (plain["priority"], plain["type"], plain["calendar"]) == (None, None, "Business hours")
    more = ("--resolution", "2d", "--priority", "urgent", "--type", "billing", "--calendar", "business hours")
    narrow = desk.json("sla", "add", "Bills", *more, *ours)
    assert (narrow["priority"], narrow["type"], narrow["resolution_minutes"]) == ("urgent", "Billing", 2880)
    assert desk.json("sla", "list", *ours) == [plain, narrow]
    assert "Bills" in desk("sla", "list", *ours).out
    assert desk.json("sla", "remove", "all", *ours) == {"id": plain["id"], "org": tenant.slug, "name": "all"}
    assert desk.json("sla", "list", *ours) == [narrow]
    assert "promises nothing called 'all'" in desk.refuses("sla", "remove", "all", *ours)


@pytest.mark.parametrize(
    ("words", "why", "code"),
    [
        ((), "promise something", 2),
        (("--first-response", "0m"), "promise something", 2),
        (("--first-response", "soon"), "is no time", 2),
        (("--first-response", "2h", "--resolution", "1h"), "before the first answer", 2),
        (("--first-response", "2h", "--priority", "medium"), "is none of low", 2),
        (("--first-response", "2h", "--type", "x"), "no request type 'x'", 1),
        (("--first-response", "2h", "--calendar", "x"), "no calendar 'x'", 1),
        (("--first-response", "2h"), "for the same tickets", 1),
    ],
)
def test_what_cannot_be_promised_is_refused(desk: Desk, tenant: Tenant, words: tuple[str, ...], why: str, code: int):
    desk.json("sla", "add", "Standing", "--first-response", "1h", "--org", tenant.slug)
    assert why in desk.refuses("sla", "add", "New", *words, "--org", tenant.slug, code=code)
