"""Calls from the outbox to a receiver: signed, repeated under one identifier, put off, given back, bounded."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.models.doors import rows
from tests.workers.clock.stages import hook, move, opened, runs
from tests.workers.outbound.receiver import Receiver, dripping, saying, silent
from tests.workers.outbound.webhooks.conftest import Hooked, ring
from workers.app import CALLS, app
from workers.clock.hooks.task import act
from workers.clock.task import sweep
from workers.outbound.webhooks import task, wire
from workers.outbound.webhooks.claims import resume, retry

ROOT = Path(__file__).parents[4]


@pytest.fixture
def rung(instance: Settings) -> Iterator[Callable[[], list[list[str]]]]:
    """What the doorbell of calls said since the test began."""
    app.conf.update(broker_url=instance.broker())
    with app.connection_for_read() as connection, connection.channel() as channel:
        channel.client.delete(CALLS)

        def read() -> list[list[str]]:
            waiting = reversed(channel.client.lrange(CALLS, 0, -1))
            return [json.loads(b64decode(json.loads(raw)["body"]))[0][0] for raw in waiting]

        yield read
        channel.client.delete(CALLS)


def test_a_stage_is_entered_and_the_receiver_hears_of_it_once(
    tenant: Tenant, receiver: Receiver, hooked: Hooked, rung: Callable[[], list[list[str]]]
):
    ticket = opened(tenant, tenant.agent)
    hook(tenant, "Resolved", "webhook", webhook_id=hooked.id)
    hook(tenant, "Resolved", "priority", priority="low")
    move(tenant, ticket, "Resolved")
    act()
    assert [state for state, _ in runs(tenant)] == ["done"] * 2, "it holds nothing up"
    assert [str(hooked.id)] in rung()
    ring(hooked)
    ring(hooked)
    (taken,) = receiver.taken
    assert taken.is_signed_with(hooked.secret)
    assert (taken.path, taken.headers["Webhook-Id"]) == ("/told?a=b", str(hooked.calls[0].id))
    assert abs(int(taken.headers["Webhook-Timestamp"]) - time.time()) < 60
    assert taken.headers["Host"] == f"127.0.0.1:{receiver.port}"
    (number,) = rows(tenant, "SELECT number FROM tickets")[0]
    assert taken.said["type"] == "ticket.stage_entered"
    assert taken.said["data"] == {
        "organization": tenant.slug,
        "ticket": {
            "number": number, "subject": "Printer", "status": "resolved", "priority": "normal", "stage": "Resolved",
        },
    }  # fmt: skip
    assert [(one.state, one.tries, one.answer) for one in hooked.calls] == [("sent", ["sent"], "204 No Content")]


def test_what_is_refused_is_said_again_in_the_same_words(receiver: Receiver, hooked: Hooked):
    hooked.queue()
    receiver.answers += [saying(500, b"not\r\nnow"), saying(404)]
    for _ in range(3):
        ring(hooked)
        hooked.due()
    (row,) = hooked.calls
    assert (row.state, row.attempts, row.tries) == ("sent", 3, ["deferred", "deferred", "sent"])
    assert len({taken.content for taken in receiver.taken}) == 1
    assert {taken.headers["Webhook-Id"] for taken in receiver.taken} == {str(row.id)}
    assert all(taken.is_signed_with(hooked.secret) for taken in receiver.taken)


@pytest.mark.parametrize(
    ("answer", "state", "tried", "said"),
    [
        (saying(302, Location="http://127.0.0.1:1/x"), "deferred", "deferred", "302 Found: it leads elsewhere, and no"),
        (saying(500, b"a \x1b[31mred\nword"), "deferred", "deferred", "500 Internal Server Error: a  [31mred word"),
        (saying(410), "failed", "failed", "410 Gone"),
        (silent, "deferred", "unknown", "no answer to what was said: 127.0.0.1: Remote end closed"),
        (saying(200, b"x" * 100_000), "sent", "sent", "200 OK: xxxx"),
    ],
)
def test_what_an_answer_means(
    receiver: Receiver, hooked: Hooked, answer: Any, state: str, tried: str, said: str
):  # fmt: skip
    hooked.queue()
    receiver.answers.append(answer)
    ring(hooked)
    (row,) = hooked.calls
    assert (row.state, row.tries, row.answer[: len(said)]) == (state, [tried], said)
    assert len(row.answer) < 600
    assert len(receiver.taken) == 1, "nothing is followed"
    if state == "deferred":
        assert 50 < row.pause < 70


def test_calls_share_a_connection_and_keep_their_order(receiver: Receiver, hooked: Hooked):
    calls = hooked.queue(5)
    receiver.answers += [saying(200, b"yes"), saying(500, b"no")]
    ring(hooked)
    assert [UUID(taken.headers["Webhook-Id"]) for taken in receiver.taken] == calls
    assert receiver.connections == 1
    assert hooked.states == ["sent", "deferred", "sent", "sent", "sent"]


def test_a_kept_connection_that_ended_costs_no_try(receiver: Receiver, hooked: Hooked):
    hooked.queue(2)

    def says_and_goes(handler: Any) -> None:
        saying(200)(handler)
        handler.close_connection = True

    receiver.answers.append(says_and_goes)
    ring(hooked)
    assert [(one.state, one.tries) for one in hooked.calls] == [("sent", ["sent"])] * 2
    assert receiver.connections == 2


def test_who_does_not_answer_is_asked_once_and_its_other_calls_wait(
    receiver: Receiver, hooked: Hooked, tenant: Tenant, rung: Callable[[], list[list[str]]]
):
    other = Hooked(tenant, receiver.url)
    hooked.queue(30)
    ours, theirs = hooked.calls[0].id, other.queue()[0]
    receiver.answers += [saying(503), saying(503)]
    ring(hooked, other)
    assert {UUID(taken.headers["Webhook-Id"]) for taken in receiver.taken} == {ours, theirs}
    assert hooked.states == ["deferred", *["queued"] * 29]
    assert [one.attempts for one in hooked.calls] == [1, *[0] * 29]
    assert all(50 < one.pause < 70 for one in hooked.calls)
    assert rung() == []


def test_a_slow_receiver_is_cut_off(
    receiver: Receiver, hooked: Hooked, monkeypatch: pytest.MonkeyPatch, rung: Callable[[], list[list[str]]]
):
    gone = threading.Event()
    monkeypatch.setattr(wire.Line.post, "__defaults__", (0.3,))
    receiver.answers.append(dripping(gone))
    hooked.queue(2)
    ring(hooked)
    assert gone.wait(10), "it would drip for ever"
    first, second = hooked.calls
    assert (first.state, first.tries, second.state) == ("deferred", ["unknown"], "queued")
    assert "took longer than 0.3 s" in first.answer
    assert rung() == []


def test_what_there_is_no_time_for_is_given_back_uncounted(
    receiver: Receiver, hooked: Hooked, monkeypatch: pytest.MonkeyPatch, rung: Callable[[], list[list[str]]]
):
    monkeypatch.setattr(task, "TAKE_SECONDS", 0.0)
    hooked.queue(3)
    ring(hooked)
    assert (hooked.states, [one.attempts for one in hooked.calls]) == (["queued"] * 3, [0] * 3)
    assert rung() == [[str(hooked.id)]]
    monkeypatch.undo()


def test_a_webhook_with_much_to_say_is_rung_for_again(
    receiver: Receiver, hooked: Hooked, monkeypatch: pytest.MonkeyPatch, rung: Callable[[], list[list[str]]]
):
    monkeypatch.setattr(task, "MOST", 2)
    hooked.queue(3)
    ring(hooked)
    assert (hooked.states, rung()) == (["sent", "sent", "queued"], [[str(hooked.id)]])


def test_one_worker_talks_with_a_webhook_at_a_time(receiver: Receiver, hooked: Hooked):
    first, second = hooked.queue(2)
    claimed = "UPDATE webhook_calls SET state = 'sending', leased_until = now() + interval '1 minute' WHERE id = :id"
    hooked.change(claimed, id=first)
    ring(hooked)
    assert (hooked.states, receiver.taken) == (["sending", "queued"], [])
    over = "UPDATE webhook_calls SET leased_until = now(), next_try_at = now(), attempts = 1 WHERE id = :id"
    hooked.change(over, id=first)
    ring(hooked)
    assert [UUID(taken.headers["Webhook-Id"]) for taken in receiver.taken] == [first, second]
    assert [one.attempts for one in hooked.calls] == [2, 1]


@pytest.mark.parametrize(
    ("place", "state", "said"),
    [("claimed", "sending", (0, 1)), ("answered", "sending", (1, 2)), ("recorded", "sent", (1, 1))],
)
def test_wherever_a_worker_is_killed_it_is_said_and_only_under_one_identifier(
    receiver: Receiver,
    hooked: Hooked,
    instance: Settings,
    tmp_path: Path,
    place: str,
    state: str,
    said: tuple[int, int],
):
    first, in_all = said
    (tmp_path / f"webhooks.{place}").write_text("die")
    settings = {"POSTERN_DATA": str(instance.data), "POSTERN_FAILPOINTS": str(tmp_path)}
    (one,) = hooked.queue()
    program = f"from workers.outbound.webhooks.task import call; call(['{hooked.id}'])"
    died = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **settings}, check=False)
    assert died.returncode == -signal.SIGKILL
    assert (hooked.states, len(receiver.taken)) == ([state], first)
    ring(hooked)
    assert len(receiver.taken) == first, "nobody else takes it while the lease lasts"
    hooked.change("UPDATE webhook_calls SET leased_until = now(), next_try_at = now()")
    ring(hooked)
    assert [taken.headers["Webhook-Id"] for taken in receiver.taken] == [str(one)] * in_all
    assert [(row.state, row.tries) for row in hooked.calls] == [("sent", ["sent"])]


def test_a_paused_webhook_is_not_called_until_it_goes_on(receiver: Receiver, hooked: Hooked, tenant: Tenant):
    hooked.queue(2)
    hooked.change("UPDATE webhooks SET is_active = false")
    ring(hooked)
    assert [(one.state, one.tries, one.answer) for one in hooked.calls] == [
        ("withheld", [], "the webhook is paused")
    ] * 2
    hooked.change("UPDATE webhooks SET is_active = true")
    with transaction(tenant.id, role="admin") as connection:
        resume(connection, tenant.id, hooked.id)
    ring(hooked)
    assert (hooked.states, len(receiver.taken)) == (["sent"] * 2, 2)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ("UPDATE webhooks SET sealed_secret = NULL, key_id = NULL", "it has no secret yet"),
        (
            "UPDATE webhooks SET sealed_secret = sealed_secret || 'x'",
            "its secret cannot be opened: the seal of webhooks:",
        ),
        ("UPDATE webhooks SET url = 'http://receiver.test/'", "a webhook is called by https"),
    ],
)
def test_nothing_is_said_unsigned_or_where_no_webhook_may_be(
    receiver: Receiver, hooked: Hooked, spoil: str, why: str
):  # fmt: skip
    hooked.queue()
    hooked.change(spoil)
    ring(hooked)
    (row,) = hooked.calls
    assert (row.state, row.answer[: len(why)], receiver.taken) == ("deferred", why, [])


def test_it_is_given_up_after_five_days_and_a_person_may_try_again(receiver: Receiver, hooked: Hooked, tenant: Tenant):
    (one,) = hooked.queue()
    hooked.change("UPDATE webhook_calls SET created_at = now() - interval '5 days 1 hour'")
    receiver.answers.append(saying(500))
    ring(hooked)
    assert (hooked.states, hooked.calls[0].answer[:24]) == (["failed"], "given up after 5 days: 5")
    with transaction(tenant.id, role="admin") as connection:
        assert retry(connection, tenant.id, [one]) == [hooked.id]
    ring(hooked)
    assert hooked.states == ["sent"]


def test_the_sweep_rings_for_what_is_due(hooked: Hooked, rung: Callable[[], list[list[str]]]):
    hooked.queue(3)
    sweep()
    assert [one for hint in rung() for one in hint].count(str(hooked.id)) == 1
    before = len(rung())
    sweep()
    assert len(rung()) == before, "no hints pile up behind those that nobody took yet"
