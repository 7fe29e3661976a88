"""The process: killed between fetch, commit and flag it loses nothing and takes nothing twice; idle it costs little."""

import signal
import socket
from pathlib import Path

import pytest
from sqlalchemy import text

from models.database import transaction
from models.failpoint import REACHED
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.imap.hostile import Hostile
from tests.imap import FetchingDoor, Pymap, cursor, let_lease_run_out, mail, mailbox, process, subjects
from tests.waiting import until

PLACES = [
    "accept.committed", "imap.committed",
    *(pytest.param(place, marks=pytest.mark.long) for place in ("imap.fetched", "accept.commit", "imap.flagged")),
]  # fmt: skip
MAILS = 30
BACKLOG = 10_000
LARGE = 49 << 20  # what is taken at most is 50 MB
LARGE_KIB = 320_000  # of a process while such a mail comes in
IDLE_KIB = 120_000  # of a process without a mailbox; measured 72,000


@pytest.mark.parametrize("place", PLACES)
def test_killed_at_any_place_each_message_is_there_exactly_once(
    tenant: Tenant, pymap: Pymap, near: Settings, certificate: Path, tmp_path: Path, place: str
):
    with pymap.client() as other:
        other.create_folder("Taken")
    pymap.put(*[mail(f"Mail {number}") for number in range(MAILS)])
    box = mailbox(tenant, pymap.access, after="move", folder="Taken")
    (tmp_path / place).write_text("die")
    with process(near, certificate / "ca.pem", failpoints=tmp_path) as door:
        assert door.wait(60) == -signal.SIGKILL
    assert (tmp_path / f"{place}{REACHED}").exists()
    let_lease_run_out(tenant)
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == MAILS)
        until(lambda: in_folder(pymap, "INBOX") == 0)
    assert sorted(subjects(stored(tenant))) == sorted(f"Mail {number}" for number in range(MAILS))
    assert {one["repeats"] for one in stored(tenant)} == {0}, "what was committed is fetched again by nobody"
    assert in_folder(pymap, "Taken") == MAILS
    assert [(one.lower, one.upper) for one in cursor(tenant, box).ledger] == [(101, 101 + MAILS)]


def test_a_large_mail_takes_room_for_itself_a_few_times(tenant: Tenant, near: Settings, certificate: Path):
    large = mail("Large", body=("." * 70 + "\r\n") * (LARGE // 72))
    with Hostile(certificate, [mail("Before"), large, mail("After")]) as server:
        mailbox(tenant, server.access)
        with process(near, certificate / "ca.pem") as door:
            until(lambda: len(stored(tenant)) == 3, 60)
            status = Path(f"/proc/{door.pid}/status").read_text()
    assert int(status.partition("VmHWM:")[2].split()[0]) < LARGE_KIB
    assert large in [bytes(one["content"]) for one in stored(tenant)]


@pytest.mark.long
def test_a_backlog_of_ten_thousand_comes_once_and_holds_up_nobody(tenant: Tenant, near: Settings, certificate: Path):
    names = [f"Old {number}" for number in range(BACKLOG)]
    with Hostile(certificate, map(mail, names)) as busy, Hostile(certificate, [mail("New")]) as quiet:
        mailbox(tenant, busy.access, "busy")
        mailbox(tenant, quiet.access, "quiet")
        with process(near, certificate / "ca.pem"):
            until(lambda: count(tenant) == BACKLOG + 1, 100)
    came = subjects(sorted(stored(tenant), key=lambda one: one["id"]))
    assert sorted(came) == sorted([*names, "New"])
    assert came.index("New") < BACKLOG // 2
    assert {one["repeats"] for one in stored(tenant)} == {0}


def count(tenant: Tenant) -> int:
    with transaction(tenant.id) as connection:
        found: int = connection.execute(text("SELECT count(*) FROM raw_mail")).scalar_one()
        return found


def in_folder(pymap: Pymap, folder: str) -> int:
    with pymap.client(folder) as other:
        return len(other.search(["ALL"]))


def test_without_a_mailbox_it_waits_and_costs_little(near: Settings, certificate: Path, tenant: Tenant):
    pulse = near.home / "alive" / f"fetcher@{socket.gethostname()}"
    pulse.unlink(missing_ok=True)
    with process(near, certificate / "ca.pem") as door:
        until(pulse.exists)
        status = Path(f"/proc/{door.pid}/status").read_text()
        assert int(status.partition("VmRSS:")[2].split()[0]) < IDLE_KIB
        door.terminate()
        assert door.wait(20) == 0


def test_told_to_end_it_gives_its_mailboxes_back(tenant: Tenant, pymap: Pymap, near: Settings, certificate: Path):
    pymap.put(mail("One"))
    box = mailbox(tenant, pymap.access)
    with process(near, certificate / "ca.pem") as door:
        until(lambda: len(stored(tenant)) == 1)
        assert cursor(tenant, box).leased_by
        door.terminate()
        assert door.wait(20) == 0
    assert cursor(tenant, box).leased_by is None
