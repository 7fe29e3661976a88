"""A mailbox breaks: its admins get one letter, and one when it is well again, whatever happens to who writes them."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from gateway.embedded import EmbeddedPostgres
from models import marks
from models.base import uuid7
from models.database import transaction
from models.failpoint import REACHED
from models.profile import Role
from models.raw_mail import digest
from models.settings import Settings
from models.tenancy import add_person, close_mailbox
from tests.attacks.canaries import Canaries
from tests.conftest import Tenant
from tests.gateway.imap.hostile import Hostile, Talk
from tests.imap import PASSWORD, Access, FetchingDoor, health, mail, mailbox
from tests.migrations.story import BOUNCE
from tests.running import ROOT
from tests.waiting import until
from tests.workers.clock.boxes import broken, change, letters, outbox, recover, sent, words
from tests.workers.inbound.test_task import STORE
from workers.clock.task import tell
from workers.inbound.task import receive

TELLS = "from workers.clock.task import tell; tell()"
SAID = "[AUTHENTICATIONFAILED] that is wrong"


@pytest.fixture
def server(certificate: Path) -> Iterator[Hostile]:
    with Hostile(certificate, [mail("One")]) as running:
        yield running


@pytest.fixture
def admin(tenant: Tenant) -> str:
    """The address of who manages the organization."""
    with transaction(tenant.id) as connection:
        add_person(connection, tenant.id, f"boss@{tenant.domain}", "Bea Boss", Role.ADMIN)
    return f"boss@{tenant.domain}"


def refuse(talk: Talk, tag: str, _: str) -> None:
    talk.say("+ ")
    talk.hear()
    talk.say(f"{tag} NO {SAID}")


def test_one_letter_when_it_breaks_and_one_when_it_is_well_again(
    tenant: Tenant, admin: str, server: Hostile, near: Settings
):
    server.tricks["AUTHENTICATE"] = refuse
    box = mailbox(tenant, server.access)
    with FetchingDoor(near):
        until(lambda: health(tenant, box).error_count > 1)
        for _ in range(3):
            tell()
        assert letters(tenant) == [("mailbox_broken", admin)]
        del server.tricks["AUTHENTICATE"]
        until(lambda: health(tenant, box).failing_since is None)
        tell()
        assert letters(tenant) == [("mailbox_broken", admin)], "it may fail again in a moment"
        change(tenant, "last_error_at = last_error_at - interval '11 minutes'", box)
        for _ in range(3):
            tell()
    assert letters(tenant) == [("mailbox_broken", admin), ("mailbox_well", admin)]
    bad, good = (sent(near, row) for row in outbox(tenant))
    assert (bad["Subject"], good["Subject"]) == (
        f"Mail to fetched@{tenant.domain} cannot be fetched",
        f"Mail to fetched@{tenant.domain} is fetched again",
    )
    assert f"127.0.0.1 does not let support in: {SAID}" in " ".join(words(bad, "plain").split())
    for kind in ("plain", "html"):
        assert f"postern mailbox test fetched@{tenant.domain}" in words(bad, kind)
        assert "Nothing is lost" in words(bad, kind)
        assert "(UTC)" in words(bad, kind)
        assert "there is nothing to do" in words(good, kind)


def test_it_says_that_a_program_wrote_it_and_pretends_no_ticket(tenant: Tenant, admin: str, instance: Settings):
    box = broken(tenant)
    tell()
    recover(tenant, box)
    tell()
    bad, good = (sent(instance, row) for row in outbox(tenant))
    for letter in (bad, good):
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Reply-To"] == f"fetched@{tenant.domain}"
        assert letter["Delivered-To"] == admin
        assert "[" not in letter["Subject"]
        assert marks.is_our_loop([letter["X-Postern-Loop"]], tenant.id)
        assert marks.read_tag(marks.tag_of(letter["Return-Path"].strip("<>")), tenant.id)
        assert "type your reply" not in words(letter, "plain") + words(letter, "html")
        assert words(letter, "plain").rstrip().endswith(f"\n{tenant.slug.upper()}")
    assert bad["In-Reply-To"] == good["In-Reply-To"] == f"<{box.hex}.mailbox@{tenant.domain}>"
    assert {row["ticket_id"] for row in outbox(tenant)} == {None}


def test_what_fails_on_the_way_is_told_when_it_lasts(tenant: Tenant, admin: str, server: Hostile, near: Settings):
    server.tricks["GREETING"] = lambda talk, *_: talk.say("* BYE overloaded")
    box = mailbox(tenant, server.access)
    with FetchingDoor(near):
        until(lambda: health(tenant, box).error_count > 3)
        tell()
        assert letters(tenant) == []
        change(tenant, "failing_since = failing_since - interval '10 minutes'", box)
        tell()
    assert letters(tenant) == [("mailbox_broken", admin)]


@pytest.mark.parametrize(
    ("fares", "is_news"),
    [
        ("failing_since = now() - interval '1 day', last_error_at = now() - interval '1 day'", False),
        ("failing_since = now() - interval '1 day', last_error_at = now() - interval '23 hours'", True),
        ("failing_since = now(), last_error_at = now(), error_is_permanent = true, error_count = 1", False),
        ("failing_since = now(), last_error_at = now(), error_is_permanent = true, error_count = 2", True),
        ("failing_since = now(), last_error_at = now(), error_count = 9", False),
        ("last_error_at = now() - interval '1 day'", False),
    ],
)
def test_what_is_broken(tenant: Tenant, admin: str, fares: str, is_news: bool):
    change(tenant, fares, mailbox(tenant, Access(1)))
    tell()
    assert letters(tenant) == [("mailbox_broken", admin)] * is_news


def test_the_same_task_many_times_at_once_writes_once(tenant: Tenant, admin: str):
    box, together = broken(tenant), Barrier(6)

    def told(_: int) -> None:
        together.wait()
        tell()

    for expected in (["mailbox_broken"], ["mailbox_broken", "mailbox_well"]):
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(told, range(6)))
        assert letters(tenant) == [(one, admin) for one in expected]
        recover(tenant, box)


def test_a_worker_that_is_killed_has_told_all_of_it_or_nothing(
    tenant: Tenant, admin: str, instance: Settings, tmp_path: Path
):
    box = broken(tenant)
    (tmp_path / "clock.marked").write_text("die")
    environment = instance.model_copy(update={"failpoints": tmp_path}).child_environment()
    killed = subprocess.run([sys.executable, "-c", TELLS], cwd=ROOT, env=environment, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / f"clock.marked{REACHED}").exists()
    assert letters(tenant) == []
    assert health(tenant, box).trouble_told_at is None
    tell()
    assert letters(tenant) == [("mailbox_broken", admin)]


def forget_changes(instance: Settings, tenant: Tenant) -> None:
    """As if a while had passed since anything was written into the organization's mailboxes."""
    with psycopg.connect(EmbeddedPostgres(instance.home).url("superuser")) as connection:
        connection.execute("SET session_replication_role = replica")  # else `touch` would say that it was now
        connection.execute(
            "UPDATE mailboxes SET updated_at = now() - interval '1 minute' WHERE org_id = %s", [tenant.id]
        )


