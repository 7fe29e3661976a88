"""One hook that is due for one entry into its stage, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models.hook import HookType, RunState

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is ours until the transaction ends.

    Attributes:
        history, hook: its key: the revision that entered the stage, and what the stage has done then.
        ticket: which ticket; locked.
        stage: the stage's name.
        stage_id: the stage that was entered.
        attempts: how often it was tried before.
        is_current: the ticket stands in that stage since then.
        is_delayed: its delay, if it has one, is over.
        dropped: why nothing is to be done any more, '' if something is.
        at: now.
    """

    history: UUID
    hook: UUID
    ticket: UUID
    kind: HookType
    config: Row
    stage: str
    stage_id: UUID
    attempts: int
    is_current: bool
    is_delayed: bool
    dropped: str
    at: datetime

    @property
    def key(self) -> Row:
        """What its row is found by, as JSON has it."""
        return {"history_id": self.history.hex, "hook_id": self.hook.hex, "ticket_id": self.ticket.hex}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a run.

    Attributes:
        answer: for whoever looks at it.
        pause: seconds until it is tried again, when it is `waiting`.
        letter: an outbox row that is to be sent.
        webhook: one that is to be called.
    """

    run: Run
    state: RunState
    answer: str
    pause: float = 0.0
    letter: UUID | None = None
    webhook: UUID | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How hooks of one type are carried out.

    Attributes:
        read: pure; what a run asks for by its config. Raises `Permanent` where that can never be done.
        carry: does it for many runs at once, each of another ticket, in statements that do not grow in number.
    """

    read: Callable[[Run], Row]
    carry: Callable[[Connection, UUID, Sequence[tuple[Run, Row]]], list[Result]]
