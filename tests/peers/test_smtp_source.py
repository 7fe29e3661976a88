"""smtp-source, Postfix's load generator: what it was answered 250 for is a ticket, all of it, once."""

from collections import Counter

import pytest

from tests.peers.conftest import Peer
from tests.running import Postern
from tests.waiting import until

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

MAILS = 500
SESSIONS = 20


def stages(postern: Postern) -> Counter[str]:
    """How many mails are in each stage."""
    return Counter(mail["stage"] for mail in postern.desk("mail", "list", "--limit=100000"))


def test_every_accepted_mail_becomes_a_ticket(peer: Peer, postern: Postern) -> None:
    for action in ("ticket_create", "message_send"):  # it has one sender, who would be held and folded
        postern.desk("limits", "set", action, "email", "off", "--org", "demo")
    until(lambda: set(stages(postern)) <= {"filed"})
    before = stages(postern)["filed"]
    sizes = ("-s", str(SESSIONS), "-m", str(MAILS), "-l", "2048")
    envelope = ("-f", "load@customer.test", "-t", "support@demo.test", "-S", "Load")
    done = peer("smtp-source", *sizes, *envelope, f"127.0.0.1:{postern.smtp}")
    assert done.returncode == 0, done.stderr
    assert sum(stages(postern).values()) == before + MAILS, "250 was answered before the mail was stored"
    until(lambda: stages(postern) == {"filed": before + MAILS}, seconds=120)
    ours = [one for one in postern.desk("ticket", "list", "--limit=100000") if one["subject"] == "Load"]
    assert len({one["number"] for one in ours}) == MAILS
