"""What a notice means for a letter: the table of actions, of severities, and of whom an agent hears about."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.base import uuid7
from models.blocking import SuppressionReason
from models.outgoing import Letter, State
from workers.inbound import news as module
from workers.inbound.mail import Failure, Mail, Notice
from workers.inbound.news import SOFT_FOR, SOFT_LETTERS, News, Sent

CAROL = "Carol@customer.test"
SENT = Sent(uuid7(), Letter.REPLY, CAROL, State.SENT)
BOUNCED, COMPLAINED = SuppressionReason.BOUNCED, SuppressionReason.COMPLAINED


def told(mail: Mail, sent: Sent, *, at_return_path: bool = True) -> News:
    return module.told(mail, sent, at_return_path=at_return_path)


def failure(address: str = CAROL.lower(), action: str = "failed", **said: Any) -> Failure:
    return Failure(address, said.get("status", "5.1.1"), action, said.get("hard", True), said.get("reason", "nobody"))


def report(*failures: Failure, kind: str = "bounce") -> Mail:
    return Mail(report=True, notice=Notice(kind, "it is", failures))


def complaint(kind: str) -> Mail:
    return report(Failure("", "", "complained", hard=False, reason=kind), kind="feedback")


@pytest.mark.parametrize(
    ("mail", "state", "suppress", "tell"),
    [
        (report(failure()), State.BOUNCED, BOUNCED, True),
        (report(failure(hard=False)), State.BOUNCED, None, True),
        (report(failure(action="delayed", hard=False)), None, None, False),
        (report(failure(action="delivered", hard=False)), State.DELIVERED, None, False),
        (report(failure(action="relayed", hard=False)), None, None, False),
        (report(failure(action="shown", hard=False), kind="receipt"), State.DELIVERED, None, False),
        (report(), State.BOUNCED, None, True),
        (Mail(report=True), State.BOUNCED, None, True),
        (Mail(), None, None, False),
        (Mail(notice=Notice("automatic", "it is")), None, None, False),
        (complaint("abuse"), State.DELIVERED, COMPLAINED, True),
        (complaint("not-spam"), None, None, False),
        (complaint("auth-failure"), None, None, False),
        (report(kind="feedback"), None, None, False),
    ],
)  # fmt: skip
def test_what_is_said_and_what_follows(mail: Mail, state: State, suppress: SuppressionReason, tell: bool):
    news = told(mail, SENT)
    assert (news.state, news.suppress, news.tell) == (state, suppress, tell)
    assert (news.recipient, news.period) == (CAROL, None)
    assert bool(news.consequence) == bool(suppress)
    assert CAROL in news.what


@pytest.mark.parametrize(
    ("failures", "hard"),
    [
        ((failure("other@elsewhere.test"),), True),  # it was forwarded there
        ((failure("a@elsewhere.test"), failure("b@elsewhere.test", hard=False)), False),  # a list; who is ours?
        ((failure("other@elsewhere.test"), failure(hard=False)), False),
        ((failure("other@elsewhere.test", hard=False), failure()), True),
        ((failure(action="delivered", hard=False), failure("other@elsewhere.test")), None),
    ],
)
def test_of_several_addresses_ours_counts(failures: tuple[Failure, ...], hard: bool | None):
    news = told(report(*failures), SENT)
    assert (news.state, news.suppress is BOUNCED) == (State.DELIVERED if hard is None else State.BOUNCED, bool(hard))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", ["failed", "delivered"])
def test_only_what_went_out_changes(state: State, action: str):
    went = {State.SENDING, State.SENT, State.UNKNOWN, State.CAPTURED}
    wanted, before = (State.BOUNCED, {*went, State.DELIVERED}) if action == "failed" else (State.DELIVERED, went)
    news = told(report(failure(action=action)), replace(SENT, state=state))
    assert news.state == (wanted if state in before else None)


def test_once_is_enough():
    first = told(report(failure()), SENT)
    again = told(report(failure()), first.after(SENT, itself=True))
    assert (first.tell, again.tell) == (True, False)
    other = first.after(replace(SENT, kind=Letter.NOTIFICATION), itself=False)
    assert (other.state, other.suppressed) == (State.SENT, True)
    assert not told(report(failure()), other).tell


def test_a_persons_words_that_were_on_their_way_are_told_all_the_same():
    assert told(report(failure()), replace(SENT, suppressed=True)).tell


@pytest.mark.parametrize("letter", [Letter.NOTIFICATION, Letter.ACKNOWLEDGEMENT, Letter.RETURNED])
def test_of_what_a_program_wrote_no_agent_hears_unless_the_address_ends(letter: Letter):
    assert not told(report(failure(hard=False)), replace(SENT, kind=letter)).tell
    assert told(report(failure()), replace(SENT, kind=letter)).tell


@pytest.mark.parametrize(
    ("before", "period"), [(0, None), (SOFT_LETTERS - 2, None), (SOFT_LETTERS - 1, SOFT_FOR), (SOFT_LETTERS, SOFT_FOR)]
)
def test_so_many_soft_ones_are_enough_for_a_while(before: int, period: timedelta | None):
    sent = replace(SENT, kind=Letter.NOTIFICATION, bounced=before)
    news = told(report(failure(hard=False, status="4.2.2", reason="452 4.2.2 full")), sent)
    assert (news.suppress, news.period, news.tell) == (BOUNCED if period else None, period, bool(period))
    assert news.answer == "452 4.2.2 full"
    assert not told(report(failure(hard=False)), news.after(sent, itself=True)).suppress, "one letter counts once"


@pytest.mark.parametrize(
    ("status", "reason", "answer"),
    [
        ("5.1.1", "no such user", "5.1.1 no such user"),
        ("5.1.1", "550 5.1.1 no", "550 5.1.1 no"),
        ("", "away", "away"),
        ("5.1.1", "", "5.1.1"),
        ("", "", "no reason is given"),
    ],
)
def test_the_answer_is_status_and_reason(status: str, reason: str, answer: str):
    assert told(report(failure(status=status, reason=reason)), SENT).answer == answer


@pytest.mark.parametrize("mail", [report(failure()), complaint("abuse")])
@pytest.mark.parametrize("is_staff", [True, False])
@pytest.mark.parametrize("at_return_path", [True, False])
def test_an_agent_is_given_up_only_for_what_comes_to_the_return_path(mail: Mail, is_staff: bool, at_return_path: bool):
    sent = replace(SENT, kind=Letter.NOTIFICATION, is_staff=is_staff, bounced=SOFT_LETTERS)
    news = told(mail, sent, at_return_path=at_return_path)
    assert bool(news.suppress) == news.tell == (at_return_path or not is_staff)
