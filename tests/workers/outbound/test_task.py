import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from functools import cache
from uuid import UUID

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.outgoing import Letter
from models.settings import Settings, settings
from tests.conftest import Tenant
from tests.relay import FakeRelay, running
from tests.workers.outbound.drafts import draft
from tests.workers.outbound.outbox import Desk, open_desk
from workers.app import app
from workers.outbound import task
from workers.outbound.claims import retry
from workers.outbound.courier import courier
from workers.outbound.letter import Draft, Outcome
from workers.outbound.load import Claimed
from workers.outbound.pace import Pace
from workers.outbound.post import Deliver, post
from workers.outbound.task import Work, plan, send

Rung = Callable[[], list[list[str]]]


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    return open_desk(tenant)


@pytest.fixture
def relay(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRelay]:
    """A relay that this process is configured to use."""
    with running() as listening:
        monkeypatch.setenv("POSTERN_RELAY", listening.url)
        settings.cache_clear()
        yield listening
        courier(listening.url, instance.hostname).close()
        monkeypatch.undo()
        settings.cache_clear()


@pytest.fixture
def rung(instance: Settings) -> Iterator[Rung]:
    """What the doorbell of the outbound queue said since the test began, message by message."""
    app.conf.update(broker_url=instance.broker())
    with app.connection_for_read() as connection, connection.channel() as channel:
        channel.client.delete("outbound")

        def read() -> list[list[str]]:
            waiting = reversed(channel.client.lrange("outbound", 0, -1))
            return [json.loads(b64decode(json.loads(raw)["body"]))[0][0] for raw in waiting]

        yield read
        channel.client.delete("outbound")


def ring(*letters: UUID) -> None:
    send([str(letter) for letter in letters])


def test_without_a_relay_a_letter_becomes_a_file(desk: Desk, instance: Settings) -> None:
    letter = desk.queue(context={"in_reply_to": "<a@b>", "references": ["<a@b>"]})
    ring(letter)
    row = desk.row(letter)
    assert (row["state"], row["attempts"], row["tries"]) == ("captured", 1, ["captured"])
    content = (instance.home / "capture" / f"{letter}.eml").read_bytes()
    top = message_from_bytes(content, policy=policy.default)
    assert (top["Message-ID"], top["In-Reply-To"], top["Delivered-To"]) == (
        row["message_id"],
        "<a@b>",
        row["recipient"],
    )
    assert top["From"].addresses[0].addr_spec == desk.tenant.address
    assert top["Reply-To"].startswith("support+r")
    assert top["Return-Path"].startswith("<support+b")
    body = top.get_body(("plain",))
    assert body
    assert "Please pull the plug." in body.get_content()


@pytest.mark.parametrize("letter", Letter)
def test_each_letter_goes_out_by_the_relay(desk: Desk, relay: FakeRelay, letter: Letter) -> None:
    ring(queued := desk.queue(letter))
    assert desk.states(queued) == ["sent"]
    assert desk.row(queued)["answer"] == "250 2.0.0 taken"
    assert len(relay.letters) == 1


def test_one_refused_recipient_harms_only_its_own_row(desk: Desk, relay: FakeRelay) -> None:
    relay.rcpt |= {"gone@example.org": "550 5.1.1 gone", "full@example.org": "452 4.2.2 full"}
    people = ["a@example.org", "gone@example.org", "b@example.org", "full@example.org", "c@x y"]
    letters = [desk.queue(recipient=address) for address in people]
    ring(*letters)
    assert desk.states(*letters) == ["sent", "failed", "sent", "deferred", "failed"]
    assert (len(relay.letters), relay.connections) == (2, 1)
    assert desk.row(letters[1])["answer"] == "550 5.1.1 gone"
    assert 50 < desk.row(letters[3])["pause"] < 70
    ring(*letters)
    assert len(relay.letters) == 2


