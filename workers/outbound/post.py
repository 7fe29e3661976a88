"""One letter from draft to outcome: rendered, composed, handed over; its failure is its own."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import structlog

from models.captured import FOLDER
from models.outgoing import State
from models.settings import Settings
from workers.errors import Permanent, Temporary
from workers.outbound.capture import capture
from workers.outbound.compose import compose
from workers.outbound.courier import courier
from workers.outbound.letter import Draft, Outcome, Written
from workers.outbound.relay import Relay
from workers.outbound.render import render

Deliver = Callable[[Written], Outcome]
log = structlog.get_logger()


def way_out(settings: Settings, own: Relay | None = None) -> Deliver:
    """How letters leave: by the relay, or into the capture folder when none is configured.

    Args:
        settings: of this process.
        own: the relay of the mailbox they are from, if it has one.
    """
    if own is not None:
        return courier(own, settings.hostname).deliver
    if settings.relay is None:
        return partial(capture, settings.home / FOLDER)
    try:
        return courier(settings.relay, settings.hostname).deliver
    except ValueError as error:
        return partial(_nowhere, f"POSTERN_RELAY: {error}")


def post(draft: Draft, deliver: Deliver) -> Outcome:
    """Write a letter and hand it over; without its files when only they made it too large.

    Args:
        draft: complete with the bytes of its files.
        deliver: from `way_out`.
    """
    written = write(draft)
    if isinstance(written, Outcome):
        return written
    outcome = _hand_over(written, deliver)
    if outcome.too_large and draft.files:
        names = tuple(file.name for file in draft.files)
        return post(replace(draft, files=(), left_out=draft.left_out + names), deliver)
    return outcome


def write(draft: Draft) -> Written | Outcome:
    """The finished letter, or why it cannot be one, now or ever."""
    try:
        return compose(draft, render(draft))
    except Permanent as error:
        return Outcome(draft.id, State.FAILED, str(error))
    except Temporary as error:
        return Outcome(draft.id, State.DEFERRED, str(error))
    except Exception as error:
        log.exception("letter.fault", id=str(draft.id), letter=draft.kind)
        return Outcome(draft.id, State.FAILED, f"a fault of ours: {type(error).__name__} while it was written")


def _hand_over(written: Written, deliver: Deliver) -> Outcome:
    try:
        return deliver(written)
    except Exception as error:
        log.exception("letter.fault", id=str(written.id))
        return Outcome(written.id, State.UNKNOWN, f"a fault of ours: {type(error).__name__} while it was handed over")


def _nowhere(answer: str, letter: Written) -> Outcome:
    return Outcome(letter.id, State.DEFERRED, answer, reached=False)
