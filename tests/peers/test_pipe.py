"""Postfix runs `postern pipe` by its pipe(8), as the command's help tells it, and does what our exit codes ask for.

pipe(8) never runs as root, which owns what these tests start: so it runs a script, and what the script was given is run
here as it stands.
"""

import os
import shutil
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.peers import certificate
from tests.peers.conftest import Peer
from tests.peers.postfix import postfix, walkable
from tests.running import ROOT, Postern, clean_environment
from tests.waiting import until

pytestmark = [
    pytest.mark.peers,
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.geteuid() != 0, reason="Postfix starts as root only"),
]

SCRIPT = """\
#!/bin/sh
cd {box}
cat > mail
for word; do printf '%s\\n' "$word"; done > given
mv given words
read code < answer
cat said >&2
exit $code
"""
COME_AGAIN = os.EX_TEMPFAIL
FLAGS = "pipe flags=DRq user=nobody null_sender="  # as in the help, but for who runs it
WORDS = "--from=${sender} --to=${recipient}"
MAIL = "From: carla@customer.test\r\nTo: support@demo.test\r\nSubject: {}\r\n\r\nIt does not boil.\r\n"


@dataclass(frozen=True, slots=True)
class Piped:
    """A Postfix with the transport, and the other end of its pipe.

    Attributes:
        port: of Postfix. folder: its files. box: what the script was given.
    """

    port: int
    folder: Path
    box: Path
    peer: Peer

    def send(self, subject: str, sender: str = "carla@customer.test", to: str = "support@demo.test") -> None:
        """Hand a mail to Postfix."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as client:
            client.starttls()
            client.sendmail(sender, [to], MAIL.format(subject))

    def deliver(self, *first: str) -> tuple[list[str], int, str]:
        """Run what Postfix runs next, and answer it; its words, the exit code and what was said."""
        try:
            until((self.box / "words").exists, 60)
        except AssertionError as error:
            error.add_note(self.log()[-3000:])
            raise
        words = (self.box / "words").read_text().splitlines()
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", "pipe", *first, *words],
            cwd=ROOT,
            env=clean_environment(),
            input=(self.box / "mail").read_bytes(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        (self.box / "words").unlink()
        (self.box / "said").write_bytes(done.stderr)
        (self.box / "answer").write_text(f"{done.returncode}\n")  # waits until the script reads
        return words, done.returncode, done.stderr.decode()

    def waiting(self) -> str:
        """What is in its queue."""
        return self.peer("postqueue", "-c", str(self.folder), "-p").stdout

    def log(self) -> str:
        """What it wrote down."""
        return (self.folder / "log").read_text()


@pytest.fixture(scope="module")
def piped(peer: Peer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Piped]:
    """A Postfix that delivers by our command."""
    folder = walkable()
    box = folder / "box"
    box.mkdir()
    os.mkfifo(box / "answer")
    script = folder / "script"
    script.write_text(SCRIPT.format(box=box))
    script.chmod(0o755)
    for one in (box, box / "answer"):
        shutil.chown(one, "nobody")
    made = certificate.write(tmp_path_factory.mktemp("certificate"), "mx.example.org")
    places = {
        "relay_domains = example.org": "relay_domains = demo.test",
        "lmtp:inet:127.0.0.1:2424": "postern\npostern_destination_recipient_limit = 1",
        ", reject_unverified_recipient": "",
        "/etc/ssl/mx.example.org/key.pem": str(made["tls_key"]),
        "/etc/ssl/mx.example.org/chain.pem": str(made["tls_certificate"]),
    }
    service = f"postern unix - n n - 1 {FLAGS}\n  argv={script} {WORDS}\n"
    with postfix(peer, places, services=service, folder=folder) as port:
        yield Piped(port, folder, box, peer)


def mails(postern: Postern, subject: str) -> list[str]:
    """Tickets with this subject."""
    return [str(one["number"]) for one in postern.desk("ticket", "list") if one["subject"] == subject]


def test_the_help_says_what_is_tested_here(postern: Postern) -> None:
    said = " ".join(postern.output("pipe", "--help").decode().split())
    assert FLAGS.replace("nobody", "postern") in said
    assert WORDS in said


def test_a_mail_comes_through(postern: Postern, piped: Piped) -> None:
    piped.send("Through the pipe")
    words, code, _ = piped.deliver(f"--data={postern.data}")
    assert (words, code) == (["--from=carla@customer.test", "--to=support@demo.test"], 0)
    until(lambda: mails(postern, "Through the pipe"))
    until(lambda: "empty" in piped.waiting())


def test_the_empty_return_path_comes_as_such(postern: Postern, piped: Piped) -> None:
    piped.send("From nobody", sender="")
    words, code, _ = piped.deliver(f"--data={postern.data}")
    assert (words, code) == (["--from=", "--to=support@demo.test"], 0)
    until(lambda: mails(postern, "From nobody"))


def test_postfix_keeps_what_is_in_doubt_and_comes_again(postern: Postern, piped: Piped, tmp_path: Path) -> None:
    piped.send("In doubt")
    assert piped.deliver(f"--data={tmp_path}")[1] == COME_AGAIN
    code, said = piped.deliver("--unknown", f"--data={postern.data}")[1:]
    assert (code, said[:6]) == (64, "4.3.5 "), "the code means never, and the line not now: Postfix believes the line"
    assert piped.deliver(f"--data={postern.data}")[1] == 0
    until(lambda: mails(postern, "In doubt"))
    until(lambda: "empty" in piped.waiting())
    assert len(mails(postern, "In doubt")) == 1


def test_postfix_gives_up_what_is_refused(postern: Postern, piped: Piped) -> None:
    piped.send("To nobody", sender="", to="nobody@demo.test")
    assert piped.deliver(f"--data={postern.data}")[1] == 67
    until(lambda: "empty" in piped.waiting())
    assert "dsn=5.1.1, status=bounced" in piped.log()
