"""Where a ticket goes: who has the say about its type, and what rules, type and mailbox set."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from models.base import uuid7
from models.profile import Role
from models.settings import Settings
from workers.inbound.facts import Box, Facts, Known, Person, Received
from workers.inbound.mail import Address, Mail
from workers.inbound.routing import grammar
from workers.inbound.routing.answers import Answer
from workers.inbound.routing.questions import Question, Shown
from workers.inbound.routing.route import Route, again, heard, route
from workers.inbound.routing.rules import Pool, Rule, Table, Type

ANN = Person(uuid7(), "Ann", "ann@demo.test", Role.AGENT)
BEN = Person(uuid7(), "Ben", "ben@demo.test", Role.AGENT, away=True)
CAROL = Person(uuid7(), "Carol", "carol@customer.test", Role.CUSTOMER, audiences=("retailer",))
BOX = Box(uuid7(), "support@demo.test", "Support", uuid7(), uuid7(), "low")
QUEUE, FLOW, TEAM, PARTNER = (uuid7() for _ in range(4))
BILLING = Type(uuid7(), "Billing", "billing", "high", QUEUE, FLOW)
SHOPS = Type(uuid7(), "Shops only", "shops-only", roles=frozenset({"retailer"}))
STAFF_ONLY = Type(uuid7(), "VIP", "vip", "urgent", roles=frozenset({"vip"}))
WORDY = Type(uuid7(), "Wordy", "wordy", match=grammar.read({"any": [
    {"field": "subject", "op": "matches", "value": ["invoice", "bill"]}]}))  # fmt: skip
TYPES = (BILLING, SHOPS, STAFF_ONLY, WORDY)


def a_rule(name: str, *, holds: bool = True, **actions: Any) -> Rule:
    asked = {"field": "subject", "op": "contains", "value": "hello" if holds else "good bye"}
    return Rule(uuid7(), name, grammar.read({"all": [asked]}), **actions)


def routed(
    *rules: Rule,
    types: tuple[Type, ...] = TYPES,
    to: str = "support@demo.test",
    subject: str = "Hello",
    box: Box = BOX,
    author: Person | None = CAROL,
    protocol: str = "",
    fields: dict[str, Any] | None = None,
    **table: Any,
) -> Route:
    facts = Facts(uuid7(), ANN, {box.id: box}, (ANN, BEN), {}, frozenset(), {}, routing=Table(types, rules, **table))
    mail = Mail(subject=subject, sender=Address("", "carol@customer.test"))
    received = Received(uuid7(), box.id, "a@b.test", (to,), datetime.now(UTC), 1, mail, b"", protocol)
    return route(received, author, facts, fields or {})


def steps(way: Route) -> dict[str, tuple[str, str]]:
    return {one.step: (one.verdict, one.reason) for one in way.trace}


def test_without_types_and_rules_the_mailbox_says_all(instance: Settings):
    assert routed(types=()) == Route("low", None, BOX.department_id, BOX.workflow_id)


@pytest.mark.parametrize(
    ("to", "box_type", "rule_type", "subject", "chosen", "why"),
    [
        ("support+billing@demo.test", SHOPS, WORDY, "Hello bill", BILLING, "+billing"),
        ("support+Shops-Only@demo.test", None, None, "Hello", SHOPS, "+shops-only"),
        ("support+vip@demo.test", None, None, "Hello", None, "no address tag"),
        ("support+nothing@demo.test", SHOPS, WORDY, "Hello", SHOPS, "mails to support@demo.test"),
        ("support@demo.test", None, BILLING, "Hello bill", BILLING, "rule 'r' says so"),
        (
            "support@demo.test",
            None,
            None,
            "Hello, your bill",
            WORDY,
            "its own words: subject matches 'invoice', 'bill'",
        ),
        ("support@demo.test", None, None, "Hello, billions", None, "no address tag"),
    ],
)
def test_who_has_the_say_about_the_type(
    instance: Settings, to: str, box_type: Type | None, rule_type: Type | None, subject: str, chosen: Type, why: str
):
    rule = a_rule("r", type_id=rule_type.id if rule_type else None, tags=("t",))
    way = routed(rule, to=to, subject=subject, box=replace(BOX, type_id=box_type.id if box_type else None))
    assert way.type == chosen
    verdict, reason = steps(way)["type"]
    assert verdict == (chosen.name if chosen else "none")
    assert why in reason


def test_a_type_that_is_not_in_use_is_none(instance: Settings):
    rule = a_rule("r", type_id=uuid7())
    assert routed(rule, box=replace(BOX, type_id=uuid7())).type is None


def test_a_stranger_is_offered_what_everybody_is(instance: Settings):
    assert routed(to="support+billing@demo.test", author=None).type == BILLING
    assert routed(to="support+shops-only@demo.test", author=None).type is None


def test_a_type_goes_before_the_mailbox_and_a_rule_before_the_type(instance: Settings):
    plain = routed(to="support+billing@demo.test")
    assert (plain.priority, plain.department_id, plain.workflow_id) == ("high", QUEUE, FLOW)
    assert steps(plain)["priority"] == ("high", "type 'Billing'")
    other = uuid7()
    ruled = routed(a_rule("r", priority="urgent", department_id=other), to="support+billing@demo.test")
    assert (ruled.priority, ruled.department_id, ruled.workflow_id) == ("urgent", other, FLOW)
    assert steps(ruled)["department"] == ("set", "rule 'r'")
    bare = routed(to="support+shops-only@demo.test")
    assert (bare.priority, bare.department_id, bare.workflow_id) == ("low", BOX.department_id, BOX.workflow_id)
    assert steps(bare).keys() == {"type"}, "as the mailbox has it, which needs no reason"


def test_what_an_earlier_rule_sets_a_later_one_leaves_and_tags_add_up(instance: Settings):
    first = a_rule("first", priority="high", tags=("a", "b"))
    never = a_rule("never", holds=False, priority="low", department_id=uuid7(), tags=("x",))
    later = a_rule("later", priority="low", department_id=QUEUE, tags=("b", "c"))
    way = routed(first, never, later)
    assert (way.priority, way.department_id, way.tags) == ("high", QUEUE, ("a", "b", "c"))
    assert [one.verdict for one in way.trace if one.step == "rule"] == ["first", "later"]


@pytest.mark.parametrize(
    ("routing", "partner", "becomes"),
    [
        ("hybrid", PARTNER, ("hybrid", PARTNER)),
        ("hybrid", None, ("internal", None)),
        ("internal", PARTNER, ("internal", None)),
    ],
)
def test_a_partner_takes_it_if_one_agreed(
    instance: Settings, routing: str, partner: UUID | None, becomes: tuple[str, UUID | None]
):
    shared = replace(BILLING, routing=routing, partner=partner)
    way = routed(to="support+billing@demo.test", types=(shared,))
    assert (way.routing, way.partner) == becomes
    assert ("routing" in steps(way)) == (routing != "internal")


GONE = uuid7()


@pytest.mark.parametrize(
    ("rules", "agent", "pool"),
    [
        ([{"assignee_id": ANN.id}], ANN.id, None),
        ([{"assignee_id": GONE}], None, None),
        ([{"assignee_id": BEN.id}], None, None),
        ([{"assignee_id": BEN.id}, {"assignee_id": ANN.id}], ANN.id, None),
        ([{"assignee_id": GONE}, {"method": "least_busy"}], None, Pool("least_busy", None, BOX.department_id)),
        ([{"method": "round_robin", "team_id": TEAM}, {"assignee_id": ANN.id}], None, Pool("round_robin", TEAM, None)),
        ([{"method": "round_robin"}, {"department_id": QUEUE}], None, Pool("round_robin", None, QUEUE)),
    ],
)
def test_who_works_on_it(instance: Settings, rules: list[dict[str, Any]], agent: UUID | None, pool: Pool | None):
    way = routed(*(a_rule(f"r{number}", **one) for number, one in enumerate(rules)))
    assert (way.assignee, way.pool) == (agent, pool)
    passed_over = {GONE: "somebody who answers for the organization no more", BEN.id: "Ben, who is away"}
    if said := passed_over.get(rules[0].get("assignee_id", ANN.id)):
        assert any(one.reason == f"rule 'r0' names {said}" for one in way.trace)


def test_a_type_may_have_its_agents_chosen_unless_the_organization_does_not_want_it(instance: Settings):
    type_ = replace(BILLING, method="round_robin", team_id=TEAM)
    way: dict[str, Any] = {"to": "support+billing@demo.test", "types": (type_,)}
    assert routed(**way).pool == Pool("round_robin", TEAM, None)
    assert routed(**way, assigns=False).pool is None
    assert routed(a_rule("r", assignee_id=ANN.id), **way).assignee == ANN.id


def test_an_old_mail_is_nobodys_work(instance: Settings):
    way = routed(a_rule("r", assignee_id=ANN.id, tags=("t",)), protocol="import-closed")
    assert (way.assignee, way.tags) == (None, ("t",))


def test_what_cannot_be_read_is_left_out_and_said(instance: Settings):
    assert steps(routed(broken=("rule 'x': conditions: …",)))["rule"] == ("left out", "rule 'x': conditions: …")


def about_orders(**actions: Any) -> Rule:
    conditions = grammar.read({"all": [{"field": "field:order", "op": "matches", "value": "A*"}]})
    return Rule(uuid7(), "Orders", conditions, fields=conditions.fields(), **actions)


def test_a_rule_asks_for_what_the_mail_answers(instance: Settings):
    rule = about_orders(priority="urgent")
    assert routed(rule, fields={"order": "A4711"}).priority == "urgent"
    assert routed(rule, fields={"order": "B4711"}).priority == "low"
    assert routed(rule).priority == "low"


@pytest.mark.parametrize(
    ("change", "heard_it"),
    [
        ({}, True),
        ({"hidden": True}, False),
        ({"shown": (Shown(uuid7(), frozenset(), {}),)}, True),
        ({"shown": (Shown(None, frozenset({"vip"}), {}),)}, False),
        ({"shown": (Shown(None, frozenset({"retailer"}), {}),)}, True),
    ],
)
def test_what_a_customer_is_never_shown_is_not_heard(change: dict[str, Any], heard_it: bool):
    question = replace(Question("order", "Order", "text"), **change)
    assert heard([Answer(question, "A1")], CAROL.audiences) == ({"order": "A1"} if heard_it else {})
    assert heard([Answer(question, "A1", "is too short")], CAROL.audiences) == {}


def sent_on(ticket: Known, *rules: Rule, answered: str = "order") -> Route | None:
    table = Table(TYPES, rules)
    facts = Facts(uuid7(), ANN, {BOX.id: BOX}, (ANN, BEN), {}, frozenset(), {}, routing=table)
    mail = Mail(subject="Hello", sender=Address("", "carol@customer.test"))
    received = Received(uuid7(), BOX.id, "a@b.test", ("support@demo.test",), datetime.now(UTC), 1, mail, b"")
    return again(received, ticket, {answered}, facts)


TICKET = Known(uuid7(), "T", "open", CAROL, department_id=QUEUE, fields={"order": "A4711"})


def test_an_answer_sends_a_ticket_where_the_rules_say_that_ask_for_it(instance: Settings):
    rule = about_orders(priority="urgent", tags=("order",), type_id=BILLING.id, method="round_robin")
    way = sent_on(TICKET, a_rule("r", priority="low", tags=("x",)), rule)
    assert way
    assert (way.priority, way.tags, way.type, way.department_id) == ("urgent", ("order",), BILLING, QUEUE)
    assert way.pool == Pool("round_robin", None, QUEUE)
    assert [(one.step, one.verdict) for one in way.trace] == [("rule", "Orders")]
    bare = sent_on(TICKET, about_orders(tags=("order",)))
    assert bare
    assert (bare.priority, bare.type, bare.department_id, bare.assignee) == ("", None, None, None)


def test_an_answer_that_no_rule_asks_for_changes_nothing(instance: Settings):
    rule = about_orders(priority="urgent")
    assert sent_on(TICKET, rule, answered="colour") is None
    assert sent_on(replace(TICKET, fields={"order": "B"}), rule) is None
    assert sent_on(TICKET, a_rule("r", priority="urgent")) is None


def test_an_agent_who_works_on_it_goes_on(instance: Settings):
    assert getattr(sent_on(TICKET, about_orders(assignee_id=ANN.id)), "assignee", None) == ANN.id
    way = sent_on(replace(TICKET, assigned_to=BEN.id), about_orders(assignee_id=ANN.id, method="round_robin"))
    assert way
    assert (way.assignee, way.pool) == (None, None)
