"""A failpoint is obeyed once, by one process, and only where a folder for them is configured."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import settings as module
from models.failpoint import ACTIONS, REACHED, Failed, reach

REACHES = "from models.failpoint import reach; reach('here'); print('went on')"


def passer(folder: Path) -> "subprocess.Popen[str]":
    """A process in a group of its own that passes the place."""
    environment = {**os.environ, "POSTERN_FAILPOINTS": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", REACHES], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


@pytest.mark.parametrize("action", ["kill", "die"])
def test_the_first_to_pass_is_killed_and_the_next_goes_on(tmp_path: Path, action: str):
    (tmp_path / "here").write_text(action)
    with passer(tmp_path) as first:
        assert first.wait(20) == -signal.SIGKILL
    assert (tmp_path / f"here{REACHED}").exists()
    with passer(tmp_path) as second:
        assert second.communicate(timeout=20)[0] == "went on\n"


def test_a_frozen_process_goes_on_when_it_may(tmp_path: Path):
    (tmp_path / "here").write_text("freeze")
    with passer(tmp_path) as frozen:
        assert os.WIFSTOPPED(os.waitpid(frozen.pid, os.WUNTRACED)[1])
        os.kill(frozen.pid, signal.SIGCONT)
        assert frozen.communicate(timeout=20)[0] == "went on\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This process listens to it."""
    with monkeypatch.context() as patch:
        patch.setitem(module._overrides, "failpoints", tmp_path)
        module.settings.cache_clear()
        yield tmp_path
    module.settings.cache_clear()


def test_one_that_raises_does_so_once(folder: Path):
    (folder / "here").write_text("raise")
    reach("elsewhere")
    with pytest.raises(Failed, match="here"):
        reach("here")
    reach("here")


def test_without_a_folder_nothing_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for name in ACTIONS:
        Path(name).write_text(name)
        reach(name)
