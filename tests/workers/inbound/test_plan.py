"""What a decision does to its ticket: who is assigned, where it moves, what is remembered for the mails after it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models.base import uuid7
from models.outgoing import Letter
from models.profile import Role
from models.settings import Settings
from models.workflow import Status
from workers.inbound.decide import Act, Decision, Reason
from workers.inbound.facts import Box, Facts, Known, Person, Received
from workers.inbound.mail import Address, Mail
from workers.inbound.plan import Plan, add
from workers.inbound.recognise import Kind

BOX = Box(uuid7(), "support@demo.test", "Support", uuid7(), None, "high")
ANN = Person(uuid7(), "Ann", "ann@demo.test", Role.AGENT)
CAROL = Person(uuid7(), "Carol", "carol@customer.test", Role.CUSTOMER)
STAGES: dict[tuple[UUID | None, str], UUID] = {(None, status): uuid7() for status in Status}
TRACE = (Reason("sender", "x", "y"), Reason("recognise", "x", "y"))


def ticket(**changed: Any) -> Known:
    return replace(Known(uuid7(), "T", Status.OPEN, CAROL), **changed)


def carried_out(
    act: Act, author: Person | None, known: Known | None, kind: Kind = Kind.PERSONAL, **received_as: Any
) -> tuple[Plan, Facts]:
    facts = Facts(uuid7(), ANN, {BOX.id: BOX}, (ANN,), {}, frozenset(), STAGES)
    sender = Address(author.name, author.address) if author else None
    date = received_as.pop("date", None)
    mail = Mail(subject="Hi", sender=sender, text="words", reply="words", message_id="<m@x>", date=date)
    received = Received(uuid7(), BOX.id, "a@b.test", (BOX.address,), datetime.now(UTC), 1, mail, b"raw", **received_as)
    plan = Plan()
    add(plan, received, author, Decision(act, kind, TRACE, known), facts)
    return plan, facts


def patch(plan: Plan) -> dict[str, str]:
    (row,) = plan.updates.values()
    found: dict[str, str] = row["patch"]
    return found


def test_the_first_to_answer_is_assigned_and_the_customer_is_waited_for(instance: Settings):
    plan, _ = carried_out(Act.ANSWER, ANN, ticket())
    assert patch(plan) == {"assigned_to": str(ANN.id), "stage_id": str(STAGES[None, Status.WAITING])}
    assert [row["letter"] for row in plan.outgoing] == [Letter.REPLY]


def test_who_answers_later_leaves_the_assignee(instance: Settings):
    plan, _ = carried_out(Act.ANSWER, ANN, ticket(assigned_to=uuid7()))
    assert "assigned_to" not in patch(plan)


@pytest.mark.parametrize(
    ("status", "assigned", "kind", "becomes"),
    [
        (Status.WAITING, True, Kind.PERSONAL, Status.IN_PROGRESS),
        (Status.RESOLVED, True, Kind.PERSONAL, Status.IN_PROGRESS),
        (Status.CLOSED, False, Kind.PERSONAL, Status.OPEN),
        (Status.OPEN, False, Kind.PERSONAL, None),
        (Status.IN_PROGRESS, True, Kind.PERSONAL, None),
        (Status.RESOLVED, True, Kind.AUTOMATIC, None),
    ],
)
def test_a_customers_words_reopen_but_a_program_does_not(instance: Settings, status, assigned, kind, becomes):
    known = ticket(status=status, assigned_to=ANN.id if assigned else None)
    plan, _ = carried_out(Act.COMMENT, CAROL, known, kind)
    if becomes is None:
        assert not plan.updates
    else:
        assert patch(plan) == {"stage_id": str(STAGES[None, becomes])}


def test_a_new_ticket_starts_as_its_mailbox_says(instance: Settings):
    plan, facts = carried_out(Act.OPEN, CAROL, None)
    (row,) = plan.tickets
    assert BOX.department_id
    assert (row["priority"], row["department_id"], row["title"]) == ("high", BOX.department_id.hex, "Hi")
    assert facts.threads["<m@x>"] == [facts.tickets[next(iter(facts.tickets))].id]


@pytest.mark.parametrize(
    ("protocol", "days", "acknowledged"),
    [("imaps", 4, True), ("imaps", 6, False), ("pop3s", 6, False), ("esmtp", 600, True)],
)
def test_nobody_waits_for_an_acknowledgement_of_what_lay_at_the_provider(
    instance: Settings, protocol: str, days: int, acknowledged: bool
):
    written = datetime.now(UTC) - timedelta(days=days)
    plan, _ = carried_out(Act.OPEN, CAROL, None, date=written, protocol=protocol)
    letters = [Letter.ACKNOWLEDGEMENT, Letter.NOTIFICATION] if acknowledged else [Letter.NOTIFICATION]
    assert [row["letter"] for row in plan.outgoing] == letters


def test_a_stranger_becomes_one_person_however_often_they_write(instance: Settings):
    plan, facts = carried_out(Act.OPEN, None, None)
    assert [(one["address"], one["username"]) for one in plan.people] == [(None, "unknown-sender")]
    assert facts.people[""].address == ""
    assert [row["letter"] for row in plan.outgoing] == [Letter.NOTIFICATION], "nobody to acknowledge to"


def test_what_could_not_be_read_goes_with_the_ticket(instance: Settings):
    facts = Facts(uuid7(), ANN, {BOX.id: BOX}, (ANN,), {}, frozenset(), STAGES)
    mail = Mail(unreadable="It was nested too deeply.")
    received = Received(uuid7(), BOX.id, "a@b.test", (BOX.address,), datetime.now(UTC), 1, mail, b"raw bytes")
    plan = Plan()
    add(plan, received, None, Decision(Act.OPEN, Kind.PERSONAL, TRACE), facts)
    (file,) = plan.attachments
    assert (file["name"], file["content_type"], file["size"]) == ("message.eml", "message/rfc822", 9)
    assert list(plan.blobs.values()) == [b"raw bytes"]
    assert plan.comments[0]["text"] == "It was nested too deeply."