def test_one_that_no_process_looks_after_is_told_of_as_well(tenant: Tenant, admin: str, instance: Settings):
    box = mailbox(tenant, Access(1))
    tell()
    assert health(tenant, box).failing_since is None, "it was just made"
    forget_changes(instance, tenant)
    tell()
    found = health(tenant, box)
    assert (found.error_count, letters(tenant)) == (1, [])
    assert "no process of ours fetches from it" in found.last_error
    change(tenant, "failing_since = failing_since - interval '10 minutes'", box)
    forget_changes(instance, tenant)
    tell()
    assert letters(tenant) == [("mailbox_broken", admin)]


def test_one_that_is_leased_is_looked_after(tenant: Tenant, admin: str, server: Hostile, near: Settings):
    del admin
    box = mailbox(tenant, server.access)
    with FetchingDoor(near):
        until(lambda: health(tenant, box).last_seen_at)
        forget_changes(near, tenant)
        tell()
    assert health(tenant, box).last_error is None


def test_where_nobody_is_an_admin_agents_are_told_and_where_nobody_is_it_waits(tenant: Tenant, neighbour: Tenant):
    with transaction(neighbour.id) as connection:
        connection.execute(text("UPDATE profiles SET deleted_at = now() WHERE role = 'agent'"))
    for one in (tenant, neighbour):
        broken(one)
    tell()
    assert letters(tenant) == [("mailbox_broken", tenant.agent_address)]
    assert letters(neighbour) == []
    with transaction(neighbour.id) as connection:
        add_person(connection, neighbour.id, f"boss@{neighbour.domain}", "Bo", Role.ADMIN)
        add_person(connection, neighbour.id, f"chief@{neighbour.domain}", "Chi", Role.ADMIN)
    tell()
    told = [("mailbox_broken", f"{name}@{neighbour.domain}") for name in ("boss", "chief")]
    assert letters(neighbour) == told
    assert len(letters(tenant)) == 1


