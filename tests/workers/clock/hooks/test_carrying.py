"""What each type of hook does when a ticket enters its stage, and what its run says about it."""

from uuid import UUID

import pytest

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.settings import Settings
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.doors import rows, update
from tests.workers.clock.boxes import letters, outbox, sent, words
from tests.workers.clock.stages import change, hook, move, notices, opened, runs, shown, stage
from workers.clock.hooks.task import act


def person(tenant: Tenant, name: str, role: Role) -> UUID:
    with transaction(tenant.id) as connection:
        return add_person(connection, tenant.id, f"{name}@{tenant.domain}", name.title(), role)


def test_a_notification_goes_to_whom_s0_says(tenant: Tenant, ticket: UUID, customer: UUID, admin: UUID):
    bob = person(tenant, "bob", Role.AGENT)
    hook(tenant, "Resolved", "notification", target_type="specific_user", target_user_id=bob, message="one")
    hook(tenant, "Resolved", "notification", target_type="role", target_role="agent", message="two")
    hook(tenant, "Resolved", "notification", target_type="ticket_creator", message="three")
    hook(tenant, "Resolved", "notification", target_type="org_admins", message="four")
    move(tenant, ticket, "Resolved")  # by the tenant's agent
    act()
    told = {who: [one["message"] for one in notices(tenant, who, "stage_hook")] for who in (bob, customer, admin)}
    assert told == {bob: ["one", "two"], customer: ["three"], admin: ["four"]}
    assert notices(tenant, tenant.agent, "stage_hook") == [], "who moved it knows"
    assert runs(tenant) == [("done", "1 told")] * 4


def test_a_customer_hears_of_their_own_tickets_only(tenant: Tenant, ticket: UUID, customer: UUID):
    other = person(tenant, "other", Role.CUSTOMER)
    hook(tenant, "Resolved", "notification", target_type="role", target_role="customer", message="done")
    hook(tenant, "Resolved", "notification", target_type="specific_user", target_user_id=other, message="done")
    move(tenant, ticket, "Resolved")
    act()
    assert len(notices(tenant, customer, "stage_hook")) == 1
    assert notices(tenant, other, "stage_hook") == []
    assert runs(tenant)[1] == ("skipped", "nobody is there to be told but who moved the ticket")


def test_departments_that_are_apart_hear_nothing_of_each_other(tenant: Tenant, ticket: UUID):
    bob = person(tenant, "bob", Role.AGENT)
    hook(tenant, "Resolved", "notification", target_type="specific_user", target_user_id=bob, message="look")
    change(tenant, "UPDATE organization_settings SET department_isolation = true")
    queue = "INSERT INTO departments (org_id, name) VALUES (:org, 'Law') RETURNING id"
    change(tenant, f"WITH d AS ({queue}) UPDATE profiles SET department_id = d.id FROM d WHERE profiles.id = :bob",
           org=tenant.id, bob=bob)  # fmt: skip
    with transaction(tenant.id, role="admin") as connection:
        update(connection, ticket, stage_id=stage(tenant, "Resolved"))
    act()
    assert notices(tenant, bob, "stage_hook") == []


def test_a_reply_is_a_public_comment_and_a_letter(tenant: Tenant, ticket: UUID, instance: Settings):
    hook(tenant, "Resolved", "reply", message="Hello {{ recipient_name }}, {{ number }} is solved. {{ author_name }}")
    move(tenant, ticket, "Resolved")
    act()
    number = shown(tenant, ticket).number
    (comment,) = rows(tenant, "SELECT text, sender_type, is_internal FROM ticket_comments")
    assert comment == (f"Hello Carl, {number} is solved. {tenant.slug.upper()}", "system", False)
    assert letters(tenant) == [("letter_of_stage", "carl@customer.test")]
    letter = sent(instance, outbox(tenant)[0])
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Subject"] == f"Re: Printer [{number}]"
    for kind in ("plain", "html"):
        assert f"{number} is solved." in words(letter, kind)
    assert runs(tenant) == [("done", "a letter to carl@customer.test")]
    (known,) = rows(tenant, "SELECT ticket_id FROM message_ids WHERE direction = 'out'")
    assert known.ticket_id == ticket, "an answer to it finds its ticket"


def test_a_reply_may_be_a_macro(tenant: Tenant, ticket: UUID):
    (macro,) = rows(tenant, "SELECT id FROM macros WHERE title = 'It is solved'")
    hook(tenant, "Resolved", "reply", macro_id=macro.id)
    move(tenant, ticket, "Resolved")
    act()
    (comment,) = rows(tenant, "SELECT text FROM ticket_comments")
    assert comment.text.startswith('Hello Carl,\n\ngood news: "Printer" is solved.')


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ("UPDATE profiles SET email = NULL WHERE role = 'customer'", "nobody knows where the requester reads letters"),
        (
            (
                "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text, metadata)"
                " SELECT org_id, id, created_by, 'customer', 'I am away', '{\"silent\": \"it is automatic\"}'"
                " FROM tickets"
            ),
            "no program answers their last mail: it is automatic",
        ),
    ],
)
def test_a_reply_is_not_written_to_nobody_or_a_program(tenant: Tenant, ticket: UUID, statement: str, answer: str):
    hook(tenant, "Resolved", "reply", message="Done.")
    change(tenant, statement)
    move(tenant, ticket, "Resolved")
    act()
    assert (runs(tenant), letters(tenant)) == ([("skipped", answer)], [])


