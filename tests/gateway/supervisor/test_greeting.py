"""The command that is printed is one a shell can run, wherever the door listens."""

import shlex
from pathlib import Path

import pytest

from gateway.supervisor import greeting
from models.settings import Settings


@pytest.mark.parametrize(
    ("smtp", "door"),
    [
        ("127.0.0.1:2525", "smtp://127.0.0.1:2525"),
        ("0.0.0.0:25", "smtp://127.0.0.1:25"),
        ("[::]:25", "smtp://[::1]:25"),
        ("mx.demo.test:2526", "smtp://mx.demo.test:2526"),
    ],
)
def test_the_command_reaches_the_door(tmp_path: Path, smtp: str, door: str) -> None:
    lines = greeting.lines(Settings(data=tmp_path / "a b", smtp=smtp), ["http"], "support@demo.test", 1.23)
    words = shlex.split(lines[2])
    assert words[words.index("--url") + 1] == door
    assert words[words.index("--mail-rcpt") + 1] == "support@demo.test"
    assert "\\n\\n" in words[1]
    assert "default port for http" in lines[0]
    assert shlex.quote(str(tmp_path / "a b")) in lines[3]
