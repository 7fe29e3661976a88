"""The inbound shell on the real ledger: batches, the one that fails alone, leases, repeated hints."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.raw_mail import digest
from tests.conftest import Tenant
from tests.hostile import pages
from tests.waiting import until
from workers.inbound import journey, task
from workers.inbound.filing import write
from workers.inbound.reading import Sandbox
from workers.inbound.task import receive, receive_slowly

STORE = text(
    "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol)"
    " VALUES (:id, :org, :box, :digest, :content, :size, 'x@y.test', :to, '127.0.0.1', 'h', 'esmtp')"
)


def store(tenant: Tenant, *contents: bytes) -> list[UUID]:
    """Put mails into the ledger as the door does."""
    rows: list[dict[str, Any]] = [
        {
            "id": uuid7(),
            "org": tenant.id,
            "box": tenant.mailbox,
            "digest": digest(tenant.mailbox, "", content),
            "content": content,
            "size": len(content),
            "to": [tenant.address],
        }
        for content in contents
    ]
    with transaction(login="gateway") as connection:
        connection.execute(STORE, rows)
    return [row["id"] for row in rows]


def a_mail(number: int, text: str = "hello", **headers: str) -> bytes:
    said = {"From": f"c{number}@customer.test", "Subject": f"Mail {number}", "Message-ID": f"<{number}@c.test>"}
    lines = [f"{name}: {value}" for name, value in (said | headers).items()]
    return "\r\n".join([*lines, "", text, ""]).encode()


def hint(ids: Sequence[UUID]) -> None:
    receive([str(one) for one in ids])


def hint_again(ids: Sequence[UUID]) -> None:
    """As the lane hears of what the first attempt left."""
    receive_slowly([str(one) for one in ids])


def rows(tenant: Tenant, query: str, **said: Any) -> list[Any]:
    with transaction(tenant.id) as connection:
        return list(connection.execute(text(query), said))


def stages(tenant: Tenant) -> dict[UUID, tuple[str, int]]:
    return {row.id: (row.stage, row.attempts) for row in rows(tenant, "SELECT id, stage, attempts FROM raw_mail")}


@pytest.fixture
def poison(tenant: Tenant) -> Iterator[str]:
    """Words that the database refuses to file for this organization."""
    name = f"poison_{tenant.slug}"
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.exec_driver_sql(
            f"ALTER TABLE ticket_comments ADD CONSTRAINT {name} CHECK (text <> 'poison' OR org_id <> '{tenant.id}')"
        )
    yield "poison"
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.exec_driver_sql(f"ALTER TABLE ticket_comments DROP CONSTRAINT {name}")


def test_a_batch_over_organizations_is_filed_each_in_its_own(tenant: Tenant, neighbour: Tenant):
    ids = store(tenant, *(a_mail(n) for n in range(5))) + store(neighbour, *(a_mail(n) for n in range(3)))
    hint(ids)
    assert [len(rows(one, "SELECT id FROM tickets")) for one in (tenant, neighbour)] == [5, 3]
    assert set(stages(tenant).values()) == {("filed", 1)}


def test_a_hint_repeated_files_nothing_twice(tenant: Tenant):
    ids = store(tenant, a_mail(1))
    hint(ids)
    hint(ids + ids)
    hint([uuid7()])
    assert len(rows(tenant, "SELECT id FROM tickets")) == 1
    assert stages(tenant)[ids[0]] == ("filed", 1)


def test_one_bad_mail_harms_only_itself_and_ends_in_quarantine(tenant: Tenant, poison: str):
    ids = store(tenant, *(a_mail(n, poison if n == 3 else "fine") for n in range(8)))
    bad = ids[3]
    hint(ids)
    assert {one for one, (stage, _) in stages(tenant).items() if stage == "filed"} == set(ids) - {bad}
    assert stages(tenant)[bad] == ("received", 1)
    for attempts in (2, 3):
        ripen(tenant)
        hint([bad])
        assert stages(tenant)[bad] == ("received", attempts - 1), "what was tried holds up no new mail again"
        hint_again([bad])
        assert stages(tenant)[bad] == ("received" if attempts < 3 else "quarantined", attempts)
    row = rows(tenant, "SELECT reason, content FROM raw_mail WHERE id = :id", id=bad)[0]
    assert "CheckViolation" in row.reason or "check constraint" in row.reason
    assert row.content == a_mail(3, poison)


def ripen(tenant: Tenant) -> None:
    """Let the time until the next attempt pass."""
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE raw_mail SET leased_until = now() - interval '1 second'"))


@pytest.mark.parametrize(("state", "fault"), [("53100", True), ("55P03", True), ("57014", False), ("53200", False)])
def test_a_database_that_cannot_file_now_is_no_fault_of_the_mails(tenant: Tenant, state: str, fault: bool):
    """However long its disk is full, nothing ends in quarantine for it; what may be a mail's doing is counted."""
    ids = store(tenant, *map(a_mail, range(3)))
    with unable(tenant, state):
        for _ in range(4):
            ripen(tenant)
            hint(ids)
            assert fault == (set(stages(tenant).values()) == {("received", 0)})
    ripen(tenant)
    hint(ids)
    assert fault == (set(stages(tenant).values()) == {("filed", 1)})


