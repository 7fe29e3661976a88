"""swaks, the mail client that testers and administrators reach for, delivers by SMTP and by LMTP."""

from pathlib import Path
from typing import Any

import pytest

from tests.peers.conftest import Peer
from tests.running import Postern
from tests.waiting import until

pytestmark = pytest.mark.peers

NO_RECIPIENT_TAKEN = 24  # swaks(1), EXIT CODES


def send(peer: Peer, postern: Postern, subject: str, *more: str, to: str = "support@demo.test") -> tuple[int, str]:
    """Exit code and transcript of one delivery by SMTP, or over another door if `more` says so."""
    words = ("--server", "127.0.0.1", "--port", str(postern.smtp), "--from", "carla@customer.test", "--to", to)
    done = peer("swaks", *words, "--header", f"Subject: {subject}", *more)
    return done.returncode, done.stdout + done.stderr


def ticket(postern: Postern, subject: str) -> Any:
    """The one ticket with this subject, as soon as it is there, shown whole."""
    found = until(lambda: [one for one in postern.desk("ticket", "list") if one["subject"] == subject])
    assert len(found) == 1
    return postern.desk("ticket", "show", found[0]["number"])


def test_a_plain_mail(peer: Peer, postern: Postern) -> None:
    code, transcript = send(peer, postern, "Plain from swaks", "--body", "My kettle does not boil.")
    assert code == 0, transcript
    shown = ticket(postern, "Plain from swaks")
    assert "My kettle does not boil." in shown["comments"][0]["text"]
    assert shown["requester"] == "carla@customer.test"


def test_a_mail_with_an_attachment(peer: Peer, postern: Postern, tmp_path: Path) -> None:
    photo = tmp_path / "kettle.bin"
    photo.write_bytes(bytes(range(256)) * 40)
    words = ("--body", "See the photo.", "--attach-type", "application/octet-stream", "--attach", f"@{photo}")
    code, transcript = send(peer, postern, "Photo from swaks", *words)
    assert code == 0, transcript
    (attachment,) = ticket(postern, "Photo from swaks")["comments"][0]["attachments"]
    assert (attachment["name"], attachment["size"]) == ("kettle.bin", 256 * 40)


def test_an_address_that_is_not_ours_is_refused(peer: Peer, postern: Postern) -> None:
    code, transcript = send(peer, postern, "To nobody", to="nobody@elsewhere.test")
    assert code == NO_RECIPIENT_TAKEN, transcript
    assert "<** 550 5.1.1" in transcript


def test_one_of_two_recipients_is_ours(peer: Peer, postern: Postern) -> None:
    code, transcript = send(peer, postern, "To one of two", to="nobody@demo.test,support@demo.test")
    assert code == 0, transcript
    assert "<** 550" in transcript
    assert ticket(postern, "To one of two")["subject"] == "To one of two"


def test_lmtp(peer: Peer, postern: Postern) -> None:
    code, transcript = send(peer, postern, "By LMTP", "--protocol", "LMTP", "--port", str(postern.lmtp))
    assert code == 0, transcript
    assert ticket(postern, "By LMTP")["subject"] == "By LMTP"


def test_starttls(peer: Peer, postern: Postern) -> None:
    code, transcript = send(peer, postern, "By TLS", "--tls")
    assert code == 0, transcript
    assert "=== TLS started with cipher TLSv1.3" in transcript
    shown = ticket(postern, "By TLS")
    (mail,) = [one for one in postern.desk("mail", "list") if one["ticket"] == shown["number"]]
    assert postern.desk("mail", "show", mail["id"])["protocol"] == "esmtps"


def test_the_size_limit_is_announced_and_the_greeting_is_extended(peer: Peer, postern: Postern) -> None:
    code, transcript = send(peer, postern, "Not sent", "--quit-after", "EHLO")
    assert code == 0, transcript
    assert "SIZE 52428800" in transcript
    assert "8BITMIME" in transcript
