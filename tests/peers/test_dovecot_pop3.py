"""POP3 and Dovecot: each message exactly once, whatever dies, and whether it is left there or deleted."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from models.database import transaction
from models.failpoint import REACHED
from models.settings import Settings
from tests import imap
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.pop.test_maildrop import ledger
from tests.gateway.test_pop import PLACES
from tests.imap import FetchingDoor, health, logged_in, mailbox, process, subjects
from tests.peers.dovecot import Dovecot
from tests.peers.test_dovecot import is_whole, mails
from tests.waiting import until

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]
BACKLOG = int(os.environ.get("POSTERN_BACKLOG", "2000"))
MODULE = Path("/usr/lib/dovecot/pop3")


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """One for each test."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None or not MODULE.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("dovecot-pop3d is not installed")
        pytest.skip("dovecot-pop3d is not installed (Debian has it; see .ci/peers)")
    with Dovecot(program, pop3=True) as running:
        yield running


@pytest.fixture
def near(instance: Settings, dovecot: Dovecot) -> Iterator[Settings]:
    """Settings with which it is reached and trusted."""
    del instance
    with imap.hurried(dovecot.folder) as settings:
        yield settings


def there(dovecot: Dovecot) -> int:
    with logged_in(dovecot.access) as other:
        other.select_folder("INBOX", readonly=True)
        return len(other.search(["ALL"]))


@pytest.mark.parametrize("after", ["leave", "delete"])
def test_a_backlog_comes_in_whole(tenant: Tenant, near: Settings, dovecot: Dovecot, after: str) -> None:
    dovecot.put(mails(BACKLOG))
    box = mailbox(tenant, dovecot.pop3, after=after)
    left = BACKLOG if after == "leave" else 0
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == BACKLOG, 200)
        until(lambda: there(dovecot) == left)
        until(lambda: len(ledger(tenant, box)) == left)
    is_whole(tenant, BACKLOG)
    assert {one["repeats"] for one in stored(tenant)} == {0}


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_any_place_each_message_is_there_exactly_once(
    tenant: Tenant, near: Settings, dovecot: Dovecot, tmp_path: Path, place: str
) -> None:
    dovecot.put(mails(300))
    mailbox(tenant, dovecot.pop3, after="delete")
    (tmp_path / place).write_text("die")
    with process(near, dovecot.folder / "ca.pem", failpoints=tmp_path) as door:
        assert door.wait(60) == -signal.SIGKILL
    assert (tmp_path / f"{place}{REACHED}").exists()
    imap.let_lease_run_out(tenant)
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == 300, 60)
        until(lambda: there(dovecot) == 0, 60)
    is_whole(tenant, 300)
    assert {one["repeats"] for one in stored(tenant)} == {0}


def test_what_is_fetched_by_both_protocols_is_one(tenant: Tenant, near: Settings, dovecot: Dovecot) -> None:
    """Each hands out the same bytes, so that a mailbox may change from one to the other."""
    dovecot.put(mails(20))
    box = mailbox(tenant, dovecot.access, since="2000-01-01")
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == 20)
    change = "UPDATE mailboxes SET kind = 'pop3', imap_settings = imap_settings || :said WHERE id = :id"
    with transaction(tenant.id) as connection:
        connection.execute(text(change), {"said": json.dumps({"port": dovecot.pop3.port}), "id": box})
    with FetchingDoor(near):
        until(lambda: [one["repeats"] for one in stored(tenant)] == [1] * 20)


def test_another_client_deletes_and_more_mail_comes_meanwhile(tenant: Tenant, near: Settings, dovecot: Dovecot) -> None:
    dovecot.put(mails(40))
    box = mailbox(tenant, dovecot.pop3)
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == 40)
        with logged_in(dovecot.access) as other:
            other.select_folder("INBOX")
            other.delete_messages(range(1, 31))
            other.expunge()
        dovecot.put(mails(5, "Later"))
        until(lambda: len(stored(tenant)) == 45)
        until(lambda: len(ledger(tenant, box)) == 15)
    is_whole(tenant, 40)
    is_whole(tenant, 5, "Later")
    assert {one["repeats"] for one in stored(tenant)} == {0}


def test_after_the_connection_broke_mail_still_comes(tenant: Tenant, near: Settings, dovecot: Dovecot) -> None:
    box = mailbox(tenant, dovecot.pop3)
    with FetchingDoor(near):
        until(lambda: health(tenant, box).last_seen_at)
        dovecot.stop()
        dovecot.put(mails(1, "Meanwhile"))
        until(lambda: health(tenant, box).error_count)
        dovecot.start()
        until(lambda: subjects(stored(tenant)) == ["Meanwhile 0"])
        until(lambda: health(tenant, box).error_count == 0)


def test_a_wrong_password_is_told(tenant: Tenant, near: Settings, dovecot: Dovecot) -> None:
    box = mailbox(tenant, replace(dovecot.pop3, password="guessed"))
    with FetchingDoor(near):
        until(lambda: "does not let support in: -ERR [AUTH]" in (health(tenant, box).last_error or ""))
    assert "guessed" not in health(tenant, box).last_error
