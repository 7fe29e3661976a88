from pathlib import Path

import pytest

from models.outgoing import State
from tests.workers.outbound.drafts import written
from workers.outbound.capture import capture


def test_a_letter_becomes_a_file_with_its_envelope_and_its_exact_bytes(tmp_path: Path) -> None:
    letter = written()
    outcome = capture(tmp_path / "capture", letter)
    (path,) = (tmp_path / "capture").iterdir()
    assert path.name == f"{letter.id}.eml"
    envelope = f"Return-Path: <{letter.mail_from}>\r\nDelivered-To: {letter.recipient}\r\n".encode()
    assert path.read_bytes() == envelope + letter.content
    assert (outcome.state, outcome.answer) == (State.CAPTURED, f"written to capture/{letter.id}.eml")


def test_the_null_path_and_a_second_try(tmp_path: Path) -> None:
    capture(tmp_path, written(return_path=""))
    capture(tmp_path, written(return_path=""))
    (path,) = tmp_path.iterdir()
    assert path.read_bytes().startswith(b"Return-Path: <>\r\n")


@pytest.mark.parametrize("obstacle", ["capture", "part"])
def test_a_folder_that_cannot_be_written_keeps_the_letter_waiting(tmp_path: Path, obstacle: str) -> None:
    letter = written()
    if obstacle == "capture":
        (tmp_path / "capture").write_text("in the way")
    else:
        (tmp_path / "capture" / f".{letter.id}.part").mkdir(parents=True)
    outcome = capture(tmp_path / "capture", letter)
    assert (outcome.state, outcome.reached) == (State.DEFERRED, False)
    assert not list(tmp_path.glob("capture/*.eml"))
