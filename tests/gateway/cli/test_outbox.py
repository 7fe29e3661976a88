"""The outbox: where each letter is, what the relay said, and sending again what a person wants sent."""

from uuid import UUID

import pytest

from gateway.cli.outbox import STATES
from models.outgoing import State
from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change, rows
from tests.workers.clock.boxes import broken
from workers.clock.task import tell

LIST = {
    "id", "org", "mailbox", "letter", "recipient", "ticket", "state", "attempts", "answer", "next_try_at", "created_at",
    "sent_at", "message_id",
}  # fmt: skip
SHOW = LIST | {"recipient_name", "sender_name", "leased_until", "comment", "tries", "file"}


@pytest.fixture
def letter(tenant: Tenant, number: str) -> UUID:
    """Carla's acknowledgement."""
    del number
    (row,) = rows(tenant, "SELECT id FROM outgoing WHERE letter = 'acknowledgement'")
    found: UUID = row.id
    return found


def test_a_listing_has_its_keys(tenant: Tenant, desk: Desk, number: str):
    found = desk.json("outbox", "list", "--org", tenant.slug)
    assert {one["letter"]: one["recipient"] for one in found} == {
        "acknowledgement": "carla@customer.test", "notification_to_agent": tenant.agent_address,
    }  # fmt: skip
    for one in found:
        assert one.keys() == LIST
        assert (one["ticket"], one["state"], one["mailbox"]) == (number, "queued", tenant.address)


def test_a_listing_is_filtered_by_state(tenant: Tenant, desk: Desk, letter: UUID):
    change(tenant, "UPDATE outgoing SET state = 'failed', answer = '550 no' WHERE id = :letter", letter=letter)
    (found,) = desk.json("outbox", "list", "--org", tenant.slug, "--state", "failed")
    assert (found["id"], found["answer"]) == (str(letter), "550 no")
    assert "is none of queued" in desk.refuses("outbox", "list", "--state", "lost", code=2)


def test_the_help_names_every_state():
    assert set(STATES.replace(" or ", ", ").split(", ")) == set(State)


def test_a_letter_has_its_keys_and_its_tries(tenant: Tenant, desk: Desk, letter: UUID):
    change(
        tenant,
        "INSERT INTO deliveries (org_id, outgoing_id, at, outcome, answer)"
        " VALUES (:org, :letter, '2026-11-21T09:30:00+00', 'deferred', '451 later')",
        org=tenant.id,
        letter=letter,
    )
    shown = desk.json("outbox", "show", letter.hex[-12:])
    assert shown.keys() == SHOW
    assert shown["tries"] == [{"at": "2026-11-21T09:30:00.000000Z", "outcome": "deferred", "answer": "451 later"}]
    assert shown["file"] is None
    assert "2026-11-21 09:30:00  deferred  451 later" in desk("outbox", "show", str(letter)).out


def test_a_captured_letter_names_its_file(instance: Settings, desk: Desk, letter: UUID):
    path = instance.home / "capture" / f"{letter}.eml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"Subject: x\r\n\r\n")
    assert desk.json("outbox", "show", str(letter))["file"] == str(path)


@pytest.mark.parametrize("state", ["failed", "deferred", "unknown", "withheld"])
def test_what_did_not_go_out_is_queued_again(tenant: Tenant, desk: Desk, letter: UUID, state: str):
    change(
        tenant,
        "UPDATE outgoing SET state = :state, next_try_at = now() + interval '1 day', leased_until = now()"
        " WHERE id = :id",
        state=state,
        id=letter,
    )
    found = desk.json("outbox", "retry", letter.hex[-12:])
    assert (found["state"], found["leased_until"]) == ("queued", None)
    (row,) = rows(tenant, "SELECT next_try_at <= now() AS due FROM outgoing WHERE id = :id", id=letter)
    assert row.due


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "delivered", "bounced", "captured"])
def test_what_went_out_is_not_sent_twice(tenant: Tenant, desk: Desk, letter: UUID, state: str):
    change(tenant, "UPDATE outgoing SET state = :state WHERE id = :id", state=state, id=letter)
    assert f"is {state}; only failed, deferred, unknown and withheld" in desk.refuses("outbox", "retry", str(letter))


def test_a_letter_about_no_ticket_is_shown_as_any(tenant: Tenant, desk: Desk):
    broken(tenant)
    tell()
    (found,) = desk.json("outbox", "list", "--org", tenant.slug)
    assert (found["letter"], found["ticket"], found["mailbox"]) == ("mailbox_broken", None, f"fetched@{tenant.domain}")
    assert desk.json("outbox", "show", found["id"])["comment"] is None
    assert "mailbox_broken" in desk("outbox", "list", "--org", tenant.slug).out
    change(tenant, "UPDATE outgoing SET state = 'failed'")
    assert desk.json("outbox", "retry", found["id"])["state"] == "queued"


def test_what_was_not_sent_is_taken_back(desk: Desk, letter: UUID):
    found = desk.json("outbox", "take-back", letter.hex[-12:])
    assert (found.keys(), found["state"]) == (SHOW, "withheld")
    assert "is withheld; only queued and deferred" in desk.refuses("outbox", "take-back", str(letter))
    assert desk.json("outbox", "retry", str(letter))["state"] == "queued"


def test_answers_wait_for_as_long_as_is_said(tenant: Tenant, desk: Desk, number: str):
    org = ("--org", tenant.slug)
    assert desk.json("outbox", "window", *org) == {"org": tenant.slug, "seconds": 0}
    assert desk.json("outbox", "window", "120", *org) == {"org": tenant.slug, "seconds": 120}
    desk("ticket", "reply", number, "--text", "Descale it.", *org)
    query = "SELECT letter, extract(epoch FROM next_try_at - created_at)::int AS wait FROM outgoing"
    waits = {row.letter: row.wait for row in rows(tenant, query)}
    assert waits == {"acknowledgement": 0, "notification_to_agent": 0, "reply_to_customer": 120}
    assert desk.json("outbox", "window", "0", *org)["seconds"] == 0
