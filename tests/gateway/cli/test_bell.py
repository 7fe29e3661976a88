"""The doorbell rings after the commit, and its silence is no failure."""

import base64
import json
from typing import Any

from redis import Redis

from gateway.cli.checks.doorbell import url
from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, rows, run


def rung(instance: Settings, queue: str) -> list[Any]:
    """Identifiers that wait in a queue."""
    with Redis.from_url(url(instance.broker())) as client:
        waiting = [json.loads(one) for one in client.lrange(queue, 0, -1)]
    return [one for message in waiting for one in json.loads(base64.b64decode(message["body"]))[0][0]]


def test_an_answer_is_rung_for(instance: Settings, tenant: Tenant, desk: Desk, number: str):
    del desk
    done = run("ticket", "reply", number, "--org", tenant.slug, "--text", "Ring!", data=instance.home)
    assert done.returncode == 0, done.stderr
    (letter,) = rows(tenant, "SELECT id FROM outgoing WHERE letter = 'reply_to_customer'")
    assert str(letter.id) in rung(instance, "outbound")


def test_without_redis_the_answer_is_kept_and_a_word_is_said(
    instance: Settings, tenant: Tenant, desk: Desk, number: str
):
    words = ("ticket", "reply", number, "--org", tenant.slug, "--text", "Silence.", "--json")
    done = run(*words, data=instance.home, POSTERN_REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(b"postern: doorbell unreachable; it is kept")
    assert json.loads(done.stdout)["comments"][-1]["text"] == "Silence."
    assert desk.json("ticket", "show", number, "--org", tenant.slug)["status"] == "waiting_on_customer"