def test_each_mailbox_is_a_trouble_of_its_own(tenant: Tenant, admin: str):
    broken(tenant, "one")
    tell()
    broken(tenant, "two")
    tell()
    assert letters(tenant) == [("mailbox_broken", admin)] * 2
    assert len({row["mailbox_id"] for row in outbox(tenant)}) == 2


def test_of_one_that_is_paused_or_removed_nothing_is_told(tenant: Tenant, admin: str):
    paused, removed = broken(tenant, "one"), broken(tenant, "two")
    change(tenant, "is_active = false", paused)
    tell()
    assert letters(tenant) == [("mailbox_broken", admin)]
    with transaction(tenant.id) as connection:
        close_mailbox(connection, removed)
    assert health(tenant, removed).trouble_told_at is None
    tell()
    assert len(letters(tenant)) == 1


def test_a_password_that_a_server_repeats_is_in_no_letter(
    tenant: Tenant, admin: str, server: Hostile, near: Settings, capsys: pytest.CaptureFixture[str]
):
    def repeat(talk: Talk, tag: str, _: str) -> None:
        talk.say("+ ")
        line = talk.hear()
        talk.say(f"{tag} NO no {PASSWORD.upper()}, and no {line}, i.e. {PASSWORD.encode().hex()}, today")

    server.tricks["AUTHENTICATE"] = repeat
    box = mailbox(tenant, server.access)
    with FetchingDoor(near):
        until(lambda: health(tenant, box).error_count > 1)
    tell()
    ((_, to),) = letters(tenant)
    letter = sent(near, outbox(tenant)[0])
    assert to == admin
    said = f"{health(tenant, box)} {outbox(tenant)} {letter} {words(letter, 'plain')} {words(letter, 'html')}"
    assert "no (hidden) and no (hidden) i.e. (hidden) today" in " ".join(words(letter, "plain").split())
    logged = capsys.readouterr()
    assert "mailbox fails" in logged.out
    assert Canaries(password=PASSWORD).heard_in(said + logged.out + logged.err) == []
    assert PASSWORD not in (said + logged.out + logged.err).lower()


def arrive(tenant: Tenant, box: UUID, to: str, content: bytes) -> None:
    """A mail comes in and is filed."""
    said = {"org": tenant.id, "box": box, "digest": digest(box, "", content), "content": content, "size": len(content)}
    made = uuid7()
    with transaction(login="gateway") as connection:
        connection.execute(STORE, {**said, "id": made, "to": [to]})
    receive([str(made)])


def test_an_answer_and_a_bounce_are_mails_like_any(tenant: Tenant, admin: str, instance: Settings):
    box = broken(tenant)
    tell()
    (row,) = outbox(tenant)
    letter = sent(instance, row)
    reply = (
        f"From: {admin}\r\nSubject: Re: {letter['Subject']}\r\nIn-Reply-To: {letter['Message-ID']}\r\n\r\nI look.\r\n"
    )
    arrive(tenant, box, letter["Reply-To"], reply.encode())
    arrive(tenant, box, letter["Return-Path"].strip("<>"), BOUNCE)
    with transaction(tenant.id) as connection:
        titles = set(connection.scalars(text("SELECT title FROM tickets")))
        stages = set(connection.scalars(text("SELECT stage::text FROM raw_mail")))
    assert titles == {f"Re: {letter['Subject']}"}
    assert stages == {"filed", "quarantined"}
    assert {one["id"]: one["state"] for one in outbox(tenant)}[row["id"]] == "bounced"
