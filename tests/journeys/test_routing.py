"""Where tickets go and what customers are asked for: each story from the front door to its letters."""

import json
from typing import Any

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres
from tests.journeys.stage import Stage, body, reply_to

pytestmark = pytest.mark.xdist_group("system")
CAROL = "carol@customer.test"


def mail(stage: Stage, subject: str, words: str, **headers: str) -> bytes:
    said = {"From": f"Carol <{CAROL}>", "To": stage.support, "Subject": subject} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in said.items()]
    return "\r\n".join([*lines, "", *words.split("\n"), ""]).encode()


def furnish(stage: Stage, *statements: str) -> None:
    """Rows that the desk would make one by one, or not at all; `{org}` is the organization's identifier."""
    with psycopg.connect(EmbeddedPostgres(stage.system.data).url("superuser")) as connection:
        found = connection.execute("SELECT id FROM organizations WHERE slug = %s", [stage.slug]).fetchone()
        assert found
        for statement in statements:
            connection.execute(statement.replace("{org}", f"'{found[0]}'").encode())


def ticket(stage: Stage, found: Any) -> Any:
    return stage.desk("ticket", "show", found["ticket"], "--org", stage.slug)


def why(stage: Stage, found: Any, step: str) -> list[str]:
    trace = stage.desk("mail", "explain", found["id"])["trace"]
    return [f"{one['verdict']}: {one['reason']}" for one in trace if one["step"] == step]


BILLING = (
    "INSERT INTO departments (org_id, name) VALUES ({org}, 'Money')",
    """UPDATE request_types SET department_id = (SELECT id FROM departments WHERE org_id = {org} AND name = 'Money')
       WHERE org_id = {org} AND name = 'Billing'""",
)


def test_the_tag_of_the_address_chooses_the_type_which_sets_queue_and_priority(stage: Stage):
    furnish(stage, *BILLING)
    stage.desk("agent", "add", f"bob@{stage.domain}", "--org", stage.slug, "--department", "Money")
    found = stage.send(mail(stage, "Hello", "My bill?"), CAROL, [f"support+billing@{stage.domain}"])
    shown = ticket(stage, found)
    assert [shown[name] for name in ("type", "priority", "department")] == ["Billing", "high", "Money"]
    assert why(stage, found, "type") == ["Billing: the address it came to names it: +billing"]
    assert why(stage, found, "department") == ["set: type 'Billing'"]
    assert {one.recipient for one in stage.letters()} == {CAROL, f"bob@{stage.domain}"}


def test_rules_route_by_what_is_written_and_say_why(stage: Stage):
    furnish(stage, *BILLING)
    rule = ("--any", "subject matches invoice*", "--any", "text contains overdue", "--not", "domain in friend.test")
    made = ("--type", "Billing", "--priority", "urgent", "--tag", "money", "--tag", "Late", "--assignee", stage.agent)
    stage.desk("rules", "add", "Invoices", "--org", stage.slug, *rule, *made)
    stage.desk("rules", "add", "All", "--org", stage.slug, "--tag", "seen", "--order", "9", "--priority", "low")
    found = stage.send(mail(stage, "Your invoices", "Please look."), CAROL, [stage.support])
    shown = ticket(stage, found)
    assert [shown[name] for name in ("type", "priority", "department", "tags", "assignee")] == [
        "Billing", "urgent", "Money", ["Late", "money", "seen"], stage.agent,
    ]  # fmt: skip
    assert why(stage, found, "rule") == [
        "Invoices: subject matches 'invoice*'; not (domain in 'friend.test')",
        "All: it holds for every mail",
    ]
    assert why(stage, found, "assignee") == ["Ann Agent: rule 'Invoices' names them"]
    other = stage.send(mail(stage, "Hello", "Nothing."), CAROL, [stage.support])
    shown = ticket(stage, other)
    assert [shown[name] for name in ("type", "priority", "tags", "assignee")] == [None, "low", ["seen"], None]


def test_a_rule_is_rehearsed_on_what_came_and_tried_on_one_mail(stage: Stage):
    found = stage.send(mail(stage, "Fire!", "It burns."), CAROL, [stage.support])
    stage.send(mail(stage, "Water!", "It leaks."), CAROL, [stage.support])
    rule = ("--all", "text contains burns", "--priority", "urgent")
    tried = stage.desk("rules", "rehearse", "Fire", "--org", stage.slug, *rule)
    assert [tried[name] for name in ("mails", "holds", "changes")] == [2, 1, 1]
    assert ticket(stage, found)["priority"] == "normal"
    stage.desk("rules", "add", "Fire", "--org", stage.slug, *rule)
    assert stage.desk("rules", "test", found["id"])["priority"] == "urgent"


def test_agents_are_assigned_in_turn_and_told(stage: Stage):
    stage.desk("agent", "add", f"bob@{stage.domain}", "--org", stage.slug, "--name", "Bob")
    stage.desk("rules", "add", "Turns", "--org", stage.slug, "--assign-by", "round_robin")
    for expected in (stage.agent, f"bob@{stage.domain}", stage.agent):
        found = stage.send(mail(stage, "Hello", f"Help {len(stage.seen)}."), CAROL, [stage.support])
        assert ticket(stage, found)["assignee"] == expected
        told = [one.recipient for one in stage.letters() if one.letter == "notification_to_agent"]
        assert told == [expected]


