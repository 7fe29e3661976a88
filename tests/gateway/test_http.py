"""What a monitor sees."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from gateway import health
from gateway.embedded import EmbeddedPostgres
from gateway.http import Pages, Window
from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import OpenDoor, greeted, open_door
from tests.imap import Access, mailbox
from tests.running import free_port
from tests.waiting import until

WAITING = """
    SELECT (SELECT count(*) FROM outgoing WHERE state IN ('queued', 'sending', 'deferred')),
           (SELECT count(*) FROM raw_mail WHERE stage = 'quarantined')
"""


@contextmanager
def watched(settings: Settings, **changes: object) -> Iterator[OpenDoor]:
    """A door with its window."""
    with open_door(settings, http=f"127.0.0.1:{free_port()}", **changes) as door:

        async def open_window() -> Window:
            window = Window(Pages(door.settings, door.door, door.metrics))
            window.open()
            return window

        window = door.run(open_window())
        until(lambda: window._server.started)
        try:
            yield door
        finally:
            door.run(window.close())


def get(door: OpenDoor, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://{door.settings.http}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def ready(door: OpenDoor) -> tuple[int, dict[str, object]]:
    status, body = get(door, "/readyz")
    return status, json.loads(body)


def test_alive_and_ready(instance: Settings):
    with watched(instance) as door:
        assert get(door, "/healthz") == (200, '{"status":"alive"}')
        assert ready(door) == (200, {"status": "ready", "problems": {}, "degraded": {}})
        assert get(door, "/nothing")[0] == 404


def test_not_ready_at_once_when_closing(instance: Settings, tenant: Tenant):
    with watched(instance) as door, greeted(door) as busy:
        busy.envelope(tenant.address)
        busy.say("DATA")
        door.loop.call_soon_threadsafe(lambda: door.loop.create_task(door.door.close()))
        status, said = until(lambda: (found := ready(door))[0] == 503 and found)  # type: ignore[misc]  # a bool or it
        assert (status, said["problems"]) == (503, {"door": "draining"})
        assert get(door, "/healthz")[0] == 200
        busy.send(b".\r\n")
        assert busy.reply().startswith("250")


def test_without_redis_it_is_merely_slower(instance: Settings, tmp_path: Path):
    with watched(instance, redis_url=f"redis+socket://{tmp_path}/nobody.sock") as door:
        status, said = ready(door)
        assert (status, said["status"], said["problems"]) == (200, "degraded", {})
        assert said["degraded"] == {"redis": "unreachable (FileNotFoundError)"}


def test_an_old_schema_is_not_ready(instance: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "_head", lambda: "9999")
    with watched(instance) as door:
        status, said = ready(door)
        assert status == 503
        assert "postern migrate" in str(said["problems"])


def test_a_full_disk_is_not_ready(instance: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "LEAST_SHARE", 2.0)
    monkeypatch.setattr(health, "LEAST_BYTES", 1 << 60)
    with watched(instance) as door:
        assert ready(door) == (503, {"status": "not ready", "problems": {"disk": "too little space"}, "degraded": {}})


def test_a_database_that_hangs_is_not_ready(instance: Settings, monkeypatch: pytest.MonkeyPatch):
    async def hang() -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(health, "PATIENCE", 0.1)
    monkeypatch.setattr(health, "_schema", hang)
    with watched(instance) as door:
        assert ready(door)[1]["problems"] == {"database": "no answer"}


def test_metrics(instance: Settings, tenant: Tenant):
    with psycopg.connect(EmbeddedPostgres(instance.home).url("superuser")) as server:  # other tests leave theirs
        waiting, quarantined = server.execute(WAITING).fetchone() or (None, None)
    with watched(instance) as door, greeted(door) as client:
        for content in (b"one\r\n", b"two\r\n", b"one\r\n"):
            assert client.mail(content, tenant.address)[0].startswith("250")
        client.mail(b"a\nb\r\n", tenant.address)
        status, page = get(door, "/metrics")
        assert status == 200
        found = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(page)
            for sample in family.samples
        }
    expected = {
        ("postern_smtp_replies_total", "354"): 4, ("postern_smtp_replies_total", "550"): 1,
        ("postern_accepted_total",): 3, ("postern_stored_total",): 2, ("postern_repeats_total",): 1,
        ("postern_nudges_dropped_total",): 0, ("postern_connections",): 1, ("postern_accept_seconds_count",): 3,
        ("postern_accept_seconds_bucket", "+Inf"): 3, ("postern_quarantine",): quarantined,
        ("postern_outbox_depth",): waiting,
    }  # fmt: skip
    assert {name: found.get(name) for name in expected} == expected
    assert found["postern_unprocessed",] >= 2
    assert found["postern_oldest_unprocessed_seconds",] >= 0
    assert found["postern_outbox_oldest_seconds",] >= 0
    assert found["postern_webhook_calls_depth",] >= 0
    assert 0 < found["postern_accept_seconds_sum",] < 3


def test_metrics_of_a_mailbox_that_is_fetched(instance: Settings, tenant: Tenant):
    box = mailbox(tenant, Access(1, auth="xoauth2"))
    with transaction(tenant.id) as connection:
        connection.execute(
            text(
                "UPDATE mailboxes SET last_seen_at = now() - interval '1 h', failing_since = now() - interval '30 min',"
                " last_error_at = now(), lag_seconds = 2.5, gap_alarms = 4, set_aside = 5,"
                " oldest_waiting_at = now() - interval '2 h' WHERE id = :id"
            ),
            {"id": box},
        )
    with watched(instance) as door:
        page = get(door, "/metrics")[1]
    found = {
        sample.name.removeprefix("postern_mailbox_"): pytest.approx(sample.value, abs=60)
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if sample.labels == {"organization": str(tenant.id), "mailbox": str(box)}
    }
    assert found == {
        "broken": 1, "failing_seconds": 1800, "last_success_seconds": 3600, "lag_seconds": 2.5,
        "oldest_waiting_seconds": 7200, "gap_alarms": 4, "set_aside": 5, "access_token_seconds": 3600,
    }  # fmt: skip
    assert tenant.domain not in page


def test_metrics_without_a_database(instance: Settings, monkeypatch: pytest.MonkeyPatch):
    def nothing(line: str) -> object:
        raise LookupError(line)

    monkeypatch.setattr("gateway.http.door_statements", nothing)
    with watched(instance) as door:
        status, page = get(door, "/metrics")
    assert status == 200
    assert "postern_accepted_total 0.0" in page
    assert "postern_quarantine" not in page
