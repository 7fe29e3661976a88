"""The README's first mail, word for word, in a real shell."""

import re
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.running import Postern, clean_environment
from tests.waiting import until

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

ROOT = Path(__file__).parent.parent.parent


def blocks() -> list[str]:
    """The commands of the section, as they are told, block by block."""
    section = (ROOT / "README.md").read_text().partition("## Your first mail")[2].partition("\n## ")[0]
    return [
        re.sub(r"^    ", "", found, flags=re.MULTILINE)
        for found in re.findall(r"(?:^    .*\n)+", section, re.MULTILINE)
    ]


def shell(postern: Postern, script: str, **names: str) -> str:
    """What a block prints, with the places and names of this instance."""
    ours = {
        "127.0.0.1:2525": f"127.0.0.1:{postern.smtp}",
        ".postern/": f"{postern.data}/",
        ". .venv/bin/activate": f"PATH={Path(sys.executable).parent}:$PATH",
        **names,
    }
    for told, real in ours.items():
        script = script.replace(told, real)
    environment = {**clean_environment(), "POSTERN_DATA": str(postern.data)}
    words = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def letters(postern: Postern) -> list[EmailMessage]:
    """What was captured so far."""
    files = (postern.data / "capture").glob("*.eml")
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def told_to(postern: Postern, address: str, words: str) -> bool:
    """Whether a letter with these words was captured for somebody."""
    ours = (letter for letter in letters(postern) if letter["Delivered-To"] == address)
    return any(words in str(letter.get_body(("plain",))) for letter in ours)


def test_the_first_mail_goes_as_the_readme_tells_it(tmp_path: Path) -> None:
    first, desk, answer = blocks()
    with Postern(tmp_path / "data") as postern:
        shell(postern, first)
        (ticket,) = until(lambda: postern.desk("ticket", "list"))
        (mail,) = postern.desk("mail", "list")
        shown = shell(postern, desk, **{"DEMO-2026-11-00001": ticket["number"], "explain ID": f"explain {mail['id']}"})
        assert "It does not boil." in shown
        until(lambda: len(letters(postern)) == 2)  # as the README says
        shell(postern, answer)
        until(lambda: told_to(postern, "carla@customer.test", "Please try the other socket."))
        assert len(postern.desk("ticket", "list")) == 1