@contextmanager
def unable(tenant: Tenant, state: str) -> Iterator[None]:
    """The database answers every new comment of an organization with an error."""
    raises = (
        f"BEGIN IF NEW.org_id = '{tenant.id}' THEN RAISE EXCEPTION USING ERRCODE = '{state}'; END IF; RETURN NEW; END"
    )
    name = f"unable_{tenant.slug}"
    with transaction(login="admin") as connection:
        connection.execute(text(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${raises}$$"))
        connection.execute(
            text(f"CREATE TRIGGER {name} BEFORE INSERT ON ticket_comments FOR EACH ROW EXECUTE FUNCTION {name}()")
        )
    try:
        yield
    finally:
        with transaction(login="admin") as connection:
            connection.execute(text(f"DROP FUNCTION {name} CASCADE"))


def test_a_failed_mail_waits_before_it_is_tried_again(tenant: Tenant, poison: str):
    ids = store(tenant, a_mail(1, poison))
    hint(ids)
    hint(ids)
    hint_again(ids)
    assert stages(tenant)[ids[0]] == ("received", 1)


def test_a_mail_whose_workers_died_three_times_is_quarantined(tenant: Tenant):
    ids = store(tenant, a_mail(1))
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE raw_mail SET attempts = 3, leased_until = now() - interval '1 second'"))
    hint(ids)
    hint_again(ids)
    assert stages(tenant)[ids[0]] == ("quarantined", 3)
    assert "interrupted" in rows(tenant, "SELECT reason FROM raw_mail")[0].reason


def test_a_leased_mail_is_left_alone(tenant: Tenant):
    ids = store(tenant, a_mail(1))
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE raw_mail SET attempts = 1, leased_until = now() + interval '1 minute'"))
    hint(ids)
    hint_again(ids)
    assert stages(tenant)[ids[0]] == ("received", 1)


def test_a_conversation_within_one_batch_is_one_ticket(tenant: Tenant):
    first = a_mail(1, **{"Message-ID": "<one@c.test>"})
    second = a_mail(1, "more", **{"Message-ID": "<two@c.test>", "References": "<one@c.test>"})
    third = a_mail(1, "and more", **{"Message-ID": "<three@c.test>", "In-Reply-To": "<two@c.test>"})
    hint(store(tenant, first, second, third))
    assert len(rows(tenant, "SELECT id FROM tickets")) == 1
    said = [row.text for row in rows(tenant, "SELECT text FROM ticket_comments ORDER BY created_at, id")]
    assert said == ["hello", "more", "and more"]


def test_a_mail_without_a_readable_sender_is_still_a_ticket(tenant: Tenant):
    hint(store(tenant, b"Subject: who\r\n\r\nam I?\r\n", b"From: a@x.test, b@x.test\r\n\r\nboth\r\n", b"\xff\x00"))
    names = rows(tenant, "SELECT p.name FROM tickets t JOIN profiles p ON p.org_id = t.org_id AND p.id = t.created_by")
    assert [row.name for row in names] == ["Unknown sender"] * 3
    assert rows(tenant, "SELECT id FROM outgoing WHERE letter = 'acknowledgement'") == []


def test_the_trace_says_why(tenant: Tenant):
    ids = store(tenant, a_mail(1))
    hint(ids)
    trace = rows(tenant, "SELECT trace FROM raw_mail")[0].trace
    assert " ".join(one["step"] for one in trace) == "sender recognise thread type acknowledgement letter letter"
    assert all(set(step) == {"step", "verdict", "reason"} and step["reason"] for step in trace)


def test_an_agent_who_left_writes_as_a_customer(tenant: Tenant):
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE profiles SET deleted_at = now() WHERE id = :id"), {"id": tenant.agent})
    ids = store(tenant, a_mail(1), a_mail(2, From=tenant.agent_address, References="<1@c.test>"))
    hint(ids)
    assert set(stages(tenant).values()) == {("filed", 1)}
    assert len(rows(tenant, "SELECT id FROM tickets")) == 2, "an agent's words would be held on the first"
    assert {row.sender_type for row in rows(tenant, "SELECT sender_type FROM ticket_comments")} == {"customer"}


def slow(number: int) -> bytes:
    """A mail that takes some seconds to read."""
    return f"From: c{number}@slow.test\r\nSubject: Slow {number}\r\n".encode() + pages(33)


def test_a_slow_mail_is_put_aside_and_read_in_the_lane(tenant: Tenant):
    first, late, last = ids = store(tenant, a_mail(1), slow(2), a_mail(3))
    hint(ids)
    assert stages(tenant) == {first: ("filed", 1), late: ("received", 1), last: ("filed", 1)}
    hint(ids)
    assert stages(tenant)[late] == ("received", 1), "the new ones are not held up by it a second time"
    hint_again(ids)
    assert stages(tenant)[late] == ("filed", 2)
    (row,) = rows(tenant, "SELECT text FROM ticket_comments WHERE raw_mail_id = :id", id=late)
    assert row.text.startswith("x")


def test_a_large_mail_takes_the_same_way(tenant: Tenant):
    """It is read fast enough, but with its megabytes the transaction of its batch would last."""
    first, large = ids = store(tenant, a_mail(1), a_mail(2, "\r\n".join(["many words"] * 800_000)))
    hint(ids)
    assert stages(tenant) == {first: ("filed", 1), large: ("received", 1)}
    hint_again(ids)
    assert stages(tenant)[large] == ("filed", 2)


def test_many_slow_mails_do_not_keep_the_others_until_all_are_tried(tenant: Tenant):
    """What a task does not come to is given back untried, and the next hint goes on from there."""
    ids = store(tenant, *(slow(n) for n in range(4)), a_mail(4))
    hint(ids)
    tried = [one for one, (_, attempts) in stages(tenant).items() if attempts]
    assert 0 < len(tried) < 4
    assert {found for one, found in stages(tenant).items() if one not in tried} == {("received", 0)}
    assert not rows(tenant, "SELECT id FROM raw_mail WHERE leased_until IS NOT NULL")
    rounds = 1
    while stages(tenant)[ids[-1]] != ("filed", 1):
        hint(ids)
        rounds += 1
    assert 1 < rounds <= len(ids), "each call gets on by one mail at least, however busy the machine"
    assert {stages(tenant)[one] for one in ids[:4]} == {("received", 1)}


@pytest.mark.parametrize("cites", [(1,), (1, 1)], ids=["the other", "the same unknown mail"])
def test_who_files_a_mail_of_the_same_conversation_elsewhere_is_waited_for(
    tenant: Tenant, cites: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
):
    """Of two transactions neither sees the ticket of the other, so the second begins when the first has ended."""
    said = {"From": "c1@customer.test"}
    answers = [a_mail(2 + place, **said, **{"In-Reply-To": f"<{one}@c.test>"}) for place, one in enumerate(cites)]
    first, second = store(tenant, *(answers if len(cites) > 1 else [a_mail(1), *answers]))
    others: list[threading.Thread] = []
    waited: list[bool] = []

    def written(*args: Any) -> None:
        write(*args)
        if not others:  # the first has written and not committed
            others.append(threading.Thread(target=hint, args=([second],)))
            others[0].start()
            waited.append(until(waits))

    monkeypatch.setattr(task, "sandbox", Sandbox)  # each has one of its own, as processes have
    monkeypatch.setattr(journey, "write", written)
    hint([first])
    others[0].join()
    assert waited
    (ticket,) = {row.ticket_id for row in rows(tenant, "SELECT ticket_id FROM ticket_comments")}
    assert ticket


def waits() -> bool:
    """Whether somebody waits for a lock that has no table."""
    with transaction() as connection:
        found = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return bool(connection.execute(text(found)).scalar_one())
