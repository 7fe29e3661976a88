"""Tickets at the desk: read with stable keys, written through the doors in an agent's name."""

import io
import sys

import pytest

from gateway.cli.ticket import STATUSES
from models.settings import Settings
from models.workflow import Status
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, a_mail, change, file, rows, run
from workers.clock.task import index

LIST = {
    "number", "org", "subject", "status", "stage", "priority", "requester", "assignee", "department", "created_at",
    "last_activity_at",
}  # fmt: skip
LETTER = {"id", "letter", "recipient", "state", "answer", "created_at", "sent_at", "comment"}
SHOW = (LIST - {"comments"}) | {
    "id", "requester_name", "assignee_name", "participants", "watchers", "type", "event", "tags", "fields", "mailbox",
    "first_response_at", "resolved_at", "closed_at",
    "goes_on_in", "joined", "linked", "withheld", "letters", "comments",
}  # fmt: skip
COMMENT = {
    "id", "author", "author_name", "sender_type", "type", "is_internal", "text", "full_text", "html", "attachments",
    "message_id", "mail", "created_at",
}  # fmt: skip
WITH_FILE = b"""\
From: carla@customer.test
Subject: Bill
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See the file.
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename="bill.pdf"

PDF!
--b--
""".replace(b"\n", b"\r\n")


def test_a_listing_has_its_keys(tenant: Tenant, desk: Desk, number: str):
    (found,) = desk.json("ticket", "list", "--org", tenant.slug)
    assert found.keys() == LIST
    assert (found["number"], found["subject"], found["status"], found["stage"], found["priority"]) == (
        number, "The printer is on fire", "open", "New", "normal",
    )  # fmt: skip
    assert (found["requester"], found["assignee"]) == ("carla@customer.test", None)


def test_a_listing_is_filtered(tenant: Tenant, desk: Desk, number: str):
    file(tenant, a_mail("Another"))
    desk.json("ticket", "assign", number, tenant.agent_address.upper(), "--org", tenant.slug)
    desk.json("ticket", "stage", number, "resolved", "--org", tenant.slug)

    def listed(*words: str) -> list[str]:
        return [one["subject"] for one in desk.json("ticket", "list", "--org", tenant.slug, *words)]

    assert listed() == ["The printer is on fire", "Another"]
    assert listed("--status", "resolved") == ["The printer is on fire"]
    assert listed("--status", "resolved", "--status", "open") == ["The printer is on fire", "Another"]
    assert listed("--assignee", tenant.agent_address.upper()) == ["The printer is on fire"]
    assert listed("--assignee", "none") == ["Another"]
    assert listed("--limit", "1") == ["The printer is on fire"]
    index()
    assert listed("--text", "printers -fire") == []
    assert listed("--text", "printers fire") == ["The printer is on fire"]
    assert "'new' is none of open," in desk.refuses("ticket", "list", "--status", "new", code=2)


def test_a_search_shows_the_best_first_and_where_it_stands(tenant: Tenant, desk: Desk, number: str):
    file(tenant, a_mail("Another"))
    for other in desk.json("ticket", "list", "--org", tenant.slug):
        desk.json("ticket", "note", other["number"], "--text", "The alarm is loud here", "--org", tenant.slug)
    assert "nothing found" in desk("ticket", "search", "alarms", "--org", tenant.slug).out, "it waits for the clock"
    index()
    found = desk.json("ticket", "search", "alarms", "loud", "--org", tenant.slug)
    assert {one["subject"] for one in found} == {"Another", "The printer is on fire"}
    best = desk.json("ticket", "search", "alarm another", "--limit", "1", "--org", tenant.slug)[0]
    assert best.keys() == {
        "number", "org", "subject", "status", "requester", "last_activity_at", "rank", "excerpt",
    }  # fmt: skip
    assert (best["subject"], best["excerpt"]) == ("Another", "The «alarm» is loud here")
    assert [one["number"] for one in desk.json("ticket", "search", number, "--org", tenant.slug)] == [number]
    assert number in desk("ticket", "search", "prin*", "--org", tenant.slug).out


def test_the_help_names_every_status():
    assert set(STATUSES.replace(" or ", ", ").split(", ")) == set(Status)


