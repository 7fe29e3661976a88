"""Rings the fleet's doorbell from the desk; a hint that is lost costs a few seconds, since the sweep rings again."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any
from uuid import UUID


def ring(task: str, ids: Sequence[UUID]) -> None:
    """Tell the workers that rows wait; call it after the commit.

    Args:
        task: name of the task, such as `outbound.send`.
        ids: of the rows; none rings nothing.
    """
    if not ids:
        return
    structlog = import_module("structlog")  # loaded here: with Celery it takes longer than most commands
    structlog.configure(processors=[_sentence], logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    import_module("workers.app").ring(task, ids)


def _sentence(_logger: object, _level: str, event: dict[str, Any]) -> str:
    return f"postern: {event['event']}; it is kept and waits until Redis and the workers are back"
