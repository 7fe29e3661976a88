"""How far long work has come, on a terminal and elsewhere."""

import os
import pty
import select

import pytest

from gateway.cli import progress as module
from gateway.cli.progress import Progress, progress


def test_elsewhere_it_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    with progress() as shown, shown.step("filing", 10, unit="mails", done=4) as tell:
        tell(1)
        assert capsys.readouterr().err == "", "not more often than every ten seconds"
        monkeypatch.setattr(module, "EVERY", 0.0)
        tell(2)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "filing: 6 of 10 mails\n")


def test_on_a_terminal_it_is_a_bar_that_goes_away(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        monkeypatch.setenv("TERM", "xterm")
        with progress() as shown, shown.step("filing", 10, unit="mails") as tell:
            tell(10)
        said = ""
        while (
            not ("filing" in said and "%" in said) and select.select([ours], [], [], 10)[0]
        ):  # the kernel hands it over in its own time
            said += os.read(ours, 65_536).decode()
    os.close(ours)
    assert "filing" in said
    assert "%" in said
    assert capsys.readouterr().out == ""


def test_without_a_terminal_nothing_of_it_is_loaded():
    with Progress(None).step("reading", 5, unit="bytes") as tell:
        tell(5)
