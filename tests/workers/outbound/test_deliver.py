from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.outgoing import State
from tests.relay import DROP, HANG, FakeRelay, running
from tests.workers.outbound.certificates import server
from tests.workers.outbound.drafts import written
from workers.outbound.courier import Courier
from workers.outbound.deliver import Patience
from workers.outbound.letter import Outcome, Person, Written
from workers.outbound.relay import Starttls, parse_relay

HASTY = Patience(start=0.4, answer=0.4)
PIPELINING = pytest.mark.parametrize("extensions", [["SIZE 50000000"], ["SIZE 50000000", "PIPELINING"]])


def deliver(relay: FakeRelay, letter: Written, patience: Patience | None = None, **how: object) -> Outcome:
    courier = Courier(replace(parse_relay(relay.url), **how), "postern.test", patience)  # type: ignore[arg-type]  # the fields vary
    try:
        return courier.deliver(letter)
    finally:
        courier.close()


def test_a_letter_arrives_as_it_was_written() -> None:
    letter = written(text="one\n.\n..two\n.three")
    with running() as relay:
        outcome = deliver(relay, letter)
        (taken,) = relay.letters
    assert outcome == Outcome(letter.id, State.SENT, "250 2.0.0 taken")
    assert taken.content == letter.content
    assert taken.mail == f"FROM:<{letter.mail_from}> SIZE={len(letter.content)}"
    assert taken.rcpt == [f"TO:<{letter.recipient}>"]
    assert relay.said[0] == "ehlo postern.test"


def test_the_null_path() -> None:
    with running() as relay:
        deliver(relay, written(return_path=""))
        assert relay.letters[0].mail.startswith("FROM:<> ")


@PIPELINING
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("450 4.2.1 later", State.DEFERRED),
        ("451 4.3.0 later", State.DEFERRED),
        ("421 4.7.0 too many", State.DEFERRED),
        ("550 5.1.1 no such person", State.FAILED),
        ("554 5.7.1 spam", State.FAILED),
        ("530 5.7.0 log in first", State.DEFERRED),
        ("503 5.5.1 not now", State.DEFERRED),
    ],
)
def test_a_refusal_at_each_stage(stage: str, answer: str, state: State, extensions: list[str]) -> None:
    with running(script={stage: [answer]}, extensions=extensions) as relay:
        outcome = deliver(relay, written())
    assert (outcome.state, outcome.answer, outcome.reached) == (state, answer, True)
    assert relay.letters == []


@pytest.mark.parametrize("stage", ["connect", "ehlo"])
@pytest.mark.parametrize("answer", ["421 busy", "450 later", "554 go away", DROP, HANG])
def test_a_relay_that_takes_nobody_is_no_fault_of_the_letter(stage: str, answer: str) -> None:
    with running(script={stage: [answer] * 2}) as relay:
        outcome = deliver(relay, written(), HASTY)
    assert (outcome.state, outcome.reached) == (State.DEFERRED, False)
    assert answer in {DROP, HANG} or answer.split(maxsplit=1)[0] in outcome.answer


@PIPELINING
@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("end", [DROP, HANG])
def test_silence_before_the_dot_is_tried_again(stage: str, end: str, extensions: list[str]) -> None:
    with running(script={stage: [end]}, extensions=extensions) as relay:
        outcome = deliver(relay, written(), HASTY)
    assert (outcome.state, outcome.reached) == (State.DEFERRED, True)


@PIPELINING
@pytest.mark.parametrize("end", [DROP, HANG, "what?"])
def test_silence_after_the_dot_is_unknown_and_not_sent_again(end: str, extensions: list[str]) -> None:
    with running(script={"dot": [end]}, extensions=extensions) as relay:
        outcome = deliver(relay, written(), HASTY)
        assert relay.connections == 1
    assert outcome.state is State.UNKNOWN


@PIPELINING
def test_an_answer_that_fits_no_question_ends_the_connection(extensions: list[str]) -> None:
    with running(script={"data": ["250 fine"]}, extensions=extensions) as relay:
        assert deliver(relay, written()).state is State.DEFERRED
        assert relay.letters == []


def test_who_takes_a_letter_for_nobody_is_given_none() -> None:
    """RFC 2920 section 3.1: of commands sent at once some may be taken after one was refused."""
    with running(extensions=["PIPELINING"], script={"rcpt": ["550 5.1.1 gone"], "data": ["354 go on"]}) as relay:
        courier = Courier(parse_relay(relay.url), "postern.test")
        refused, sent = courier.deliver(written()), courier.deliver(written())
        courier.close()
    assert (refused.state, refused.answer, refused.gone) == (State.FAILED, "550 5.1.1 gone", True)
    assert (sent.state, relay.connections, len(relay.letters)) == (State.SENT, 2, 1)


def test_a_refusal_counts_although_the_relay_hangs_up_after_it() -> None:
    with running(extensions=["PIPELINING"], script={"rcpt": ["550 5.1.1 gone"], "data": ["421 bye"]}) as relay:
        assert deliver(relay, written()).answer == "550 5.1.1 gone"


def test_a_relay_of_the_old_school_knows_no_ehlo() -> None:
    with running(script={"ehlo": ["502 5.5.1 what"]}) as relay:
        assert deliver(relay, written()).state is State.SENT
        assert relay.letters[0].mail == f"FROM:<{written().mail_from}>"


