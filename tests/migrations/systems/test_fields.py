"""Custom fields of tickets (S3) and customers (S4): checked in one place, shown by rules."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from tests.migrations.systems.cast import Cast, Person

DEFINE = (
    "INSERT INTO field_definitions (org_id, entity, key, label, type, is_required, default_value, options,"
    " validation_rules, sort_order) VALUES (:org, :entity, :key, :key, :type, :required, CAST(:default AS jsonb),"
    " CAST(:options AS jsonb), CAST(:rules AS jsonb), (SELECT count(*) FROM field_definitions)) RETURNING id"
)
RULE = (
    "INSERT INTO field_visibility_rules (org_id, field_definition_id, request_type_id, user_roles, show_to_customers,"
    " show_to_agents, additional_conditions) VALUES (:org, :field, :type, :roles, :customers, :agents,"
    " CAST(:conditions AS jsonb))"
)
SHOWN = "SELECT key FROM shown_fields('ticket', CAST(:type AS uuid), CAST(:values AS jsonb))"
COLOURS = [{"value": "red", "label": "Red"}, {"value": "blue", "label": "Blue"}]


def define(cast: Cast, key: str, kind: str = "text", **said: Any) -> UUID:
    told = {"entity": "ticket", "required": False, "default": None, "options": [], "rules": {}} | said
    whole = {name: json.dumps(it) if name in ("default", "options", "rules") else it for name, it in told.items()}
    whole["default"] = None if told["default"] is None else whole["default"]
    found: UUID = cast.admin.one(DEFINE, key=key, type=kind, **whole)
    return found


def rule(cast: Cast, field: UUID, **said: Any) -> None:
    told = {"type": None, "roles": [], "customers": True, "agents": True, "conditions": "{}"} | said
    cast.admin.ask(RULE, field=field, **told)


def shown(person: Person, request_type: UUID | None = None, **values: Any) -> list[str]:
    return [row.key for row in person.ask(SHOWN, type=request_type, values=json.dumps(values))]


def refused(person: Person, **values: Any) -> str:
    with pytest.raises(DBAPIError, match="custom fields: ") as error:
        person.opens(custom_fields=values)
    return str(error.value.orig).splitlines()[0].removeprefix("custom fields: ")


@pytest.mark.parametrize(
    ("kind", "said", "good", "bad"),
    [
        ("text", {"rules": {"min_length": 2, "max_length": 4}}, ["ab", "abcd"], ["a", "abcde", "a\nb", 12, ["ab"]]),
        ("text", {"rules": {"pattern": "[A-Z]+-[0-9]+|none"}}, ["AB-12", "none"], ["ab-12", "AB-12x", "xnone"]),
        ("textarea", {}, ["two\nlines"], [True, "x" * 10_001]),
        ("number", {"rules": {"min": 1, "max": 10}}, [1, 9.5], [0, 11, "5"]),
        ("number", {"rules": {"integer": True}}, [-3, 4.0], [4.5]),
        ("boolean", {}, [True, False], ["true", 1]),
        ("date", {"rules": {"min": "2026-01-01"}}, ["2026-02-28"], ["2026-02-30", "2025-12-31", "28.2.2026", 2026]),
        ("select", {"options": COLOURS}, ["red"], ["green", "Red", ["red"]]),
        ("multiselect", {"options": COLOURS}, [[], ["red", "blue"]], ["red", ["green"], ["red", "red"]]),
        ("multiselect", {"options": COLOURS, "rules": {"min_items": 1}}, [["red"]], [[]]),
        ("multiselect", {"options": COLOURS, "rules": {"max_items": 1}}, [["red"]], [["red", "blue"]]),
        ("dropdown_dynamic_event", {}, [], ["party", str(uuid7()), 7]),
        ("file", {}, [], ["a.txt", str(uuid7())]),
    ],
)  # fmt: skip
def test_s3_custom_fields(cast: Cast, kind: str, said: dict[str, Any], good: list[Any], bad: list[Any]):
    """Each type with the rules of its definition."""
    define(cast, "field", kind, **said)
    for value in good:
        ticket = cast.customer.opens(custom_fields={"field": value})
        assert cast.agent.one("SELECT custom_fields FROM tickets WHERE id = :id", id=ticket) == {"field": value}
    for value in bad:
        assert refused(cast.customer, field=value).startswith("field "), value
    assert refused(cast.customer, unheard_of="x") == "unheard_of is no field here"


@pytest.mark.parametrize(
    ("kind", "said", "problem"),
    [
        ("text", {"rules": {"pattern": "("}}, "its pattern ( is no regular expression"),
        ("text", {"rules": {"pattern": "(a*)*\\1"}}, "refers back"),
        ("text", {"rules": {"pattern": "(?=.*a)b"}}, "looks around"),
        ("text", {"rules": {"pattern": "a" * 201}}, "longer than 200"),
        ("text", {"rules": {"pattern": 5}}, "its rule pattern is none: 5"),
        ("text", {"rules": {"min_length": "two"}}, 'its rule min_length is none: "two"'),
        ("text", {"rules": {"min_length": 2}, "default": "a"}, "its default is too short"),
        ("number", {"rules": {"min": "one"}}, "its rule min is none"),
        ("number", {"rules": {"integer": "perhaps"}}, "its rule integer is none"),
        ("date", {"rules": {"max": "2026-02-30"}}, "its rule max is none"),
        ("select", {"options": [{"label": "Red"}]}, "each option is a value with a label"),
        ("select", {"options": COLOURS, "default": "green"}, "its default is none of the options"),
    ],
)
def test_a_definition_that_cannot_be_read_is_refused(cast: Cast, kind: str, said: dict[str, Any], problem: str):
    """When it is made or changed, and not when somebody answers it; what is there nevertheless asks nothing."""
    with pytest.raises(DBAPIError, match=re.escape(problem)):
        define(cast, "field", kind, **said)
    define(cast, "good", kind, options=COLOURS)
    change = "UPDATE field_definitions SET validation_rules = CAST(:rules AS jsonb), options = CAST(:options AS jsonb)"
    if "default" not in said:
        with pytest.raises(DBAPIError, match=re.escape(problem)):
            cast.admin.ask(change, rules=json.dumps(said.get("rules", {})), options=json.dumps(said.get("options", [])))


@pytest.mark.parametrize("rules", [{"pattern": "("}, {"min_length": "two"}, {"max_length": {}}])
def test_an_old_rule_that_cannot_be_read_asks_nothing(cast: Cast, rules: dict[str, Any]):
    """Neither does it raise, which would fail the mail that answers."""
    ask = "SELECT field_problem('text', '[]', CAST(:rules AS jsonb), CAST(:value AS jsonb))"
    assert cast.agent.one(ask, rules=json.dumps(rules), value='"x"') is None
    assert cast.agent.one(ask, rules=json.dumps(rules), value="5") == "is no text"


def test_s3_an_event_of_the_organization(cast: Cast, others: Cast):
    """Which is active; S3's dropdown of events."""
    define(cast, "event", "dropdown_dynamic_event")
    add = "INSERT INTO events (org_id, name, is_active) VALUES (:org, :name, :active) RETURNING id"
    ours, over, theirs = (
        one.admin.one(add, name=name, active=active)
        for one, name, active in ((cast, "Fair", True), (cast, "Over", False), (others, "Theirs", True))
    )
    cast.customer.opens(custom_fields={"event": ours})
    for wrong in (over, theirs):
        assert refused(cast.customer, event=str(wrong)) == "event is no event"