def test_letters_of_several_organizations_share_the_connection(desk: Desk, neighbour: Tenant, relay: FakeRelay) -> None:
    other = open_desk(neighbour, "Words of another house.")
    letters = desk.queue(), other.queue(), desk.queue()
    ring(*letters)
    assert desk.states(letters[0], letters[2]) + other.states(letters[1]) == ["sent"] * 3
    assert relay.connections == 1
    for taken in relay.letters:
        domain = taken.rcpt and message_from_bytes(taken.content, policy=policy.default)["From"].addresses[0].domain
        assert (domain == neighbour.domain) == (b"Words of another house." in taken.content)


def test_a_relay_that_is_away_is_asked_once_and_all_wait(desk: Desk, relay: FakeRelay) -> None:
    relay.then("connect", "421 busy")
    letters = [desk.queue() for _ in range(5)]
    ring(*letters)
    assert relay.connections == 1
    rows = [desk.row(letter) for letter in letters]
    assert {row["state"] for row in rows} == {"deferred"}
    assert all("421 busy" in row["answer"] for row in rows)
    ring(*letters)
    assert relay.connections == 1


def test_a_letter_that_is_too_old_is_given_up(desk: Desk, relay: FakeRelay) -> None:
    relay.rcpt["maria@example.org"] = "450 4.2.1 later"
    letter = desk.queue()
    desk.change("UPDATE outgoing SET created_at = now() - interval '6 days' WHERE org_id = :org")
    ring(letter)
    assert desk.row(letter)["answer"] == "given up after 5 days: 450 4.2.1 later"
    assert desk.states(letter) == ["failed"]


def test_silence_after_the_dot_is_shown_and_not_sent_again(desk: Desk, relay: FakeRelay, rung: Rung) -> None:
    relay.then("dot", "drop")
    letter = desk.queue()
    ring(letter)
    ring(letter)
    assert desk.states(letter) == ["unknown"]
    assert (relay.letters, rung()) == ([], [])


def test_a_worker_that_died_after_the_dot_sends_the_very_same_letter_again(desk: Desk, relay: FakeRelay) -> None:
    letter = desk.queue()
    ring(letter)
    desk.change("DELETE FROM deliveries WHERE org_id = :org")
    desk.change("UPDATE outgoing SET state = 'sending', leased_until = now() - interval '1 s' WHERE org_id = :org")
    ring(letter)
    assert desk.states(letter) == ["sent"]
    first, second = relay.letters
    assert first == second


