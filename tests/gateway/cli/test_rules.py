"""Rules at the desk: written, listed, tried on a mail and rehearsed on those of the last days."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import rules
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, a_mail, change, file, rows, store

LIST = {
    "id", "org", "name", "order", "is_active", "when", "conditions", "type", "department", "priority", "tags",
    "assignee", "assign_by", "team", "problem",
}  # fmt: skip
TEST = {"mail", "mailbox", "type", "department", "priority", "tags", "assignee", "rules", "trace"}
REHEARSAL = {"rule", "org", "days", "mails", "unread", "holds", "changes", "seconds", "rate", "examples"}
FIRE = ("--all", "subject contains fire", "--priority", "urgent", "--tag", "fire")
BILL = a_mail("Bill 4711", "Please pay.")


@pytest.fixture
def furnished(tenant: Tenant) -> Tenant:
    """With a department and a team to name."""
    change(tenant, "INSERT INTO departments (org_id, name) VALUES (:org, 'Money')", org=tenant.id)
    change(tenant, "INSERT INTO teams (org_id, name) VALUES (:org, 'Night')", org=tenant.id)
    return tenant


def add(desk: Desk, tenant: Tenant, name: str, *words: str) -> Any:
    return desk.json("rules", "add", name, "--org", tenant.slug, *words)


def test_a_rule_is_written_listed_and_removed(furnished: Tenant, desk: Desk):
    made = add(
        desk, furnished, "Bills", "--all", "subject matches bill*", "--any", "domain in a.test, b.test",
        "--not", "time in sat-sun", "--type", "billing", "--department", "money", "--priority", "high",
        "--tag", "bill", "--tag", "money", "--assign-by", "least_busy", "--team", "night", "--order", "5",
    )  # fmt: skip
    assert made.keys() == LIST
    assert made["when"] == "subject matches 'bill*' and (domain in 'a.test', 'b.test') and not (time in 'sat-sun')"
    named = [
        made[name] for name in ("type", "department", "priority", "tags", "assign_by", "team", "assignee", "order")
    ]
    assert named == ["Billing", "Money", "high", ["bill", "money"], "least_busy", "Night", None, 5]
    add(desk, furnished, "First", "--assignee", furnished.agent_address.upper())
    listed = desk.json("rules", "list", "--org", furnished.slug)
    assert [(one["name"], one["assignee"]) for one in listed] == [
        ("First", furnished.agent_address),
        ("Bills", None),
    ]
    assert listed[1] == made
    assert "every mail" in desk("rules", "list", "--org", furnished.slug).out
    assert desk.json("rules", "remove", "bills", "--org", furnished.slug) == made
    assert len(desk.json("rules", "list", "--org", furnished.slug)) == 1
    assert "has no rule 'bills'" in desk.refuses("rules", "remove", "bills", "--org", furnished.slug)


def test_a_rule_of_the_same_name_is_written_anew(tenant: Tenant, desk: Desk):
    first = add(desk, tenant, "Fire", *FIRE)
    change(tenant, "UPDATE routing_rules SET is_active = false")
    again = add(desk, tenant, "FIRE", "--priority", "low")
    assert (again["id"], again["name"], again["when"], again["tags"]) == (first["id"], "FIRE", "every mail", [])
    assert again["is_active"]


@pytest.mark.parametrize(
    ("words", "why", "code"),
    [
        (("--all", "subject contains x"), "sets nothing", 1),
        (("--all", "subject", "--priority", "low"), "is no condition; write FIELD OP VALUE", 2),
        (("--all", "body contains x", "--priority", "low"), "conditions.all[0].field: 'body' is none of sender", 1),
        (("--not", "time in noon", "--priority", "low"), "'noon' is no time of the week", 1),
        (("--conditions", "{", "--priority", "low"), "is no JSON", 2),
        (("--conditions", '{"all": []}', "--priority", "low"), "conditions.all: write a list", 1),
        (("--conditions", "{}", "--all", "sender in x", "--priority", "low"), "says all of them", 2),
        (("--priority", "medium"), "is no priority; there are low, normal", 2),
        (("--assign-by", "luck"), "is no way to assign", 2),
        (("--type", "Nothing"), "has no request type 'Nothing'", 1),
        (("--assignee", "carla@customer.test"), "has no agent 'carla@customer.test'", 1),
        (("--team", "Night", "--assign-by", "least_busy"), "has no team 'Night'", 1),
    ],
)
def test_what_is_no_rule_is_refused(tenant: Tenant, desk: Desk, words: tuple[str, ...], why: str, code: int):
    assert why in " ".join(desk.refuses("rules", "add", "x", "--org", tenant.slug, *words, code=code).split())
    assert desk.json("rules", "list", "--org", tenant.slug) == []


def test_nested_conditions_are_given_as_they_are_kept(tenant: Tenant, desk: Desk):
    nested = {"any": [{"not": [{"field": "tag", "op": "equals", "value": "x"}]}]}
    assert add(desk, tenant, "Nested", "--conditions", json.dumps(nested), "--tag", "t")["conditions"] == nested


def test_conditions_that_somebody_wrote_by_hand_are_named(tenant: Tenant, desk: Desk):
    change(
        tenant, "INSERT INTO routing_rules (org_id, name, conditions) VALUES (:org, 'Odd', '{\"x\": 1}')", org=tenant.id
    )
    (found,) = desk.json("rules", "list", "--org", tenant.slug)
    assert (found["when"], found["problem"]) == (None, "conditions: 'x' is none of all, any, not")


def test_which_rules_hold_for_a_stored_mail_and_why(furnished: Tenant, desk: Desk):
    mail = file(furnished)
    add(desk, furnished, "Fire", *FIRE, "--type", "Billing", "--assign-by", "round_robin")
    add(desk, furnished, "Water", "--all", "text contains water", "--department", "Money")
    before = rows(furnished, "SELECT count(*) FROM tickets")
    found = desk.json("rules", "test", str(mail))
    assert found.keys() == TEST
    assert (found["mail"], found["mailbox"]) == (str(mail), furnished.address)
    assert [found[name] for name in rules.ROUTE] == ["Billing", None, "urgent", ["fire"], "round_robin"]
    assert found["rules"] == [
        {"rule": "Fire", "holds": True, "why": "subject contains 'fire'"},
        {"rule": "Water", "holds": False, "why": "text contains 'water' does not hold"},
    ]
    assert {"step": "type", "verdict": "Billing", "reason": "rule 'Fire' says so"} in found["trace"]
    page = desk("rules", "test", str(mail)).out
    assert "text contains 'water' does not hold" in page
    assert rows(furnished, "SELECT count(*) FROM tickets") == before


def test_which_rules_hold_for_a_file(furnished: Tenant, desk: Desk, tmp_path: Path):
    path = tmp_path / "bill.eml"
    path.write_bytes(b"From - Mon Nov 30\n" + BILL.replace(b"\r\n", b"\n"))
    add(desk, furnished, "Bills", "--all", "subject contains bill", "--tag", "bill")
    words = ("rules", "test", str(path), "--org", furnished.slug)
    assert desk.json(*words)["tags"] == ["bill"]
    found = desk.json(*words, "--to", f"support+Billing@{furnished.domain}", "--mailbox", furnished.address.upper())
    assert found["type"] == "Billing"
    assert "has no mailbox x@y.test" in desk.refuses(*words, "--mailbox", "x@y.test")


def test_a_new_rule_is_rehearsed_before_it_goes_live(furnished: Tenant, desk: Desk):
    fire, bill = file(furnished), file(furnished, BILL)
    store(furnished, a_mail("Fire that is not filed yet"))
    words = ("--org", furnished.slug, "--days", "7")
    found = desk.json("rules", "rehearse", "Fire", *words, *FIRE)
    assert found.keys() == REHEARSAL
    assert [found[name] for name in ("rule", "days", "mails", "unread", "holds", "changes")] == ["Fire", 7, 2, 0, 1, 1]
    assert found["rate"] > 0
    (example,) = found["examples"]
    assert tuple(example) == rules.EXAMPLE
    assert tuple(example["before"]) == rules.ROUTE
    assert (example["mail"], example["sender"]) == (str(fire), "carla@customer.test")
    assert [example[when]["priority"] for when in ("before", "after")] == ["normal", "urgent"]
    assert desk.json("rules", "list", "--org", furnished.slug) == []
    assert "urgent" in desk("rules", "rehearse", "Fire", *words, *FIRE).out
    assert bill


def test_a_changed_rule_is_rehearsed_against_what_there_is(furnished: Tenant, desk: Desk):
    for content in (None, BILL):
        file(furnished, content)
    add(desk, furnished, "Fire", *FIRE)
    words = ("--org", furnished.slug)
    same = desk.json("rules", "rehearse", "fire", *words, *FIRE)
    assert (same["holds"], same["changes"]) == (1, 0)
    wider = desk.json("rules", "rehearse", "Fire", *words, "--priority", "urgent", "--tag", "fire")
    assert (wider["holds"], wider["changes"]) == (2, 1)
    (example,) = wider["examples"]
    assert example["subject"] == "Bill 4711"
    absent = desk.json("rules", "rehearse", "Fire", *words)
    assert (absent["holds"], absent["changes"]) == (1, 1)
    assert [absent["examples"][0][when]["tags"] for when in ("before", "after")] == [[], ["fire"]]
    assert "has no rule 'Water' in force" in desk.refuses("rules", "rehearse", "Water", *words)


def test_replies_are_not_rehearsed_and_old_mail_is_left_out(furnished: Tenant, desk: Desk):
    file(furnished)
    change(furnished, "UPDATE raw_mail SET received_at = now() - interval '40 days'")
    assert desk.json("rules", "rehearse", "Fire", "--org", furnished.slug, *FIRE)["mails"] == 0
    first = a_mail()
    file(furnished, first)
    cited = first.partition(b"Message-ID: ")[2].partition(b"\r\n")[0]
    file(furnished, a_mail().replace(b"\r\n\r\n", b"\r\nIn-Reply-To: " + cited + b"\r\n\r\n", 1))
    assert desk.json("rules", "rehearse", "Fire", "--org", furnished.slug, *FIRE)["mails"] == 1