def test_s3_required_fields_and_defaults(cast: Cast):
    """A form is complete; a mail cannot be. Defaults are filled in, and a null takes away."""
    define(cast, "device", required=True)
    define(cast, "colour", "select", options=COLOURS, default="red")
    assert refused(cast.customer) == "device is required"
    ticket = cast.customer.opens(custom_fields={"device": "Printer"})
    fields = "SELECT custom_fields FROM tickets WHERE id = :id"
    assert cast.agent.one(fields, id=ticket) == {"device": "Printer", "colour": "red"}
    by_mail = cast.agent.opens(of=cast.customer, source="email")
    assert cast.agent.one(fields, id=by_mail) == {}
    change = "UPDATE tickets SET custom_fields = custom_fields || CAST(:more AS jsonb) WHERE id = :id"
    cast.agent.ask(change, id=ticket, more='{"colour": null}')
    assert cast.agent.one(fields, id=ticket) == {"device": "Printer"}
    with pytest.raises(DBAPIError, match="device is required"):
        cast.agent.ask(change, id=ticket, more='{"device": null}')
    cast.agent.ask(change, id=by_mail, more='{"colour": "blue"}')


def test_s3_field_visibility(cast: Cast):
    """By type of request, audience, side and other values, all of which must hold; one of several rules is enough."""
    billing = cast.admin.one("SELECT id FROM request_types WHERE name = 'Billing'")
    names = ("always", "billing", "retail", "staff", "public_only", "depends", "either")
    field = {name: define(cast, name) for name in names}
    rule(cast, field["billing"], type=billing)
    rule(cast, field["retail"], roles=["retailer"])
    rule(cast, field["staff"], customers=False)
    rule(cast, field["public_only"], agents=False)
    rule(cast, field["depends"], conditions='{"always": "yes"}')
    rule(cast, field["either"], type=billing)
    rule(cast, field["either"], conditions='{"always": "yes"}')
    assert shown(cast.customer) == ["always", "public_only"]
    assert shown(cast.agent) == ["always", "retail", "staff"]
    assert shown(cast.customer, billing) == ["always", "billing", "public_only", "either"]
    assert shown(cast.customer, always="yes") == ["always", "public_only", "depends", "either"]
    cast.admin.ask("UPDATE profiles SET audiences = '{retailer}' WHERE id = :id", id=cast.customer.id)
    assert shown(cast.customer) == ["always", "retail", "public_only"]
    cast.admin.ask("UPDATE field_definitions SET is_active = false WHERE key = 'always'")
    assert shown(cast.customer) == ["retail", "public_only"]