def test_the_fourth_letter_within_the_hour_is_withheld(tenant: Tenant, ticket: UUID):
    hook(tenant, "Resolved", "reply", message="Done.")
    for _ in range(4):
        move(tenant, ticket, "Resolved")
        act()
        move(tenant, ticket, "In progress")
    states = [row["state"] for row in outbox(tenant)]
    assert states == ["queued", "queued", "queued", "withheld"]
    why = "stages have written more than 3 within the hour to carl@customer.test"
    assert runs(tenant)[-1] == ("done", f"a letter to carl@customer.test is withheld: {why}")


def test_a_ticket_is_given_to_an_agent_a_queue_or_the_least_busy_of_a_team(tenant: Tenant, customer: UUID):
    bob, cleo = person(tenant, "bob", Role.AGENT), person(tenant, "cleo", Role.AGENT)
    change(tenant, "INSERT INTO departments (org_id, name) VALUES (:org, 'Law')", org=tenant.id)
    (law,) = rows(tenant, "SELECT id FROM departments")
    change(
        tenant,
        "INSERT INTO team_members (org_id, team_id, profile_id) SELECT t.org_id, t.id, p.id FROM teams t, profiles p"
        " WHERE p.id IN (:bob, :cleo) AND NOT EXISTS (SELECT FROM team_members m WHERE m.profile_id = p.id"
        " AND m.team_id = t.id)",
        bob=bob,
        cleo=cleo,
    )
    (team,) = rows(tenant, "SELECT id FROM teams")
    hook(tenant, "New", "assign", team_id=team.id)
    hook(tenant, "Resolved", "assign", profile_id=tenant.agent)
    hook(tenant, "Closed", "assign", department_id=law.id)
    opened(tenant, customer, assigned_to=bob, stage_id=stage(tenant, "In progress"))
    act()
    both = [opened(tenant, customer) for _ in range(2)]
    act()
    assert sorted(str(shown(tenant, one).assigned_to) for one in both) == sorted([str(bob), str(cleo)])
    move(tenant, both[0], "Resolved")
    act()
    assert shown(tenant, both[0]).assigned_to == tenant.agent
    move(tenant, both[0], "Closed")
    act()
    assert shown(tenant, both[0]).department_id == law.id
    assert runs(tenant)[-1] == ("done", "Law")


def test_priority_and_tags(tenant: Tenant, ticket: UUID):
    hook(tenant, "Resolved", "priority", priority="low")
    hook(tenant, "Resolved", "tag", add=["Done", "done", "Happy"], remove=["open"])
    hook(tenant, "In progress", "tag", add=["Open"])
    move(tenant, ticket, "In progress")
    act()
    move(tenant, ticket, "Resolved")
    act()
    assert shown(tenant, ticket).priority == "low"
    query = "SELECT lower(g.name) AS name FROM ticket_tags t JOIN tags g ON g.id = t.tag_id ORDER BY 1"
    assert [row.name for row in rows(tenant, query)] == ["done", "happy"]
    assert runs(tenant)[1:] == [("done", "priority low"), ("done", "+Done, +done, +Happy, -open")]


def test_a_webhook_that_is_gone_holds_nothing_up(tenant: Tenant, ticket: UUID):
    hook(tenant, "Resolved", "webhook", webhook_id=uuid7())
    hook(tenant, "Resolved", "priority", priority="low")
    move(tenant, ticket, "Resolved")
    act()
    assert [state for state, _ in runs(tenant)] == ["failed", "done"], "it holds nothing up"
    assert runs(tenant)[0][1] == "its webhook is not there any more"


@pytest.mark.parametrize(
    ("kind", "config", "answer"),
    [
        ("notification", {"target_type": "specific_user", "target_user_id": "x", "message": "m"}, "no identifier"),
        ("reply", {"message": "{{ password }}"}, "its text names 'password'"),
        ("reply", {"message": "{% for x in y %}"}, "braces that mean nothing"),
        ("reply", {"macro_id": str(uuid7())}, "its macro is not there any more"),
        ("assign", {"profile_id": str(uuid7())}, "answers for nobody here any more"),
        ("tag", {"add": [1]}, "no list of words"),
        ("priority", {"priority": "low", "after_minutes": "soon"}, "no number of minutes"),
    ],
)
def test_what_can_never_be_done_has_failed_at_once_and_holds_nothing_up(
    tenant: Tenant, ticket: UUID, kind: str, config: dict[str, object], answer: str
):
    hook(tenant, "Resolved", kind, **config)
    hook(tenant, "Resolved", "priority", priority="urgent")
    move(tenant, ticket, "Resolved")
    act()
    (failed, said), done = runs(tenant)
    assert (failed, answer in said) == ("failed", True), said
    assert done == ("done", "priority urgent")
