"""The killable child: what it may not do, how it is lost, and that it never outlives its owner."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.waiting import until
from tests.workers import misbehaving
from workers.errors import Temporary
from workers.sandbox import Child, Lost, Request

ROOT = Path(__file__).parents[2]
MODULE = "tests.workers.misbehaving"


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child(MODULE)
    yield made
    made.close()


def ask(child: Child, deed: Callable[[bytes], bytes], content: bytes = b"", seconds: float = 20) -> bytes:
    request = Request(misbehaving.DEEDS.index(deed), content, 4, 1_000_000)
    child.send(request)
    head, body = child.answer(request, seconds)
    assert head == b"head"
    return bytes(body)


def gone(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_it_answers_in_order_whatever_the_sizes(child: Child) -> None:
    contents = [bytes([n]) * size for n, size in enumerate((0, 1, 70_000, 3, 900_000, 0, 65_536))]
    requests = [Request(0, content, 4, 1_000_000) for content in contents]
    for request in requests:
        child.send(request)
    assert child.ahead > 1_000_000
    assert [bytes(child.answer(request, 20)[1]) for request in requests] == contents
    assert (child.ahead, child.answered) == (0, 7)


def test_it_inherits_no_secret_and_few_rights(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTERN_DATABASE_URL", "postgresql://user:hunter2@host/db")
    with_secret = Child(MODULE)
    try:
        variables, (limits,), files = json.loads(ask(with_secret, misbehaving.environment))
    finally:
        with_secret.close()
    assert set(variables) <= {"PYTHONPATH", "LC_ALL", "LC_CTYPE"}
    assert (limits["NOFILE"], limits["FSIZE"], limits["CORE"]) == (16, 0, 0)
    assert 2**29 < limits["AS"] < 2**31
    assert len(files) <= 7


@pytest.mark.parametrize(
    ("deed", "content", "outcome"),
    [(misbehaving.memory, b"", b"MemoryError"), (misbehaving.noise, b"", b"quiet")],
)
def test_it_is_confined(child: Child, deed: Callable[[bytes], bytes], content: bytes, outcome: bytes) -> None:
    assert ask(child, deed, content) == outcome
    assert ask(child, misbehaving.echo, b"still there") == b"still there"


def test_it_writes_no_file(child: Child, tmp_path: Path) -> None:
    place = tmp_path / "written"
    assert ask(child, misbehaving.write, str(place).encode()) == b"OSError"
    assert not place.exists() or place.stat().st_size == 0


def test_it_opens_few_files(child: Child) -> None:
    assert int(ask(child, misbehaving.files)) < 16


@pytest.mark.parametrize(
    ("deed", "why", "seconds"),
    [
        (misbehaving.crash, "its process ended with -11", 20),
        (misbehaving.leave, "its process ended with 3", 20),
        (misbehaving.hang, "it took too long", 0.3),
        (misbehaving.spin, "it took too long", 0.3),
        (misbehaving.hide, "its process closed its answers and went on", 20),
        (misbehaving.flood, "its answer was too large", 20),
    ],
)
def test_it_is_lost_with_a_reason(child: Child, deed: Callable[[bytes], bytes], why: str, seconds: float) -> None:
    with pytest.raises(Lost, match=why) as lost:
        ask(child, deed, seconds=seconds)
    assert not lost.value.outside
    child.close()
    assert gone(child.pid)


def test_killed_by_somebody_else_it_says_so(child: Child) -> None:
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(Lost) as lost:
        ask(child, misbehaving.echo, b"x" * 500_000)
    assert lost.value.outside
    assert not child.alive


def test_what_does_not_start_is_tried_later() -> None:
    with pytest.raises(Temporary, match="did not start"):
        Child("tests.workers.no_such_module")


def test_it_ends_when_nobody_holds_it() -> None:
    child = Child(MODULE)
    pid = child.pid
    del child
    assert until(lambda: gone(pid))


def test_it_ends_when_its_owner_is_killed() -> None:
    """Even in the middle of something: at the next look at its input."""
    program = f"from workers.sandbox import Child; child = Child('{MODULE}'); print(child.pid, flush=True); input()"
    owner = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert not gone(pid)
        owner.kill()
    assert until(lambda: gone(pid))


FORKS = """
import os
from workers.inbound.reading import Sandbox
sandbox = Sandbox()
mail, = sandbox.parse([b"Subject: one\\r\\n\\r\\n"])
first = sandbox.pid
if not (forked := os.fork()):
    mail, = sandbox.parse([b"Subject: two\\r\\n\\r\\n"])
    right = mail.subject == "two" and sandbox.pid != first
    sandbox.close()
    os._exit(0 if right else 1)
assert os.waitpid(forked, 0)[1] == 0
mail, = sandbox.parse([b"Subject: three\\r\\n\\r\\n"])
assert mail.subject == "three" and sandbox.pid == first
"""


def test_after_a_fork_each_has_its_own() -> None:
    assert subprocess.run([sys.executable, "-c", FORKS], cwd=ROOT, check=False, timeout=60).returncode == 0