def test_a_ticket_has_its_keys(tenant: Tenant, desk: Desk):
    file(tenant, WITH_FILE)
    (listed,) = desk.json("ticket", "list", "--org", tenant.slug)
    shown = desk.json("ticket", "show", listed["number"], "--org", tenant.slug)
    assert shown.keys() == SHOW
    assert (shown["mailbox"], shown["participants"], shown["withheld"]) == (tenant.address, [], [])
    assert {one["recipient"] for one in shown["letters"]} == {"carla@customer.test", tenant.agent_address}
    assert all(one.keys() == LETTER and one["state"] == "queued" for one in shown["letters"])
    (comment,) = shown["comments"]
    assert comment.keys() == COMMENT
    assert (comment["author"], comment["sender_type"], comment["type"], comment["is_internal"]) == (
        "carla@customer.test", "customer", "reply", False,
    )  # fmt: skip
    assert comment["text"] == "See the file."
    (attached,) = comment["attachments"]
    assert attached.keys() == {"name", "type", "size", "sha256", "is_inline"}
    assert (attached["name"], attached["type"], attached["size"]) == ("bill.pdf", "application/pdf", 4)


def test_tickets_that_became_one_name_each_other(tenant: Tenant, desk: Desk):
    for number, cited in ((3, "<2@c.test>"), (1, ""), (2, "<1@c.test>")):
        head = f"From: carla@customer.test\r\nMessage-ID: <{number}@c.test>\r\nReferences: {cited}\r\n"
        file(tenant, f"{head}Subject: The kettle\r\n\r\nMail {number}\r\n".encode())
    gone, stays = desk.json("ticket", "list", "--org", tenant.slug)
    if gone["status"] != "closed":
        gone, stays = stays, gone
    shown = [desk.json("ticket", "show", one["number"], "--org", tenant.slug) for one in (gone, stays)]
    assert [one["goes_on_in"] for one in shown] == [stays["number"], None]
    assert [one["joined"] for one in shown] == [[], [gone["number"]]]
    said = desk("ticket", "show", gone["number"], "--org", tenant.slug).out.split()
    assert said[said.index("goes") : said.index("goes") + 4] == ["goes", "on", "in", stays["number"]]


def test_a_page_tells_where_each_letter_is(tenant: Tenant, desk: Desk, number: str):
    change(
        tenant, "UPDATE outgoing SET state = 'unknown', answer = 'no \x1b[1m answer' WHERE letter = 'acknowledgement'"
    )
    shown = desk("ticket", "show", number, "--org", tenant.slug).out
    assert "-> acknowledgement to carla@customer.test, unknown: no" in shown
    assert "\x1b" not in shown
    assert f"-> notification_to_agent to {tenant.agent_address}, queued\n" in shown
    (found,) = rows(tenant, "SELECT id FROM outgoing WHERE letter = 'acknowledgement'")
    assert f"`postern outbox retry {found.id.hex[-12:]}` sends it again" in shown


@pytest.mark.parametrize(
    ("why", "first"), [("the address is suppressed: manual", True), ("it goes round", False), (None, False)]
)
def test_a_page_says_what_lets_a_withheld_letter_go(
    tenant: Tenant, desk: Desk, number: str, why: str | None, first: bool
):
    change(tenant, "UPDATE outgoing SET state = 'withheld', answer = :why WHERE letter = 'acknowledgement'", why=why)
    shown = desk("ticket", "show", number, "--org", tenant.slug).out
    assert "` lets it go" in shown
    assert ("after `postern suppress remove`" in shown) == first


def test_a_page_shows_the_thread_without_what_was_smuggled(tenant: Tenant, desk: Desk, number: str):
    change(tenant, "UPDATE ticket_comments SET text = :words", words="bold \x1b[1m and [red]markup[/red]")
    shown = desk("ticket", "show", number, "--org", tenant.slug).out
    assert "carla@customer.test (customer, reply)" in shown
    assert "bold \ufffd[1m and [red]markup[/red]" in shown


