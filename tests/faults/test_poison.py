"""T16: a mail that kills whoever reads it is filed as unreadable; one that cannot be filed is shown and released."""

import os
import signal
from pathlib import Path

import pytest

from tests.door import Client
from tests.faults.rig.system import MAILBOX, System
from tests.hostile import pages
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
READER = b"workers.inbound.child"
WORKED = 2.0  # seconds of computing, much more than it needs to start
TICKS = os.sysconf("SC_CLK_TCK")
SLOW = pages(120)
STAGE = "SELECT stage FROM raw_mail WHERE encode(content, 'escape') LIKE '%Subject: {}%'"
TEXT = "SELECT c.text FROM ticket_comments c JOIN tickets t ON t.id = c.ticket_id WHERE t.title = '{}'"
REFUSE = "ALTER TABLE ticket_comments ADD CONSTRAINT poison CHECK (text NOT LIKE 'poison%')"
ACCEPT = "ALTER TABLE ticket_comments DROP CONSTRAINT poison"


def busy_reader(system: System) -> int:
    """The process that reads a slow mail, once it has worked on it for a while; 0 before that."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and READER in _file(entry / "cmdline"):
            stat = _file(entry / "stat").rpartition(b")")[2].split()  # proc(5): from field 3 on
            if stat and int(stat[3]) == system.pid("worker-clock") and int(stat[11]) > WORKED * TICKS:
                return int(entry.name)
    return 0


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it has ended


def deliver(system: System, subject: str, rest: bytes) -> None:
    """Hand in a mail that is answered 250."""
    with Client(system.postern.smtp) as client:
        client.hello()
        head = f"From: Ann <ann@customer.test>\r\nSubject: {subject}\r\n".encode()
        assert client.mail(head + rest, MAILBOX)[0].startswith("250")


def test_a_reader_dies_and_a_mail_cannot_be_filed(tmp_path: Path):
    with System(tmp_path) as system:
        system.change(REFUSE)
        with system.world(rate=20) as world:
            deliver(system, "bad", b"\r\npoison\r\n")
            deliver(system, "heavy", SLOW)
            os.kill(until(lambda: busy_reader(system), 60), signal.SIGSEGV)
            until(lambda: system.ask(STAGE.format("heavy")) == [("filed",)], 60)
            assert "could not be read: its process ended with -11" in system.ask(TEXT.format("heavy"))[0][0]
            until(lambda: system.ask(STAGE.format("bad")) == [("quarantined",)], 120)
        [held] = system.postern.desk("quarantine", "list")
        assert "CheckViolation" in held["reason"]
        system.change(ACCEPT)
        system.postern.desk("quarantine", "release", held["id"])
        system.rest()
        assert system.ask(TEXT.format("bad")) == [("poison",)]
        system.examine(world)