def test_a_crash_repeats_only_what_was_not_written_down(
    desk: Desk, relay: FakeRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task, "RECORD_LETTERS", 2)
    letters = [desk.queue() for _ in range(5)]
    seen = list[Draft]()

    def dies_at_the_fourth(made: Draft, deliver: Deliver) -> Outcome:
        seen.append(made)
        if len(seen) == 4:
            raise KeyboardInterrupt
        return post(made, deliver)

    monkeypatch.setattr(task, "post", dies_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        ring(*letters)
    assert desk.states(*letters) == ["sent", "sent", "sending", "sending", "sending"]


def test_what_cannot_be_begun_in_time_is_given_back_and_rung_for(
    desk: Desk, relay: FakeRelay, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task, "TAKE_SECONDS", -1.0)
    letters = [desk.queue() for _ in range(3)]
    ring(*letters)
    assert desk.states(*letters) == ["queued"] * 3
    assert {desk.row(letter)["attempts"] for letter in letters} == {0}
    assert rung() == [[str(letter) for letter in letters]]
    assert relay.connections == 0


def test_a_letter_that_may_have_killed_its_worker_is_tried_alone(desk: Desk, relay: FakeRelay, rung: Rung) -> None:
    suspects = [desk.queue(attempts=1) for _ in range(3)]
    fresh = desk.queue()
    ring(*suspects, fresh)
    assert desk.states(*suspects, fresh) == ["queued", "queued", "queued", "sent"]
    assert rung() == [[str(letter)] for letter in suspects]
    ring(*suspects)
    assert desk.states(*suspects) == ["sent", "queued", "queued"]
    assert len(relay.letters) == 2


def test_a_letter_that_killed_its_worker_three_times_is_shown_instead(desk: Desk, relay: FakeRelay) -> None:
    letter = desk.queue(attempts=3)
    ring(letter)
    assert desk.states(letter) == ["unknown"]
    assert "interrupted 3 times" in desk.row(letter)["answer"]
    assert relay.connections == 0
    with transaction(desk.tenant.id) as connection:
        assert retry(connection, desk.tenant.id, [letter]) == [letter]
    ring(letter)
    assert desk.states(letter) == ["sent"], "a person wants it sent after all"
    assert desk.row(letter)["tries"] == ["unknown"] * 4 + ["sent"]


def test_tries_that_were_written_down_are_no_interruptions(desk: Desk, relay: FakeRelay) -> None:
    relay.then("rcpt", *["450 later"] * 4)
    letter = desk.queue()
    for _ in range(5):
        ring(letter)
        desk.change("UPDATE outgoing SET next_try_at = now() WHERE org_id = :org")
    assert desk.row(letter)["tries"] == ["deferred"] * 4 + ["sent"]


def test_a_letter_from_a_newer_postern_fails_by_itself(desk: Desk, relay: FakeRelay) -> None:
    newer, known = desk.queue("survey"), desk.queue()  # type: ignore[arg-type]  # as another version would write it
    ring(newer, known)
    assert desk.states(newer, known) == ["failed", "sent"]
    assert len(relay.letters) == 1


def test_files_travel_with_an_answer(desk: Desk, relay: FakeRelay) -> None:
    desk.attach("manual.pdf", b"%PDF" * 100_000)
    letter = desk.queue()
    ring(letter)
    (taken,) = relay.letters
    (part,) = message_from_bytes(taken.content, policy=policy.default).iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("manual.pdf", b"%PDF" * 100_000)
    assert desk.states(letter) == ["sent"]


def test_letters_of_nobody_are_passed_over(instance: Settings) -> None:
    del instance
    ring(uuid7())
    send([])


def test_the_plan_lets_the_innocent_go_first() -> None:
    org = uuid7()
    fresh, first, second = (
        Work(org, Claimed(replace(draft(), id=uuid7()), 1, interrupted, timedelta(), ())) for interrupted in (0, 1, 2)
    )
    assert plan([first, fresh, second]) == ([fresh], [first, second])
    assert plan([first, second]) == ([first], [second])
    assert plan([]) == ([], [])


def test_a_destination_that_gets_too_much_is_left_alone_and_others_are_not(
    desk: Desk, relay: FakeRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.rcpt |= {f"{name}@busy.test": "451 4.7.28 slow down" for name in "abc"}
    letters = [desk.queue(recipient=one) for one in ("a@busy.test", "x@calm.test", "b@BUSY.test", "c@busy.test")]
    ring(*letters)
    assert desk.states(*letters) == ["deferred", "sent", "deferred", "deferred"]
    assert sum(line.startswith("RCPT") and "busy" in line.lower() for line in relay.said) == 1
    assert desk.row(letters[3])["answer"] == "busy.test gets too much: 451 4.7.28 slow down"
    monkeypatch.setattr(task, "pace", cache(lambda: Pace(settings().broker())))  # as in another process
    letters = [desk.queue(recipient=one) for one in ("d@busy.test", "y@calm.test")]
    ring(*letters)
    assert desk.states(*letters) == ["deferred", "sent"]


def test_an_agent_hears_of_an_answer_that_failed_and_of_nothing_else(desk: Desk, relay: FakeRelay, rung: Rung) -> None:
    relay.rcpt["maria@example.org"] = "550 5.1.1 gone"
    letters = desk.queue(), desk.queue(Letter.ACKNOWLEDGEMENT)
    ring(*letters)
    assert desk.states(*letters) == ["failed", "failed"]
    with transaction(desk.tenant.id) as connection:
        query = text("SELECT * FROM outgoing WHERE letter = 'letter_returned'")
        (told,) = connection.execute(query).mappings()
    assert (told["recipient"], told["ticket_id"], told["depth"]) == (desk.tenant.agent_address, desk.ticket, 1)
    assert rung() == [[str(told["id"])]]
    ring(told["id"])
    assert desk.states(told["id"]) == ["sent"]
    message = message_from_bytes(relay.letters[-1].content, policy=policy.default)
    body = message.get_body(("plain",))
    assert body
    assert "The letter to maria@example.org could not be sent: 550 5.1.1 gone." in " ".join(body.get_content().split())
