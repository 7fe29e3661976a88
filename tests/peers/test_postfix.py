"""Postfix in front of Postern, as the README tells it: by LMTP, asking for each recipient, keeping mail meanwhile."""

import os
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers import certificate
from tests.peers.conftest import Peer
from tests.peers.postfix import postfix
from tests.running import Postern
from tests.waiting import until

pytestmark = [
    pytest.mark.peers,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.geteuid() != 0, reason="Postfix starts as root only"),
]

MAIL = "From: petra@customer.test\r\nTo: support@demo.test\r\nSubject: {}\r\n\r\nIt does not boil.\r\n"


@pytest.fixture(scope="module")
def front(peer: Peer, postern: Postern, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a Postfix that delivers to the running instance."""
    with postfix(peer, places(postern, tmp_path_factory.mktemp("certificate"))) as port:
        yield port


def places(postern: Postern, folder: Path) -> dict[str, str]:
    """What stands in these tests for the names and files in the README."""
    made = certificate.write(folder, "mx.example.org")
    return {
        "relay_domains = example.org": "relay_domains = demo.test",
        "127.0.0.1:2424": f"127.0.0.1:{postern.lmtp}",
        "/etc/ssl/mx.example.org/key.pem": str(made["tls_key"]),
        "/etc/ssl/mx.example.org/chain.pem": str(made["tls_certificate"]),
    }


def send(port: int, subject: str, to: str = "support@demo.test") -> None:
    """Hand a mail to Postfix, encrypted, as a customer's server does."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.starttls()
        client.sendmail("petra@customer.test", [to], MAIL.format(subject))


def tickets(postern: Postern, subject: str) -> list[str]:
    """The tickets with this subject."""
    return [one["number"] for one in postern.desk("ticket", "list") if one["subject"] == subject]


def test_a_mail_comes_through_by_lmtp(postern: Postern, front: int) -> None:
    send(front, "Through Postfix")
    (number,) = until(lambda: tickets(postern, "Through Postfix"))
    (mail,) = [one for one in postern.desk("mail", "list") if one["ticket"] == number]
    assert postern.desk("mail", "show", mail["id"])["protocol"] == "lmtp"


@pytest.mark.parametrize("address", ["nobody@demo.test", "somebody@elsewhere.test"])
def test_who_is_not_ours_is_refused_before_the_mail_is_taken(front: int, address: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(front, "To nobody", address)
    assert refused.value.recipients[address][0] in {550, 554}


def test_an_answer_to_a_signed_address_finds_its_ticket(postern: Postern, front: int) -> None:
    send(front, "Asks again")
    (number,) = until(lambda: tickets(postern, "Asks again"))
    letters = Path(postern.data, "capture")
    address = until(lambda: _reply_address(letters, number))
    send(front, "Re: Asks again", address)
    until(lambda: len(postern.desk("ticket", "show", number)["comments"]) == 2)


def _reply_address(letters: Path, number: str) -> str:
    texts = [path.read_text() for path in letters.glob("*.eml")]
    ours = [one for one in texts if number in one and "Delivered-To: petra@customer.test" in one]
    return ours[0].partition("Reply-To: ")[2].splitlines()[0].strip() if ours else ""


def test_a_mail_that_comes_while_postern_is_down_is_kept(peer: Peer, tmp_path: Path) -> None:
    with Postern(tmp_path / "data") as postern, postfix(peer, places(postern, tmp_path)) as port:
        send(port, "Before")
        until(lambda: tickets(postern, "Before"))
        postern.stop()
        send(port, "Meanwhile")
        with postern:
            until(lambda: tickets(postern, "Meanwhile"), 60)
            assert len(tickets(postern, "Before")) == 1
