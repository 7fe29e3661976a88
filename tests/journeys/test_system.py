"""The running system as a whole: several tenants at one door, repeats, a relay that refuses, processes that die."""

import os
import signal
import smtplib
from pathlib import Path

import psycopg
import pytest

from tests import relay
from tests.journeys.stage import Stage
from tests.running import Postern
from tests.waiting import until

pytestmark = pytest.mark.xdist_group("system")
NEW_ADDRESS_SECONDS = 2.0


def a_mail(number: int, subject: str = "Hello") -> bytes:
    lines = [f"From: c{number}@customer.test", f"Subject: {subject}", f"Message-ID: <{number}@c.test>", "", "Hi.", ""]
    return "\r\n".join(lines).encode()


def send(system: Postern, to: list[str], content: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", system.smtp, timeout=30) as client:
        client.sendmail("c@customer.test", to, content)


def test_one_mail_to_two_organizations_is_two_independent_tickets(system: Postern, stage: Stage):
    other = Stage(system, f"{stage.slug}x")
    send(system, [stage.support, other.support], a_mail(1))
    for one in (stage, other):
        until(lambda one=one: one.rest()[:2] == (1, 0))  # type: ignore[misc]  # mypy cannot infer a default of a lambda
        (mail,) = one.mails()
        assert mail["recipients"] == [one.support], "who else got it is nobody's business"
        shown = one.desk("ticket", "show", mail["ticket"], "--org", one.slug)
        assert (shown["requester"], len(shown["comments"])) == ("c1@customer.test", 1)


def test_a_repeat_is_counted_and_makes_no_second_ticket(system: Postern, stage: Stage):
    mail = stage.send(a_mail(1), "c@customer.test", [stage.support])
    send(system, [stage.support], b"Received: from elsewhere by mx; today\r\n" + a_mail(1))
    until(lambda: stage.desk("mail", "show", mail["id"])["repeats"] == 1)
    assert len(stage.mails()) == 1
    assert len(stage.desk("ticket", "list", "--org", stage.slug)) == 1


def test_the_stored_bytes_come_back_exactly(system: Postern, stage: Stage):
    content = a_mail(1) + bytes(range(128, 256)) + b"\x00\r\n..\r\n.\r\n tail\r\n"
    mail = stage.send(content, "c@customer.test", [stage.support])
    assert system.output("mail", "show", mail["id"], "--raw") == content


def test_a_new_address_receives_without_a_restart(system: Postern, stage: Stage):
    address = f"sales@{stage.domain}"
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="550"):
        send(system, [address], a_mail(1))
    stage.desk("mailbox", "add", address, "--org", stage.slug)

    def taken() -> bool:
        with smtplib.SMTP("127.0.0.1", system.smtp, timeout=30) as client:
            client.ehlo()
            client.mail("c@customer.test")
            return client.rcpt(address)[0] == 250

    until(taken, NEW_ADDRESS_SECONDS)


def test_a_released_mail_is_read_again(system: Postern, stage: Stage):
    own = a_mail(1).replace(b"c1@customer.test", stage.support.encode())
    mail = stage.send(own, "c@customer.test", [stage.support])
    assert mail["stage"] == "quarantined"
    (listed,) = stage.desk("quarantine", "list", "--org", stage.slug)
    assert "our own letter came back" in listed["reason"]
    before = stage.desk("mail", "show", mail["id"])["processed_at"]
    stage.desk("quarantine", "release", mail["id"])
    until(lambda: stage.rest()[1] == 0)
    again = stage.desk("mail", "show", mail["id"])
    assert (again["stage"], again["processed_at"] > before) == ("quarantined", True)
    stage.desk("quarantine", "drop", mail["id"], "--reason", "it is ours")
    assert stage.desk("mail", "show", mail["id"])["stage"] == "dropped"


def named(system: Postern, name: str) -> int:
    """The process of the table that runs under a name now."""
    folder, found = Path("/proc"), []
    for path in folder.glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().decode().split("\0")
            parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if name in words and system.process and parent == system.process.pid:
            found.append(int(path.parent.name))
    return found[0] if found else 0


@pytest.mark.parametrize("name", ["gateway", "inbound", "outbound", "clock"])
def test_a_process_that_is_killed_comes_back_and_nothing_is_lost(system: Postern, stage: Stage, name: str):
    flag = name if name == "gateway" else f"{name}@%h"
    killed = until(lambda: named(system, flag))
    os.kill(killed, signal.SIGKILL)
    until(lambda: named(system, flag) not in {0, killed})

    def accepted() -> bool:
        try:
            send(system, [stage.support], a_mail(1))
        except OSError:
            return False
        return True

    until(accepted)
    until(lambda: [one["state"] for one in stage.outbox()] == ["captured", "captured"])
    assert len(stage.desk("ticket", "list", "--org", stage.slug)) == 1


def test_a_mail_whose_hint_was_lost_is_filed_all_the_same(system: Postern, stage: Stage):
    """Whatever Redis forgets, the sweep rings again from PostgreSQL."""
    url = system.desk("db", "url", "--role", "owner")["url"]
    with psycopg.connect(url, autocommit=True) as connection:
        org = connection.execute("SELECT id FROM organizations WHERE slug = %s", (stage.slug,)).fetchone()
        assert org
        box = connection.execute("SELECT id FROM mailboxes WHERE org_id = %s", org).fetchone()
        assert box
        connection.execute(
            "INSERT INTO raw_mail (org_id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
            " VALUES (%s, %s, 'x', %b, 1, 'c@customer.test', %s, 'esmtp')",
            (*org, *box, a_mail(1), [stage.support]),
        )
    until(lambda: [one["stage"] for one in stage.mails()] == ["filed"], 60)
    until(lambda: [one["state"] for one in stage.outbox()] == ["captured", "captured"], 60)


def test_a_relay_takes_letters_and_its_refusals_are_shown(tmp_path: Path):
    refusal = {"agent@refused.test": "550 5.7.1 not from you"}
    with relay.running(rcpt=refusal) as sink:
        with Postern(tmp_path / "data", settings={"relay": sink.url}) as system:
            system.desk("org", "add", "Refused", "--slug", "refused", "--prefix", "REF")
            system.desk("mailbox", "add", "support@refused.test", "--org", "refused")
            system.desk("agent", "add", "agent@refused.test", "--org", "refused")
            send(system, ["support@refused.test"], a_mail(1))
            until(lambda: {"sent", "failed"} == {one["state"] for one in system.desk("outbox", "list")})
            failed = next(one for one in system.desk("outbox", "list") if one["state"] == "failed")
            assert "not from you" in failed["answer"]
            sink.rcpt.clear()
            system.desk("outbox", "retry", failed["id"])
            until(lambda: {"sent"} == {one["state"] for one in system.desk("outbox", "list")})
        assert [one.mail[:7] for one in sink.letters].count("FROM:<>") == 1, "an acknowledgement must not bounce"
        ids = [one.content.partition(b"Message-ID: ")[2].partition(b"\r")[0] for one in sink.letters]
        assert len(set(ids)) == 2
        assert not list((tmp_path / "data").glob("capture/*"))
