"""The process: killed between fetch, commit, deletion and the end it loses nothing and takes nothing twice."""

import signal
from pathlib import Path

import pytest

from models.failpoint import REACHED
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.pop.conftest import certificate, near, pop
from tests.gateway.pop.hostile import Pop
from tests.gateway.pop.test_maildrop import ledger
from tests.imap import FetchingDoor, let_lease_run_out, mail, mailbox, process, subjects
from tests.waiting import until

__all__ = ["certificate", "near", "pop"]

RARER = ("imap.fetched", "accept.commit", "accept.committed", "imap.flagged")
PLACES = ["imap.committed", "pop.quit", *(pytest.param(place, marks=pytest.mark.long) for place in RARER)]
MAILS = 30
LARGE = 49 << 20  # what is taken at most is 50 MB
MOST_KIB = 320_000  # of a process while such a mail comes in; measured 258,000


@pytest.mark.parametrize("after", ["delete", pytest.param("leave", marks=pytest.mark.long)])
@pytest.mark.parametrize("place", PLACES)
def test_killed_at_any_place_each_message_is_there_exactly_once(
    tenant: Tenant, pop: Pop, near: Settings, certificate: Path, tmp_path: Path, place: str, after: str
):
    pop.put(*[mail(f"Mail {number}") for number in range(MAILS)])
    box = mailbox(tenant, pop.access, after=after)
    (tmp_path / place).write_text("die")
    with process(near, certificate / "ca.pem", failpoints=tmp_path) as door:
        assert door.wait(60) == -signal.SIGKILL
    assert (tmp_path / f"{place}{REACHED}").exists()
    let_lease_run_out(tenant)
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == MAILS)
        until(lambda: len(pop.mails) == (MAILS if after == "leave" else 0))
        until(lambda: len(ledger(tenant, box)) == len(pop.mails))
    assert sorted(subjects(stored(tenant))) == sorted(f"Mail {number}" for number in range(MAILS))
    assert {one["repeats"] for one in stored(tenant)} == {0}, "what was committed is fetched again by nobody"


def test_a_large_mail_takes_room_for_itself_a_few_times(tenant: Tenant, pop: Pop, near: Settings, certificate: Path):
    large = mail("Large", body=("." * 70 + "\r\n") * (LARGE // 72))
    pop.put(mail("Before"), large, mail("After"))
    mailbox(tenant, pop.access, after="delete")
    with process(near, certificate / "ca.pem") as door:
        until(lambda: not pop.mails, 60)
        status = Path(f"/proc/{door.pid}/status").read_text()
    assert int(status.partition("VmHWM:")[2].split()[0]) < MOST_KIB
    assert [bytes(one["content"]) == large for one in stored(tenant)] == [False, True, False]