def test_a_reply_becomes_a_letter_and_the_ticket_waits(tenant: Tenant, desk: Desk, number: str):
    shown = desk.json("ticket", "reply", number, "--text", "Use water.", "--org", tenant.slug)
    assert (shown["status"], shown["assignee"]) == ("waiting_on_customer", tenant.agent_address)
    assert shown["first_response_at"]
    said = shown["comments"][-1]
    assert (said["text"], said["author"], said["sender_type"], said["is_internal"]) == (
        "Use water.", tenant.agent_address, "agent", False,
    )  # fmt: skip
    (letter,) = rows(tenant, "SELECT * FROM outgoing WHERE letter = 'reply_to_customer'")
    assert (letter.recipient, letter.state, str(letter.comment_id)) == ("carla@customer.test", "queued", said["id"])
    (mail,) = rows(tenant, "SELECT message_id FROM message_ids WHERE direction = 'in'")
    assert letter.context["in_reply_to"] == mail.message_id
    out = rows(tenant, "SELECT 1 FROM message_ids WHERE direction = 'out' AND message_id = :id", id=letter.message_id)
    assert len(out) == 1
    (change_of,) = rows(tenant, "SELECT changed_by, changes FROM ticket_history WHERE previous_history_id IS NOT NULL")
    assert change_of.changed_by == tenant.agent
    assert change_of.changes.keys() == {"assigned_to", "stage_id"}


def test_everybody_who_takes_part_gets_the_reply(tenant: Tenant, desk: Desk, number: str):
    file(tenant, a_mail("Other").replace(b"carla@", b"dora@").replace(b"Carla", b"Dora"))
    change(
        tenant,
        "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind)"
        " SELECT t.org_id, t.id, p.id, 'cc' FROM tickets t, profiles p"
        " WHERE t.number = :number AND p.email = 'dora@customer.test'",
        number=number,
    )
    shown = desk.json("ticket", "reply", number, "--text", "To both.", "--org", tenant.slug)
    assert shown["participants"] == ["dora@customer.test"]
    letters = rows(tenant, "SELECT recipient FROM outgoing WHERE letter = 'reply_to_customer'")
    assert {letter.recipient for letter in letters} == {"carla@customer.test", "dora@customer.test"}


def test_a_second_agent_answers_and_the_first_stays_assigned(tenant: Tenant, desk: Desk, number: str):
    other = f"bob@{tenant.domain}"
    desk.json("agent", "add", other, "--org", tenant.slug)
    desk.json("ticket", "reply", number, "--text", "One.", "--org", tenant.slug, "--as", tenant.agent_address)
    shown = desk.json("ticket", "reply", number, "--text", "Two.", "--org", tenant.slug, "--as", other.upper())
    assert shown["assignee"] == tenant.agent_address
    assert shown["comments"][-1]["author"] == other


def test_the_first_admin_acts_unless_somebody_is_named(tenant: Tenant, desk: Desk, number: str):
    desk.json("agent", "add", f"boss@{tenant.domain}", "--org", tenant.slug, "--admin")
    shown = desk.json("ticket", "note", number, "--text", "Who am I?", "--org", tenant.slug)
    assert shown["comments"][-1]["author"] == f"boss@{tenant.domain}"


def test_a_note_stays_inside(tenant: Tenant, desk: Desk, number: str):
    before = len(rows(tenant, "SELECT 1 FROM outgoing"))
    shown = desk.json("ticket", "note", number, "--text", "They call often.", "--org", tenant.slug)
    note = shown["comments"][-1]
    assert (note["is_internal"], note["type"], note["sender_type"]) == (True, "note", "agent")
    assert (shown["status"], shown["assignee"], shown["first_response_at"]) == ("open", None, None)
    assert len(rows(tenant, "SELECT 1 FROM outgoing")) == before


def test_a_ticket_is_assigned_and_taken_back(tenant: Tenant, desk: Desk, number: str):
    assert (
        desk.json("ticket", "assign", number, tenant.agent_address, "--org", tenant.slug)["assignee_name"]
        == "Ann Agent"
    )
    assert desk.json("ticket", "assign", number, "none", "--org", tenant.slug)["assignee"] is None
    history = rows(tenant, "SELECT changes FROM ticket_history ORDER BY changed_at, id")
    assert [list(one.changes) for one in history[1:]] == [["assigned_to"], ["assigned_to"]]