def test_nobody_listens() -> None:
    with running() as relay:
        courier = Courier(parse_relay(relay.url), "postern.test")
    outcome = courier.deliver(written())
    assert (outcome.state, outcome.reached) == (State.DEFERRED, False)
    assert "refused" in outcome.answer


def test_a_letter_above_the_relays_size_is_not_even_offered() -> None:
    with running(extensions=["SIZE 1000"]) as relay:
        outcome = deliver(relay, written())
        assert not any(line.lower().startswith("mail") for line in relay.said)
    assert (outcome.state, outcome.too_large) == (State.FAILED, True)
    assert "at most 1000 bytes" in outcome.answer


@pytest.mark.parametrize("extensions", [["SIZE"], ["SIZE 0"], ["SIZE x"], ["8BITMIME"], ["PIPELINING"]])
def test_a_size_that_says_nothing_limits_nothing(extensions: list[str]) -> None:
    with running(extensions=extensions) as relay:
        assert deliver(relay, written()).state is State.SENT


def test_an_international_address_needs_a_relay_that_knows_them() -> None:
    letter = written(recipient=Person("Jürgen", "jürgen@example.org"))
    with running() as relay:
        refused = deliver(relay, letter)
        assert relay.letters == []
    with running(extensions=["SMTPUTF8", "8BITMIME"]) as relay:
        sent = deliver(relay, letter)
        (taken,) = relay.letters
    assert (refused.state, sent.state) == (State.FAILED, State.SENT)
    assert "SMTPUTF8" in refused.answer
    assert taken.rcpt == ["TO:<jürgen@example.org>"]
    assert taken.mail.endswith(" BODY=8BITMIME SMTPUTF8")


@PIPELINING
def test_an_envelope_with_a_line_end_reaches_no_socket(extensions: list[str]) -> None:
    letter = replace(written(), recipient="a@b.test>\r\nRCPT TO:<victim@x.test")
    with running(extensions=extensions) as relay:
        with pytest.raises(ValueError, match="prohibited"):
            deliver(relay, letter)
        assert not any("victim" in line for line in relay.said)


def test_answers_are_one_short_line() -> None:
    with running(script={"rcpt": ["550-a\x1b[31m\r\n550-" + "b" * 900 + "\r\n550 c"]}) as relay:
        answer = deliver(relay, written()).answer
    assert len(answer) <= 500
    assert answer.startswith("550 a [31m b")


def test_starttls_is_verified_and_used(tmp_path: Path) -> None:
    context, trusted = server(tmp_path)
    with running(context=context) as relay:
        sent = deliver(relay, written(), starttls=Starttls.OFFERED, authority=trusted)
        stranger = deliver(relay, written(), starttls=Starttls.OFFERED)
        assert [taken.encrypted for taken in relay.letters] == [True]
    assert (sent.state, stranger.state, stranger.reached) == (State.SENT, State.DEFERRED, False)
    assert "certificate verify failed" in stranger.answer


@pytest.mark.parametrize("implicit", [True, False])
@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("of somebody else", "IP address mismatch"),
        ("that is over", "certificate has expired"),
        ("signed by itself", "self-signed certificate"),
    ],
)
def test_a_certificate_that_does_not_hold_is_refused(tmp_path: Path, fault: str, why: str, *, implicit: bool) -> None:
    """CVE-2023-5422 (OTRS). The letter waits, and nothing of it was said; nor is it said in the clear then."""
    address = "127.0.0.2" if fault == "of somebody else" else "127.0.0.1"
    over = timedelta(hours=-1) if fault == "that is over" else timedelta(days=1)
    context, trusted = server(tmp_path, address, over=over)
    authority = None if fault == "signed by itself" else trusted
    with running(context=context, implicit_tls=implicit) as relay:
        outcome = deliver(relay, written(), starttls=Starttls.OFFERED, implicit_tls=implicit, authority=authority)
        assert (relay.letters, relay.connections) == ([], 1)
        assert not any(line.lower().startswith("mail") for line in relay.said)
    assert (outcome.state, outcome.reached) == (State.DEFERRED, False)
    assert why in outcome.answer


def test_a_stripped_offer_of_tls_is_no_way_to_a_password() -> None:
    with running() as relay:
        outcome = deliver(relay, written(), starttls=Starttls.REQUIRED, user="u", password="secret")
        assert not any(line.lower().startswith(("auth", "mail")) for line in relay.said)
    assert (outcome.state, outcome.reached) == (State.DEFERRED, False)


def test_a_login_over_tls(tmp_path: Path) -> None:
    context, trusted = server(tmp_path)
    with running(context=context, implicit_tls=True, extensions=["AUTH PLAIN"]) as relay:
        outcome = deliver(relay, written(), implicit_tls=True, authority=trusted, user="us", password="secret")
        assert (relay.letters[0].login, relay.letters[0].encrypted) == (":us:secret", True)
    assert outcome.state is State.SENT


@pytest.mark.parametrize("password", ["secret", "geheimnüs"])
def test_a_refused_login_is_tried_again_and_tells_no_password(password: str) -> None:
    with running(extensions=["AUTH PLAIN"], script={"auth": ["535 5.7.8 no"] * 3}) as relay:
        outcome = deliver(relay, written(), user="us", password=password)
    assert (outcome.state, outcome.reached) == (State.DEFERRED, False)
    assert password not in outcome.answer
