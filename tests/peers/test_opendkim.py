"""OpenDKIM verifies real letters with the DNS records that the desk prints, and finds out what is changed in them."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.peers.conftest import Peer
from tests.running import Postern
from tests.waiting import until

pytestmark = pytest.mark.peers

DOMAIN, CARLA = "opendkim.test", "carla@customer.test"
SUPPORT, ANN = f"support@{DOMAIN}", f"ann@{DOMAIN}"
CONFIGURATION = """\
Mode v
TestDNSData file:{folder}/records
AlwaysAddARHeader yes
AuthservID verifier.test
On-BadSignature accept
"""
_VERDICT = re.compile(r"dkim=(\w+) .*?header\.a=([a-z0-9-]+)", re.DOTALL)


class OpenDkim:
    """The verifier, with what it would find in DNS."""

    def __init__(self, peer: Peer, folder: Path, records: list[dict[str, str]]) -> None:
        self._peer, self._folder = peer, folder
        (folder / "records").write_text("".join(f"{one['name']} {one['value']}\n" for one in records))
        (folder / "opendkim.conf").write_text(CONFIGURATION.format(folder=folder))

    def verdicts(self, content: bytes) -> dict[str, str]:
        """What it says of each signature, by its algorithm."""
        mail = self._folder / "mail.eml"
        mail.write_bytes(content)
        done = self._peer("opendkim", "-x", str(self._folder / "opendkim.conf"), "-v", "-v", "-t", str(mail))
        assert done.returncode == 0, done.stderr
        told = _VERDICT.findall(done.stdout + done.stderr)
        return {algorithm: verdict for verdict, algorithm in told}


PASS = {"rsa-sha256": "pass", "ed25519-sha256": "pass"}
FAIL = {"rsa-sha256": "fail", "ed25519-sha256": "fail"}


@pytest.fixture(scope="module")
def records(postern: Postern) -> list[dict[str, str]]:
    """The domain's, as the desk prints them."""
    postern.desk("org", "add", "OpenDKIM", "--slug", "opendkim", "--prefix", "ODK")
    postern.desk("mailbox", "add", SUPPORT, "--org", "opendkim")
    postern.desk("agent", "add", ANN, "--org", "opendkim", "--name", "Änn Agent")
    found: list[dict[str, str]] = postern.desk("dkim", "add", DOMAIN, "--now", "--org", "opendkim")
    return found


@pytest.fixture(scope="module")
def letters(peer: Peer, postern: Postern, records: list[dict[str, str]], tmp_path_factory: Any) -> list[bytes]:
    """What a question and its answer make Postern write: to a customer and an agent, with a file, in two alphabets."""
    assert records
    picture = tmp_path_factory.mktemp("files") / "kettle.bin"
    picture.write_bytes(bytes(range(256)) * 40)
    body = "Er tropft  \n\n.und\t zischt \n--\nfrom here on\nFrom here on" + "\n \n" * 3
    words = ("--header", "Subject: =?utf-8?b?" + "w5xiZXIgZGVuIEtlc3NlbA==" + "?=", "--body", body)
    _send(peer, postern, CARLA, SUPPORT, *words, "--attach-type", "image/x-kettle", "--attach", f"@{picture}")
    notice, *_ = until(lambda: captured(postern, ANN))
    address = re.search(rb"^Reply-To: (\S+)", notice, re.MULTILINE)
    assert address
    _send(peer, postern, ANN, address[1].decode(), "--body", "Entkalken, bitte: Ω ≠ ω", "--header", "Subject: Re: x")
    until(lambda: len(captured(postern, CARLA)) == 2)
    return [*captured(postern, CARLA), *captured(postern, ANN)]


def _send(peer: Peer, postern: Postern, sender: str, to: str, *words: str) -> None:
    done = peer("swaks", "--server", "127.0.0.1", "--port", str(postern.smtp), "--from", sender, "--to", to, *words)
    assert done.returncode == 0, done.stdout


def captured(postern: Postern, recipient: str) -> list[bytes]:
    """The letters of our mailbox to somebody, as they would have gone out."""
    wanted = f"Delivered-To: {recipient}\r\n".encode()
    found = []
    for path in sorted((postern.data / "capture").glob("*.eml")):
        _, mark, content = path.read_bytes().partition(wanted)
        if mark and SUPPORT.encode() in content:
            found.append(content)
    return found


def test_each_letter_is_verified_by_both_of_its_signatures(
    peer: Peer, letters: list[bytes], records: list[dict[str, str]], tmp_path: Path
) -> None:
    verifier = OpenDkim(peer, tmp_path, records)
    assert len(letters) >= 3
    assert [verifier.verdicts(one) for one in letters] == [PASS] * len(letters)


def test_another_key_in_dns_or_none_is_found_out(
    peer: Peer, letters: list[bytes], records: list[dict[str, str]], tmp_path: Path
) -> None:
    crossed = [{**one, "value": one["value"].replace("p=", "p=AAAA")} for one in records]
    for wrong in (crossed, []):
        assert "pass" not in OpenDkim(peer, tmp_path, wrong).verdicts(letters[0]).values()


CHANGES = {
    "body": lambda one: one.replace(b"=_postern.alternative", b"=_postern.alternativ"),
    "subject": lambda one: re.sub(rb"(?m)^Subject: ", b"Subject: x", one, count=1),
    "a second subject": lambda one: b"Subject: You won\r\n" + one,
    "a second from": lambda one: b"From: ceo@opendkim.test\r\n" + one,
    "a copy": lambda one: b"Cc: victim@elsewhere.test\r\n" + one,
    "another type": lambda one: b"Content-Type: text/plain\r\n" + one,
    "something below": lambda one: one + b"P.S. pay here\r\n",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_or_added_on_the_way_breaks_them(
    peer: Peer, letters: list[bytes], records: list[dict[str, str]], tmp_path: Path, change: str
) -> None:
    verifier = OpenDkim(peer, tmp_path, records)
    for one in letters[:2]:
        changed = CHANGES[change](one)
        assert changed != one
        assert verifier.verdicts(changed) == FAIL


def test_a_new_pair_signs_once_it_was_turned_to(
    peer: Peer, postern: Postern, letters: list[bytes], records: list[dict[str, str]], tmp_path: Path
) -> None:
    fresh = postern.desk("dkim", "rotate", DOMAIN, "--now", "--org", "opendkim")
    before = len(captured(postern, CARLA))
    _send(peer, postern, CARLA, SUPPORT, "--header", "Subject: After the turn", "--body", "It leaks again.")
    until(lambda: len(captured(postern, CARLA)) > before)
    last = captured(postern, CARLA)[-1]
    both = OpenDkim(peer, tmp_path, [*records, *(one for one in fresh if one not in records)])
    assert [both.verdicts(one) for one in (last, letters[0])] == [PASS, PASS]
    assert "pass" not in OpenDkim(peer, tmp_path, records).verdicts(last).values()
