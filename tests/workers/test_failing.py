"""What a failed task gives its worker fits into a pipe that nobody reads from."""

import json
import pickle
from typing import Any, Never

import pytest
from celery.app.trace import trace_task_ret
from sqlalchemy.exc import OperationalError

from models import logs
from workers.app import app

ATOMIC = 4_096  # bytes that a pipe takes at once (PIPE_BUF of Linux, pipe(7))
NAME = "clock.tidy"
AWAY = OperationalError("SELECT 1", {"mail": "x" * 200_000}, ConnectionRefusedError())


def as_a_worker() -> Any:
    """What the worker would be told of a task."""
    return trace_task_ret(NAME, "id", {"called_directly": False}, ([], {}, None), None, None, app=app)


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """The task raises it, from some way down."""

    def run(depth: int = 50) -> Never:
        if depth:
            run(depth - 1)
        raise error

    logs.configure(verbose=False)
    monkeypatch.setattr(app.tasks[NAME], "run", run)


@pytest.mark.parametrize(
    ("error", "level", "event"),
    [
        (AWAY, "info", "task put off, the database could not do it"),
        (ValueError("x" * 200_000), "error", "task failed"),
        (UnicodeDecodeError("ascii", b"x" * 200_000, 0, 1, "no"), "error", "task failed"),
    ],
    ids=["database away", "fault", "with a mail in it"],
)
def test_an_error_stays_in_the_log(
    error: Exception, level: str, event: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    failing(monkeypatch, error)
    assert len(pickle.dumps(as_a_worker())) < ATOMIC
    (line,) = (json.loads(line) for line in capfd.readouterr().err.splitlines())
    assert (line["level"], line["event"], line["task"]) == (level, event, NAME)
    assert line.get("error") == ("ConnectionRefusedError" if error is AWAY else None)
    assert ("run(depth - 1)" in line.get("exception", "")) == (level == "error")


def test_called_directly_it_is_raised(monkeypatch: pytest.MonkeyPatch):
    failing(monkeypatch, ValueError("here"))
    with pytest.raises(ValueError, match="here"):
        app.tasks[NAME]()
