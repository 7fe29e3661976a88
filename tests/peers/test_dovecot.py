"""The IMAP door and Dovecot: each message exactly once, whatever dies, is renumbered, moved or expunged meanwhile."""

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.failpoint import REACHED
from models.settings import Settings
from tests import imap
from tests.conftest import Tenant
from tests.door import stored
from tests.imap import FetchingDoor, cursor, health, logged_in, mail, mailbox, process, subjects
from tests.peers.dovecot import Dovecot
from tests.waiting import until

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]
BACKLOG = int(os.environ.get("POSTERN_BACKLOG", "2000"))
PLACES = ("imap.fetched", "accept.commit", "accept.committed", "imap.committed", "imap.flagged")


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """One for each test."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("dovecot is not installed")
        pytest.skip("dovecot is not installed (Debian has it; see .ci/peers)")
    with Dovecot(program) as running:
        yield running


@pytest.fixture
def near(instance: Settings, dovecot: Dovecot) -> Iterator[Settings]:
    """Settings with which it is reached and trusted."""
    del instance
    with imap.hurried(dovecot.folder) as settings:
        yield settings


def mails(count: int, name: str = "Mail") -> list[bytes]:
    return [mail(f"{name} {number}", body=f"{number} " * 200) for number in range(count)]


def is_whole(tenant: Tenant, count: int, name: str = "Mail") -> None:
    """Each message is there, and there once."""
    found = [one for one in subjects(stored(tenant)) if one.startswith(f"{name} ")]
    assert sorted(found) == sorted(f"{name} {number}" for number in range(count))


def test_a_backlog_comes_in_whole_and_nothing_is_marked(tenant: Tenant, near: Settings, dovecot: Dovecot) -> None:
    dovecot.put(mails(BACKLOG))
    box = mailbox(tenant, dovecot.access)
    with FetchingDoor(near):
        until(lambda: health(tenant, box).last_seen_at, 200)
        is_whole(tenant, BACKLOG)
    with logged_in(dovecot.access) as other:
        other.select_folder("INBOX", readonly=True)
        assert len(other.search(["UNSEEN"])) == BACKLOG
    assert [(one.lower, one.upper) for one in cursor(tenant, box).ledger] == [(1, BACKLOG + 1)]


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_any_place_each_message_is_there_exactly_once(
    tenant: Tenant, near: Settings, dovecot: Dovecot, tmp_path: Path, place: str
) -> None:
    with logged_in(dovecot.access) as other:
        other.create_folder("Taken")
    dovecot.put(mails(300))
    box = mailbox(tenant, dovecot.access, after="move", folder="Taken")
    (tmp_path / place).write_text("die")
    with process(near, dovecot.folder / "ca.pem", failpoints=tmp_path) as door:
        assert door.wait(60) == -signal.SIGKILL
    assert (tmp_path / f"{place}{REACHED}").exists()
    imap.let_lease_run_out(tenant)
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == 300, 60)
        until(lambda: in_folder(dovecot, "INBOX") == 0, 60)
    is_whole(tenant, 300)
    assert in_folder(dovecot, "Taken") == 300
    assert {one["repeats"] for one in stored(tenant)} == {0}
    assert [(one.lower, one.upper) for one in cursor(tenant, box).ledger] == [(1, 301)]


def in_folder(dovecot: Dovecot, folder: str) -> int:
    with logged_in(dovecot.access) as other:
        other.select_folder(folder, readonly=True)
        return len(other.search(["ALL"]))


def test_a_folder_that_is_numbered_anew_is_gone_through(tenant: Tenant, near: Settings, dovecot: Dovecot) -> None:
    dovecot.put(mails(50))
    box = mailbox(tenant, dovecot.access)
    with FetchingDoor(near):
        until(lambda: health(tenant, box).last_seen_at)
        before = cursor(tenant, box).uidvalidity
        with logged_in(dovecot.access) as other:
            other.select_folder("INBOX")
            other.delete_messages(range(1, 11))
            other.expunge()
        dovecot.number_anew()
        dovecot.put(mails(5, "Later"))
        until(lambda: len(stored(tenant)) == 55, 60)
        until(lambda: cursor(tenant, box).uidvalidity != before)
        until(lambda: sum(one.upper - one.lower for one in cursor(tenant, box).ledger) == 45)
    is_whole(tenant, 50)
    is_whole(tenant, 5, "Later")
    assert sum(one["repeats"] for one in stored(tenant)) == 40


def test_a_second_client_reads_moves_and_expunges_meanwhile(tenant: Tenant, near: Settings, dovecot: Dovecot) -> None:
    dovecot.put(mails(600))
    mailbox(tenant, dovecot.access)
    hasty = near.model_copy(update={"imap_survey_seconds": 0.2})
    with FetchingDoor(hasty), logged_in(dovecot.access) as other:
        other.create_folder("Elsewhere")
        other.select_folder("INBOX")
        for start in range(1, 601, 20):
            until(lambda start=start: len(stored(tenant)) >= min(start + 19, 600))  # type: ignore[misc]  # mypy cannot infer a default of a lambda
            mine = list(range(start, start + 20))
            other.add_flags(mine[:5], [b"\\Seen"])
            other.move(mine[5:10], "Elsewhere")
            other.delete_messages(mine[10:15])
            other.uid_expunge(mine[10:15])
        dovecot.put(mails(20, "Later"))
        until(lambda: len(stored(tenant)) == 620)
    is_whole(tenant, 600)
    is_whole(tenant, 20, "Later")
    assert {one["repeats"] for one in stored(tenant)} == {0}


def test_new_mail_is_told_at_once_and_after_the_connection_broke_still_comes(
    tenant: Tenant, near: Settings, dovecot: Dovecot
) -> None:
    slow = near.model_copy(update={"imap_poll_seconds": 600.0})  # so that nothing but IDLE tells within the test
    box = mailbox(tenant, dovecot.access)
    with FetchingDoor(slow):
        until(lambda: health(tenant, box).last_seen_at)
        dovecot.put(mails(1, "Told"))
        until(lambda: len(stored(tenant)) == 1)
        dovecot.stop()
        dovecot.put(mails(1, "Meanwhile"))
        until(lambda: health(tenant, box).error_count)
        dovecot.start()
        until(lambda: len(stored(tenant)) == 2)
        dovecot.put(mails(1, "Afterwards"))
        until(lambda: len(stored(tenant)) == 3)
    assert subjects(stored(tenant)) == ["Told 0", "Meanwhile 0", "Afterwards 0"]


def test_a_wrong_password_is_told(tenant: Tenant, near: Settings, dovecot: Dovecot) -> None:
    box = mailbox(tenant, replace(dovecot.access, password="guessed"))
    with FetchingDoor(near):
        until(lambda: "does not let support in" in (health(tenant, box).last_error or ""))
    assert "guessed" not in health(tenant, box).last_error