def test_s3_what_is_not_shown_cannot_be_given(cast: Cast, others: Cast):
    """Nor can another organization's."""
    rule(cast, define(cast, "staff"), customers=False)
    define(others, "theirs")
    assert refused(cast.customer, staff="x") == "staff is no field here"
    assert refused(cast.customer, theirs="x") == "theirs is no field here"
    ticket = cast.customer.opens()
    cast.agent.ask('UPDATE tickets SET custom_fields = \'{"staff": "x"}\' WHERE id = :id', id=ticket)
    assert cast.customer.ask("SELECT 1 FROM shown_fields('ticket', NULL, NULL)") == []


def test_s4_customer_fields(cast: Cast):
    """The same for customers: an admin gives them, strictly checked."""
    define(cast, "plan", "select", entity="customer", options=COLOURS)
    define(cast, "seats", "number", entity="ticket")
    give = "UPDATE profiles SET custom_fields = CAST(:fields AS jsonb) WHERE id = :who"
    cast.admin.ask(give, who=cast.customer.id, fields='{"plan": "red"}')
    for wrong in ('{"plan": "green"}', '{"seats": 3}'):
        with pytest.raises(DBAPIError, match="custom fields: "):
            cast.admin.ask(give, who=cast.customer.id, fields=wrong)
    with pytest.raises(DBAPIError, match="only an admin"):
        cast.customer.ask(give, who=cast.customer.id, fields='{"plan": "blue"}')


def test_s3_request_types(cast: Cast, others: Cast):
    """A ticket starts as its type says; a customer chooses among those for them; one about an event names it."""
    add = (
        "INSERT INTO request_types (org_id, name, default_priority, allowed_roles, requires_event)"
        " VALUES (:org, :name, 'high', :roles, :event) RETURNING id"
    )
    outage = cast.admin.one(add, name="Outage", roles=[], event=False)
    trade = cast.admin.one(add, name="Trade", roles=["retailer"], event=False)
    booth = cast.admin.one(add, name="Booth", roles=["public"], event=True)
    fair = cast.admin.one("INSERT INTO events (org_id, name) VALUES (:org, 'Fair') RETURNING id")
    ticket = cast.customer.opens(request_type_id=outage)
    assert cast.agent.one("SELECT priority FROM tickets WHERE id = :id", id=ticket) == "high"
    with pytest.raises(DBAPIError, match="not offered"):
        cast.customer.opens(request_type_id=trade)
    cast.admin.ask("UPDATE profiles SET audiences = '{retailer}' WHERE id = :id", id=cast.customer.id)
    cast.customer.opens(request_type_id=trade)
    with pytest.raises(DBAPIError, match="about an event"):
        cast.customer.opens(request_type_id=booth)
    cast.customer.opens(request_type_id=booth, event_id=fair)
    cast.agent.opens(of=cast.customer, request_type_id=booth, source="email")
    offered = {row.name for row in cast.other.ask("SELECT name FROM request_types")}
    assert "Outage" in offered
    assert "Trade" not in offered
    with pytest.raises(DBAPIError):
        others.customer.opens(request_type_id=outage)