FIELDS = (
    *BILLING,
    """INSERT INTO field_definitions (org_id, key, label, type, is_required, sort_order, validation_rules)
       VALUES ({org}, 'customer_number', 'Customer number', 'number', true, 1, '{"integer": true, "min": 1000}')""",
    """INSERT INTO field_definitions (org_id, key, label, type, is_required, sort_order, options)
       VALUES ({org}, 'way', 'Paid by', 'select', true, 2,
               '[{"value": "card", "label": "Card"}, {"value": "bank", "label": "Bank transfer"}]')""",
    """INSERT INTO field_definitions (org_id, key, label, type, is_required)
       VALUES ({org}, 'secret', 'Secret', 'text', true)""",
    """INSERT INTO field_visibility_rules (org_id, field_definition_id, show_to_customers)
       SELECT {org}, id, false FROM field_definitions WHERE org_id = {org} AND key = 'secret'""",
)
NUMBER, WAY = "Customer number (a whole number):", "Paid by (one of Card, Bank transfer):"


def test_fields_are_asked_for_answered_inline_and_answered_with_what_was_wrong(stage: Stage):
    furnish(stage, *FIELDS)
    found = stage.send(mail(stage, "My bill", "It is wrong."), CAROL, [f"support+billing@{stage.domain}"])
    stage.letters()
    asked = stage.last("acknowledgement").message
    text = body(asked)
    assert NUMBER in text
    assert WAY in text
    assert "Secret" not in text
    assert NUMBER in body(asked, "text/html")

    quoted = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    inline = quoted.replace(f"> {NUMBER}", f"> {NUMBER}\n12\n").replace(f"> {WAY}", f"> {WAY} bank transfer")
    cites = {"In_Reply_To": asked["Message-ID"]}
    second = stage.send(mail(stage, "Re: My bill", inline, **cites), CAROL, [reply_to(asked)])
    assert second["ticket"] == found["ticket"]
    assert ticket(stage, second)["fields"] == {"way": "bank"}
    assert why(stage, second, "fields") == ["answered: Paid by", "wrong: Customer number is too small"]
    assert "fields_to_correct" in {one.letter for one in stage.letters()}
    again = stage.last("fields_to_correct").message
    assert "\u201cCustomer number\u201d is too small." in body(again)
    assert NUMBER in body(again)
    assert WAY not in body(again)

    third = mail(stage, "Re: My bill", "Customer number: 4711\n\nThank you", In_Reply_To=again["Message-ID"])
    last = stage.send(third, CAROL, [reply_to(again)])
    assert ticket(stage, last)["fields"] == {"way": "bank", "customer_number": 4711}
    assert {one.letter for one in stage.letters()} == {"notification_to_agent"}


def test_what_the_first_mail_says_already_is_not_asked_for(stage: Stage):
    furnish(stage, *FIELDS)
    said = "Customer number: 4711\nPaid by: cash\n\nMy bill is wrong."
    found = stage.send(mail(stage, "My bill", said), CAROL, [f"support+billing@{stage.domain}"])
    stage.letters()
    text = body(stage.last("acknowledgement").message)
    assert ticket(stage, found)["fields"] == {"customer_number": 4711}
    assert NUMBER not in text
    assert WAY in text
    assert "\u201cPaid by\u201d is none of the options." in text


def test_without_a_type_nothing_is_asked_for_and_what_is_said_is_kept(stage: Stage):
    furnish(stage, *FIELDS)
    found = stage.send(mail(stage, "Hello", "Customer number: 4711\nPaid by: cash"), CAROL, [stage.support])
    stage.letters()
    assert WAY not in body(stage.last("acknowledgement").message)
    assert ticket(stage, found)["fields"] == {"customer_number": 4711}


def test_a_rule_that_cannot_be_read_holds_up_no_mail(stage: Stage):
    odd = json.dumps({"some": []})
    furnish(
        stage, f"INSERT INTO routing_rules (org_id, name, conditions, priority) VALUES ({{org}}, 'Odd', '{odd}', 'low')"
    )
    found = stage.send(mail(stage, "Hello", "Help."), CAROL, [stage.support])
    assert ticket(stage, found)["priority"] == "normal"
    stage.desk("rules", "add", "Fine", "--org", stage.slug, "--tag", "fine")
    found = stage.send(mail(stage, "Hello", "Help again."), CAROL, [stage.support])
    assert why(stage, found, "rule")[0] == "left out: rule 'Odd': conditions: 'some' is none of all, any, not"


