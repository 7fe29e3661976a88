"""The demo plays the whole loop against a running system, again and again, and knows when it cannot."""

from subprocess import CompletedProcess

import pytest

from gateway.cli.demo.waiting import until
from gateway.cli.problems import Problem
from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import change, run
from tests.running import Postern, free_port

pytestmark = pytest.mark.xdist_group("system")


def test_it_plays_question_answer_and_thanks_on_one_ticket(running: Postern):
    first, second = running.desk("demo"), running.desk("demo")
    assert first["number"] != second["number"]
    assert first["subject"] != second["subject"]
    for shown in (first, second):
        assert [one["sender_type"] for one in shown["comments"]] == ["customer", "agent", "customer"]
        assert shown["comments"][1]["author"] == shown["assignee"] == "agent@demo.test"
        assert shown["requester"] == "carla@customer.test"
        assert shown["status"] == "in_progress"
    letters = [one for one in running.desk("outbox", "list") if one["ticket"] == second["number"]]
    assert sorted(one["letter"] for one in letters if one["recipient"] == "carla@customer.test") == [
        "acknowledgement", "reply_to_customer",
    ]  # fmt: skip


def test_it_tells_each_step_and_prints_the_thread(running: Postern):
    done = run("demo", data=running.data)
    assert done.returncode == 0, done.stderr
    out = done.stdout.decode()
    for said in ("is stored", "got an acknowledgement", "got a notification", "got the answer", "The thread", "tablet"):
        assert said in out


def refused(done: CompletedProcess[bytes]) -> str:
    """The sentence with which it ended."""
    said = done.stderr.decode()
    assert (done.returncode, done.stdout, said.count("\n")) == (1, b"", 1), said
    return said


def test_without_a_running_system_it_says_so(instance: Settings, tenant: Tenant):
    closed = f"127.0.0.1:{free_port()}"
    said = refused(run("demo", "--org", tenant.slug, "--smtp", closed, data=instance.home))
    assert f"nothing takes mail at {closed}" in said
    assert "start `postern up`" in said


def test_a_door_that_does_not_know_the_mailbox_is_quoted(running: Postern, instance: Settings, tenant: Tenant):
    door = f"127.0.0.1:{running.smtp}"
    said = refused(run("demo", "--org", tenant.slug, "--smtp", door, data=instance.home))
    assert f"refuses {tenant.address}: 550" in said


def test_without_the_organization_or_its_mailbox_it_says_so(instance: Settings, tenant: Tenant):
    assert "there is no organization 'nobody'" in refused(run("demo", "--org", "nobody", data=instance.home))
    change(tenant, "UPDATE mailboxes SET is_active = false")
    assert "postern mailbox add" in refused(run("demo", "--org", tenant.slug, data=instance.home))


def test_it_never_writes_to_the_world(instance: Settings):
    done = run("demo", data=instance.home, POSTERN_RELAY="smtp://127.0.0.1:1")
    assert "a relay is configured" in refused(done)


def test_a_step_that_does_not_come_about_ends_at_its_deadline():
    with pytest.raises(Problem, match="the answer did not come within 0 s"):
        until(lambda: None, "the answer", 0)
