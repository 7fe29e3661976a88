"""Hooks of stages at the desk: put, listed, taken away; what became of them, and doing again what failed."""

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change, rows
from workers.clock.hooks.task import act

KEYS = {"id", "org", "workflow", "stage", "type", "config", "position", "is_active", "created_at"}
RUN = {
    "org", "ticket", "stage", "hook", "type", "state", "attempts", "answer", "next_try_at", "created_at", "done_at",
    "call",
}  # fmt: skip


def acted(desk: Desk) -> None:
    """Hooks are carried out; what is logged of those that other tests left is no answer of the desk."""
    act()
    desk.capture.readouterr()


def added(desk: Desk, tenant: Tenant, *words: str) -> dict[str, object]:
    found = desk.json("hooks", "add", *words, "--org", tenant.slug)
    assert found.keys() == KEYS
    config: dict[str, object] = found["config"]
    return config


LAW, TEAM, MACRO, CHAT, CLOSED = "law", "team", "macro", "chat", "closed"
NAMED = {
    LAW: "SELECT id FROM departments",
    TEAM: "SELECT id FROM teams",
    MACRO: "SELECT id FROM macros WHERE title = 'It is solved'",
    CHAT: "SELECT id FROM webhooks",
    CLOSED: "SELECT id FROM workflow_stages WHERE name = 'Closed'",
    "agent": "SELECT id FROM profiles WHERE role = 'agent'",
}
SAID: dict[tuple[str, ...], dict[str, object]] = {
    ("notification", "--to", "org_admins", "--message", "m"): {"target_type": "org_admins", "message": "m"},
    ("notification", "--to", "role:agent", "--message", "m"): {
        "target_type": "role", "target_role": "agent", "message": "m",
    },
    ("notification", "--to", "agent@", "--message", "m"): {
        "target_type": "specific_user", "target_user_id": "agent", "message": "m",
    },
    ("reply", "--macro", "it is solved"): {"macro_id": MACRO},
    ("reply", "--message", "Hi", "--after", "2d"): {"message": "Hi", "after_minutes": 2880},
    ("assign", "--to", "team:support"): {"team_id": TEAM},
    ("assign", "--to", "department:law"): {"department_id": LAW},
    ("assign", "--to", "agent@"): {"profile_id": "agent"},
    ("priority", "--to", "high"): {"priority": "high"},
    ("tag", "--put", "a", "--put", "b", "--take", "c"): {"add": ["a", "b"], "remove": ["c"]},
    ("webhook", "--to", "chat"): {"webhook_id": CHAT},
    ("advance", "--to", "closed"): {"stage_id": CLOSED, "after_minutes": 0},
    ("advance", "--to", "closed", "--after", "8h", "--business-hours"): {
        "stage_id": CLOSED, "after_minutes": 480, "business_hours": True,
    },
    ("priority", "--to", "urgent", "--on", "breach"): {"priority": "urgent", "on": "sla_breach"},
}  # fmt: skip


def test_each_type_is_put_by_the_names_of_things(desk: Desk, tenant: Tenant):
    change(tenant, "INSERT INTO departments (org_id, name) VALUES (:org, 'Law')", org=tenant.id)
    change(tenant, "INSERT INTO webhooks (org_id, name, url) VALUES (:org, 'Chat', 'https://x.test')", org=tenant.id)
    ids = {name: str(rows(tenant, query)[0].id) for name, query in NAMED.items()}
    for words, config in SAID.items():
        ours = [tenant.agent_address if word == "agent@" else word for word in words]
        named = {key: ids[str(value)] if key.endswith("_id") else value for key, value in config.items()}
        assert added(desk, tenant, "resolved", *ours) == named
    listed = desk.json("hooks", "list", "--org", tenant.slug)
    assert [(one["type"], one["position"]) for one in listed] == [(one[0], n) for n, one in enumerate(SAID)]
    assert "Resolved" in desk("hooks", "list", "--org", tenant.slug).out


@pytest.mark.parametrize(
    ("words", "why", "code"),
    [
        (("nowhere", "priority", "--to", "high"), "no stage 'nowhere'", 1),
        (("new", "sing"), "is none of notification", 2),
        (("new", "priority", "--to", "medium"), "--to is one of low", 2),
        (("new", "notification", "--to", "org_admins"), "needs --message", 2),
        (("new", "notification", "--to", "role:king", "--message", "x"), "a role is", 2),
        (("new", "notification", "--to", "x@y.test", "--message", "x"), "no person 'x@y.test'", 1),
        (("new", "reply"), "needs --message or --macro", 2),
        (("new", "tag"), "needs --put or --take", 2),
        (("new", "advance", "--to", "new"), "no other stage", 1),
        (("new", "advance", "--to", "closed", "--after", "soon"), "is no time", 2),
        (("new", "advance", "--to", "closed", "--after", "9999d"), "is no time", 2),
        (("new", "priority", "--to", "low", "--business-hours"), "give both", 2),
        (("new", "priority", "--to", "low", "--on", "fire"), "warning or breach", 2),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, tenant: Tenant, words: tuple[str, ...], why: str, code: int):
    assert why in desk.refuses("hooks", "add", *words, "--org", tenant.slug, code=code)
    assert desk.json("hooks", "list", "--org", tenant.slug) == []


def test_what_became_of_them_and_again_what_failed(desk: Desk, tenant: Tenant, number: str):
    change(tenant, "INSERT INTO webhooks (org_id, name, url) VALUES (:org, 'Chat', 'https://x.test')", org=tenant.id)
    added(desk, tenant, "resolved", "webhook", "--to", "chat")
    added(desk, tenant, "resolved", "priority", "--to", "low")
    assert f"nothing failed on {number}" in desk.refuses("hooks", "retry", number, "--org", tenant.slug)
    change(tenant, "DELETE FROM webhooks")
    desk.json("ticket", "stage", number, "resolved", "--org", tenant.slug)
    acted(desk)
    done, failed = desk.json("hooks", "runs", "--ticket", number, "--org", tenant.slug)
    assert done.keys() == failed.keys() == RUN
    assert (done["type"], done["state"], done["ticket"]) == ("priority", "done", number)
    assert (failed["type"], failed["state"], failed["attempts"]) == ("webhook", "failed", 1)
    assert desk.json("hooks", "runs", "--state", "failed", "--org", tenant.slug) == [failed]
    assert "its webhook is not there" in desk("hooks", "runs", "--org", tenant.slug).out
    (again,) = desk.json("hooks", "retry", number, "--org", tenant.slug)
    assert (again["state"], again["attempts"]) == ("waiting", 0)
    acted(desk)
    (failed,) = desk.json("hooks", "runs", "--state", "failed", "--org", tenant.slug)
    assert failed["attempts"] == 1


def test_one_is_taken_away(desk: Desk, tenant: Tenant, instance: Settings):
    added(desk, tenant, "resolved", "priority", "--to", "low")
    (one,) = desk.json("hooks", "list", "--org", tenant.slug)
    assert "no hook 'abc'" in desk.refuses("hooks", "remove", "abc", "--org", tenant.slug)
    assert desk.json("hooks", "remove", one["id"][-12:], "--org", tenant.slug) == one
    assert desk.json("hooks", "list", "--org", tenant.slug) == []