def test_a_rule_asks_for_a_field_on_the_first_mail_and_when_it_is_answered_later(stage: Stage):
    org = ("--org", stage.slug)
    stage.desk("departments", "add", "Repairs", *org)
    stage.desk("fields", "add", "order", "Order number", *org, "--required", "--pattern", "[A-Z][0-9]+")
    rule = ("--all", "field:order matches A*", "--department", "Repairs", "--priority", "urgent", "--tag", "order")
    stage.desk("rules", "add", "Orders", *org, *rule, "--assignee", stage.agent)
    to = [f"support+technical@{stage.domain}"]
    first = stage.send(mail(stage, "It fell", "Order number: A4711\n\nand broke."), CAROL, to)
    moved = ("Repairs", "urgent", ["order"], stage.agent, {"order": "A4711"})
    names = ("department", "priority", "tags", "assignee", "fields")
    assert tuple(ticket(stage, first)[name] for name in names) == moved

    later = stage.send(mail(stage, "Another one", "It fell, too."), CAROL, to)
    assert tuple(ticket(stage, later)[name] for name in names) == (None, "normal", [], None, {})
    stage.letters()
    asked = stage.last("acknowledgement").message
    wrong = mail(stage, "Re: Another one", "Order number: 4711", In_Reply_To=asked["Message-ID"])
    assert ticket(stage, stage.send(wrong, CAROL, [reply_to(asked)]))["priority"] == "normal"
    right = mail(stage, "Re: Another one", "Order number: A4711", In_Reply_To=asked["Message-ID"])
    answer = stage.send(right, CAROL, [reply_to(asked)])
    assert answer["ticket"] == later["ticket"]
    assert tuple(ticket(stage, answer)[name] for name in names) == moved
    assert why(stage, answer, "rule") == ["Orders: field:order matches 'A*'"]
    assert why(stage, answer, "assignee") == ["Ann Agent: rule 'Orders' names them"]


def test_a_type_that_requires_an_event_is_told_or_asks_which_one(stage: Stage):
    org = ("--org", stage.slug)
    for name in ("Summer Fest", "Gala"):
        stage.desk("events", "add", name, *org)
    stage.desk("types", "change", "Event", *org, "--subject", "none")
    to = [f"support+event@{stage.domain}"]
    told = stage.send(mail(stage, "Tickets for the summer fest", "Two, please."), CAROL, to)
    assert ticket(stage, told)["event"] == "Summer Fest"
    assert why(stage, told, "event") == ["Summer Fest: the mail names it"]
    stage.letters()
    question = "Event (one of "
    assert question not in body(stage.last("acknowledgement").message)

    vague = stage.send(mail(stage, "Tickets", "Two, please."), CAROL, to)
    assert ticket(stage, vague)["event"] is None
    stage.letters()
    asked = stage.last("acknowledgement").message
    assert f"{question}Gala, Summer Fest):" in body(asked)
    odd = mail(stage, "Re: Tickets", "Event: Ball", In_Reply_To=asked["Message-ID"])
    assert ticket(stage, stage.send(odd, CAROL, [reply_to(asked)]))["event"] is None
    stage.letters()
    again = stage.last("fields_to_correct").message
    assert "\u201cEvent\u201d is none of the events." in body(again)
    answer = stage.send(
        mail(stage, "Re: Tickets", "Event: gala", In_Reply_To=again["Message-ID"]), CAROL, [reply_to(again)]
    )
    assert ticket(stage, answer)["event"] == "Gala"
    other = stage.send(mail(stage, "Tickets for the Gala", "Hello."), CAROL, [f"support+billing@{stage.domain}"])
    assert ticket(stage, other)["event"] is None, "its type asks for none"


def test_a_pattern_that_is_there_and_cannot_be_read_holds_up_no_mail(stage: Stage):
    furnish(
        stage,
        "SET session_replication_role = replica",
        """INSERT INTO field_definitions (org_id, key, label, type, is_required, validation_rules)
           VALUES ({org}, 'order', 'Order', 'text', true, '{"pattern": "("}')""",
        """INSERT INTO field_definitions (org_id, key, label, type, is_required, options)
           VALUES ({org}, 'odd', 'Odd', 'select', true, '[{"label": "no value"}]')""",
    )
    found = stage.send(mail(stage, "Hello", "Order: A4711"), CAROL, [f"support+billing@{stage.domain}"])
    assert ticket(stage, found)["fields"] == {"order": "A4711"}
    assert why(stage, found, "rule") == ["left out: field 'odd': its options or where it is shown cannot be read"]


def test_who_is_away_has_no_turn(stage: Stage):
    bob = f"bob@{stage.domain}"
    stage.desk("agent", "add", bob, "--org", stage.slug, "--name", "Bob")
    stage.desk("teams", "add", "Night", "--org", stage.slug)
    stage.desk("teams", "join", "Night", bob, stage.agent, "--org", stage.slug)
    stage.desk("rules", "add", "Turns", "--org", stage.slug, "--assign-by", "least_busy", "--team", "Night")
    stage.desk("agent", "away", bob, "--org", stage.slug)
    for number in range(2):
        found = stage.send(mail(stage, f"Hello {number}", "Help."), CAROL, [stage.support])
        assert ticket(stage, found)["assignee"] == stage.agent
    stage.desk("agent", "back", bob, "--org", stage.slug)
    assert ticket(stage, stage.send(mail(stage, "Hello", "Help!"), CAROL, [stage.support]))["assignee"] == bob
