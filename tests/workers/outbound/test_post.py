from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import pytest

from models.outgoing import Letter, State
from models.settings import Settings
from tests.relay import running
from tests.workers.outbound.drafts import draft
from workers.outbound import post as module
from workers.outbound.capture import capture
from workers.outbound.courier import Courier
from workers.outbound.letter import File, Outcome, Person, Written
from workers.outbound.post import post, way_out, write
from workers.outbound.relay import parse_relay


def test_without_a_relay_letters_are_captured(tmp_path: Path) -> None:
    deliver = way_out(Settings(data=tmp_path, relay=None))
    assert post(draft(), deliver).state is State.CAPTURED
    assert len(list((tmp_path / "capture").glob("*.eml"))) == 1


def test_with_a_relay_they_go_there(tmp_path: Path) -> None:
    with running() as relay:
        deliver = way_out(Settings(data=tmp_path, relay=relay.url, hostname="postern.test"))
        assert post(draft(), deliver).state is State.SENT
        assert len(relay.letters) == 1
        assert isinstance(deliver.__self__, Courier)  # type: ignore[attr-defined]  # it is a bound method
        deliver.__self__.close()  # type: ignore[attr-defined]  # likewise


def test_a_relay_that_is_none_is_told_with_each_letter_and_not_its_password(tmp_path: Path) -> None:
    outcome = post(draft(), way_out(Settings(data=tmp_path, relay="smtp://u:secret@mx.test/x")))
    assert (outcome.state, outcome.reached) == (State.DEFERRED, False)
    assert outcome.answer.startswith("POSTERN_RELAY: ")
    assert "secret" not in outcome.answer


def test_a_letter_that_cannot_be_written_fails_alone_with_its_reason(tmp_path: Path) -> None:
    deliver = partial(capture, tmp_path)
    refused = post(draft(recipient=Person("x", "a@b\r\nc")), deliver)
    assert (refused.state, "address" in refused.answer) == (State.FAILED, True)
    assert post(draft(kind="unheard_of"), deliver).state is State.FAILED
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_ours_fails_one_letter_and_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "compose", lambda _draft, _words: 1 / 0)
    outcome = write(draft())
    assert isinstance(outcome, Outcome)
    assert (outcome.state, outcome.answer) == (State.FAILED, "a fault of ours: ZeroDivisionError while it was written")


def test_a_fault_of_ours_on_the_way_is_unknown() -> None:
    def broken(_letter: Written) -> Outcome:
        raise KeyError("x")

    assert post(draft(), broken).state is State.UNKNOWN


def test_files_that_make_a_letter_too_large_stay_behind_and_are_named() -> None:
    made = draft(kind=Letter.NOTIFICATION, files=(File("big.bin", "application/x-big", b"x" * 60_000),))
    with running(extensions=["SIZE 40000"]) as relay:
        bearer = Courier(parse_relay(relay.url), "postern.test")
        outcome = post(made, bearer.deliver)
        bearer.close()
        (taken,) = relay.letters
    assert outcome.state is State.SENT
    body = message_from_bytes(taken.content, policy=policy.default).get_body(("plain",))
    assert body
    assert "Too large to travel with this mail:\r\n- big.bin" in body.get_content()
