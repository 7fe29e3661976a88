"""Webhooks at the desk: made with a secret that is shown once, called, paused, forgotten; what became of each call."""

from pathlib import Path
from typing import Any

import pytest

from gateway.cli import find
from models import seal_keys
from models.settings import settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, rows
from tests.workers.outbound.receiver import Receiver, saying
from workers.clock.hooks.task import act

KEYS = {"id", "org", "name", "url", "events", "state", "waiting", "failed", "created_at"}
CALL = {
    "id", "org", "webhook", "event", "ticket", "state", "attempts", "answer", "next_try_at", "created_at", "sent_at",
    "tries",
}  # fmt: skip


@pytest.fixture
def receiver(instance: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """It may be reached, and its authority is trusted."""
    with Receiver(tmp_path) as listening:
        monkeypatch.setenv("POSTERN_OWN_NETWORKS", "127.0.0.1")
        monkeypatch.setenv("SSL_CERT_FILE", str(listening.authority))
        settings.cache_clear()
        yield listening
    monkeypatch.undo()
    settings.cache_clear()


def test_it_is_made_with_a_secret_and_tried_out(desk: Desk, tenant: Tenant, receiver: Receiver):
    where = ("--org", tenant.slug)
    made = desk.json("webhooks", "add", "Chat", receiver.url, "--on", "ticket.closed", *where)
    secret = made.pop("secret")
    assert made.keys() == KEYS
    assert (made["state"], made["events"], made["waiting"]) == ("is called", ["ticket.closed"], 0)
    assert desk.json("webhooks", "list", *where) == [made]
    assert secret not in desk("webhooks", "list", *where).out
    assert secret.encode() not in bytes(rows(tenant, "SELECT sealed_secret FROM webhooks")[0].sealed_secret)

    tested = desk.json("webhooks", "test", "chat", *where)
    assert tested.keys() == CALL
    assert (tested["event"], tested["state"], tested["answer"]) == ("webhook.test", "sent", "204 No Content")
    assert receiver.taken[0].is_signed_with(secret)
    assert receiver.taken[0].said["data"] == {"organization": tenant.slug}

    new = desk.json("webhooks", "rotate", "Chat", *where)["secret"]
    receiver.answers += [saying(400, b"who are you")]
    assert "Chat did not take it: 400 Bad Request: who are you" in desk("webhooks", "test", "Chat", *where).err
    assert receiver.taken[1].is_signed_with(new)


def test_what_became_of_its_calls(desk: Desk, tenant: Tenant, receiver: Receiver, number: str):
    where = ("--org", tenant.slug)
    desk.json("webhooks", "add", "Chat", receiver.url, *where)
    receiver.answers += [saying(400)]
    assert desk("webhooks", "test", "Chat", *where).code == 1
    desk.json("hooks", "add", "resolved", "webhook", "--to", "chat", *where)
    desk.json("webhooks", "pause", "Chat", *where)
    assert "is paused" in desk.refuses("webhooks", "test", "Chat", *where)
    desk.json("ticket", "stage", number, "resolved", *where)
    act()
    desk.capture.readouterr()
    (run,) = desk.json("hooks", "runs", "--ticket", number, *where)
    assert (run["state"], run["call"]) == ("done", "queued")
    assert desk.json("webhooks", "resume", "Chat", *where)["waiting"] == 2
    (call,) = desk.json("webhooks", "calls", "--ticket", number, *where)
    assert (call["event"], call["webhook"], call["tries"]) == ("ticket.stage_entered", "Chat", [])

    refused = desk.json("webhooks", "calls", "--state", "deferred", "--webhook", "chat", *where)[0]
    assert [one["outcome"] for one in refused["tries"]] == ["deferred"]
    again = desk.json("webhooks", "retry", refused["id"][:13])
    assert (again["state"], desk.json("webhooks", "show", again["id"][-12:])) == ("queued", again)
    assert "only failed" in desk.refuses("webhooks", "retry", refused["id"])
    for words in (("list",), ("calls",), ("show", again["id"])):
        assert "hat" in desk("webhooks", *words).out
    desk.json("webhooks", "remove", "Chat", *where)
    assert desk.json("webhooks", "calls", *where) == desk.json("webhooks", "list", *where) == []
    assert desk.json("hooks", "runs", "--ticket", number, *where)[0]["call"] is None


@pytest.mark.parametrize(
    ("words", "why", "code"),
    [
        (("add", "Chat", "http://x.test/"), "a webhook is called by https", 2),
        (("add", "Chat", "https://u:secret@x.test/"), "a webhook is written https://host/path", 2),
        (("add", "Chat", "https://x.test/", "--on", "ticket.burnt"), "is none of ticket.created", 2),
        (("test", "Chat"), "has no webhook 'Chat'; see `postern webhooks list`", 1),
        (("show", "123456"), "nothing there has an identifier like", 1),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, tenant: Tenant, words: tuple[str, ...], why: str, code: int):
    where = () if words[0] == "show" else ("--org", tenant.slug)
    said = desk.refuses("webhooks", *words, *where, code=code)
    assert why in " ".join(said.replace("│", "").split())
    assert "secret" not in said


def test_a_name_is_taken_once(desk: Desk, tenant: Tenant):
    desk.json("webhooks", "add", "Chat", "https://x.test/", "--org", tenant.slug)
    said = desk.refuses("webhooks", "add", "CHAT", "https://y.test/", "--org", tenant.slug)
    assert "there is a webhook 'CHAT' already" in said


def test_secrets_are_rotated_with_all_others(
    desk: Desk, tenant: Tenant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    ours = tuple(org for org in find.organizations() if org.id == tenant.id)
    monkeypatch.setattr(find, "organizations", lambda slug=None: ours)
    monkeypatch.setattr(seal_keys, "_path", lambda: tmp_path / "seal.json")
    secret = desk.json("webhooks", "add", "Chat", receiver.url)["secret"]
    assert desk.json("keys", "rotate")["sealed"] == 1
    assert desk.json("keys", "rotate")["forgotten"], "the first key is needed no more"
    desk.json("webhooks", "test", "Chat")
    assert receiver.taken[0].is_signed_with(secret)
