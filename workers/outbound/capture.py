"""With no relay configured, letters become files that any mail program opens: `<data>/capture/<id>.eml`."""

import os
from contextlib import suppress
from pathlib import Path

from models.captured import FOLDER
from models.outgoing import State
from workers.outbound.letter import Outcome, Written


def capture(folder: Path, letter: Written) -> Outcome:
    """Write one letter whole or not at all; it is safe on disk when this returns.

    The file is the envelope as a mail server would note it (`Return-Path`, `Delivered-To`) and then the exact bytes.

    Args:
        folder: made when it is missing.
        letter: what would have gone out.
    """
    path = folder / f"{letter.id}.eml"
    draft = folder / f".{letter.id}.part"
    envelope = f"Return-Path: <{letter.mail_from}>\r\nDelivered-To: {letter.recipient}\r\n"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with draft.open("wb") as file:
            file.write(envelope.encode() + letter.content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _settle(folder)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        answer = f"cannot write into the capture folder: {error.strerror}"
        return Outcome(letter.id, State.DEFERRED, answer, reached=False)
    return Outcome(letter.id, State.CAPTURED, f"written to {FOLDER}/{path.name}")


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