@pytest.mark.parametrize("name", ["Waiting for customer", "waiting-FOR_customer", "waiting_on_customer"])
def test_a_stage_goes_by_name_or_status(tenant: Tenant, desk: Desk, number: str, name: str):
    shown = desk.json("ticket", "stage", number, name, "--org", tenant.slug)
    assert (shown["stage"], shown["status"]) == ("Waiting for customer", "waiting_on_customer")


def test_an_unknown_stage_names_those_there_are(tenant: Tenant, desk: Desk, number: str):
    said = desk.refuses("ticket", "stage", number, "limbo", "--org", tenant.slug)
    assert "'In progress' (in_progress)" in said


def test_nobody_from_elsewhere_touches_a_ticket(tenant: Tenant, neighbour: Tenant, desk: Desk, number: str):
    """Another organization's number, and another organization's agent."""
    ours, theirs = ("--org", tenant.slug), ("--org", neighbour.slug)
    for words in (
        ["show", number],
        ["note", number, "--text", "x"],
        ["assign", number, "none"],
        ["stage", number, "closed"],
    ):
        assert f"no ticket '{number}'" in desk.refuses("ticket", *words, *theirs)
    stranger = neighbour.agent_address
    assert "is no agent of" in desk.refuses("ticket", "assign", number, stranger, *ours)
    assert "is no agent of" in desk.refuses("ticket", "reply", number, "--text", "x", "--as", stranger, *ours)
    assert "is no agent of" in desk.refuses("ticket", "assign", number, "carla@customer.test", *ours)
    shown = desk.json("ticket", "show", number, *ours)
    assert (len(shown["comments"]), shown["assignee"]) == (1, None)


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_nothing_said_is_refused(tenant: Tenant, desk: Desk, number: str, text: str):
    assert "nothing to say" in desk.refuses("ticket", "reply", number, "--text", text, "--org", tenant.slug)


def test_words_come_from_stdin_and_controls_do_not_survive(
    tenant: Tenant, desk: Desk, number: str, monkeypatch: pytest.MonkeyPatch
):
    typed = io.TextIOWrapper(io.BytesIO("Grüezi\r\n\x1b[31mred\x00 \xff\n".encode("latin-1")))
    monkeypatch.setattr(sys, "stdin", typed)
    shown = desk.json("ticket", "note", number, "--text", "-", "--org", tenant.slug)
    assert shown["comments"][-1]["text"] == "Gr\ufffdezi\n\ufffd[31mred\ufffd \ufffd"


def test_nobody_to_write_to_is_said(tenant: Tenant, desk: Desk):
    file(tenant, b"Subject: No sender\r\n\r\nHello\r\n")
    (ticket,) = desk.json("ticket", "list", "--org", tenant.slug)
    said = desk("ticket", "reply", ticket["number"], "--text", "Who are you?", "--org", tenant.slug)
    assert said.code == 0
    assert "no letter goes out" in said.err


def test_an_organization_without_agents_cannot_answer(tenant: Tenant, desk: Desk, number: str):
    change(tenant, "UPDATE profiles SET deleted_at = now() WHERE role = 'agent'")
    said = desk.refuses("ticket", "reply", number, "--text", "x", "--org", tenant.slug)
    assert "postern agent add" in said


def test_the_console_does_the_same(instance: Settings, tenant: Tenant, desk: Desk, number: str):
    done = run("ticket", "reply", number, "--org", tenant.slug, "--text", "-", data=instance.home, stdin="Ça va")
    assert done.returncode == 0, done.stderr
    assert desk.json("ticket", "show", number, "--org", tenant.slug)["comments"][-1]["text"] == "Ça va"


def test_an_agent_watches_until_they_do_not(tenant: Tenant, desk: Desk, number: str):
    of = (number, tenant.agent_address, "--org", tenant.slug)
    shown = [desk.json("ticket", verb, *of) for verb in ("watch", "watch", "unwatch")]
    assert [one["watchers"] for one in shown] == [[tenant.agent_address], [tenant.agent_address], []]
    assert [one["participants"] for one in shown] == [[], [], []]
    assert "does not watch" in desk.refuses("ticket", "unwatch", *of)
    assert "is no agent" in desk.refuses("ticket", "watch", number, "carla@customer.test", "--org", tenant.slug)
