"""Each signal on what it is for, and on what it must leave alone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from workers.inbound.parse import parse
from workers.inbound.spam import bayes
from workers.inbound.spam.hint import Hint
from workers.inbound.spam.score import BASE
from workers.inbound.spam.sight import Finding, Relation, Signal, Standing, StandingSignal, look
from workers.inbound.spam.signals import (
    SIGNALS,
    STANDING,
    files,
    forgery,
    links,
    relation,
    scanners,
    sender,
    structure,
    subject,
    time,
    words,
)
from workers.inbound.spam.taught import THRESHOLD

AT = datetime(2026, 11, 29, tzinfo=UTC)
HEAD = {
    "From": "Carla <carla@customer.test>",
    "To": "us@our.test",
    "Subject": "The kettle",
    "Date": "Sun, 29 Nov 2026 10:00:00 +0000",
    "Message-ID": "<1@c.test>",
}


def a_mail(text: str = "It leaks.", **headers: str | None) -> bytes:
    said = HEAD | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in said.items() if value is not None]
    return "\r\n".join([*lines, "", text, ""]).encode()


def weight(signal: Signal, content: bytes) -> float:
    return _weight(signal(look(parse(content), content)))


def standing(signal: StandingSignal, known: Relation = Relation.STRANGER, date: datetime = AT) -> float:
    return _weight(signal(Standing(date, AT, known)))


def _weight(hint: Hint | None) -> float:
    assert hint is None or hint.reason
    return hint.weight if hint else 0.0


def page(text: str) -> bytes:
    return a_mail(text, Content_Type="text/html; charset=utf-8")


def in_bytes(name: str, said: str) -> bytes:
    """A header in latin-1, as no program of today writes it."""
    return a_mail(**{name: "HERE"}).replace(b"HERE", said.encode("latin-1"))


def with_file(name: str) -> bytes:
    part = (
        f'--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\nx'
    )
    return a_mail(f"--b\r\n\r\nSee.\r\n{part}\r\n--b--", Content_Type="multipart/mixed; boundary=b")


OUTLOOK = {"X_Mailer": "Microsoft Outlook 16.0"}
OVER = "from mail.elsewhere.test (mail.elsewhere.test [192.0.2.7]) by mx.our.test"
ANCHOR = '<a href="http://{}/">www.bank.test</a>'
SPEAKS: list[tuple[Signal, bytes]] = [
    (sender.unknown, a_mail(From=None)),
    (sender.names_another, a_mail(From='"service@bank.test" <x@evil.test>')),
    (sender.answers_elsewhere, a_mail(Reply_To="carla1@gmail.com")),
    (sender.numbered, a_mail(From="kathy23948@yahoo.com")),
    (subject.shouts, a_mail(Subject="MAKE MONEY WHILE YOU SLEEP")),
    (subject.advertises, a_mail(Subject="ADV: kettles")),
    (subject.advertises, a_mail(Subject="Advertisement: kettles")),
    (subject.is_spaced_out, a_mail(Subject="F R E E M O N E Y")),
    (subject.ends_in_a_code, a_mail(Subject="Kettles for less            qxzv")),
    (subject.ends_in_a_code, a_mail(Subject="Kettles for less 8472jvbs2")),
    (structure.only_html, page("<p>Hello</p>")),
    (structure.lacks_headers, a_mail(Date=None)),
    (structure.hides_recipients, a_mail(To="undisclosed-recipients:;")),
    (
        structure.is_wrapped,
        a_mail("SGVsbG8sIGhlcmUgaXMgYW4gb2ZmZXI=", Content_Type="text/plain", Content_Transfer_Encoding="base64"),
    ),
    (structure.has_an_odd_identifier, a_mail(Message_ID="PM200011:12:45 AM")),
    (structure.says_it_in_bytes, in_bytes("Subject", "Th\xe9 pour tous")),
    (structure.says_it_in_bytes, in_bytes("From", "Andr\xe9 <andre@shop.test>")),
    (structure.is_hardly_more_than_a_link, page('<a href="http://shop.test/1"><img src="http://shop.test/1.gif"></a>')),
    (time.is_written_after_it_came, a_mail(Received=OVER + "; Sun, 29 Nov 2026 09:49:00 +0000")),
    (time.is_written_after_it_came, a_mail(Received=OVER + "; Sun, 29 Nov 2026 10:30:00 +0100")),
    (time.has_waited, a_mail(Received=OVER + "; Mon, 30 Nov 2026 10:01:00 +0000")),
    (forgery.is_of_no_zone, a_mail(Date="Sun, 29 Nov 2026 10:00:00 -1900")),
    (forgery.is_of_no_zone, a_mail(Date="Sun, 29 Nov 2026 10:00 +0199")),
    (forgery.is_of_another_time, a_mail(Message_ID="<000001c23d5e$6d59e8a0$0200a8c0@c>", **OUTLOOK)),
    (forgery.is_of_another_time, a_mail(Message_ID="<0000fffffffe$6d59e8a0$0200a8c0@c>", **OUTLOOK)),
    (forgery.borrows_a_free_address, a_mail(From="ann@yahoo.com", Received=OVER)),
    (links.to_numbers, a_mail("See http://10.1.2.3/offer")),
    (links.show_another, page(ANCHOR.format("evil.test"))),
    (links.are_disguised, a_mail("See http://www.bank.test@evil.test/login")),
    (files.runs, with_file("invoice.scr")),
    (files.hides_its_kind, with_file("invoice.pdf.html")),
    (words.themes, a_mail("We bring your website to the first page of Google.")),
    (words.says_it_is_no_spam, a_mail("This is not spam.")),
    (words.greets_anybody, a_mail("Dear Friend,\nI write to you about kettles.")),
    (words.greets_anybody, a_mail("Attention: Dear Email User,\nyour mailbox is full.")),
]
LEAVES_ALONE: list[tuple[Signal, bytes]] = [
    (sender.names_another, a_mail(From='"carla@customer.test" <carla@mail.customer.test>')),
    (sender.answers_elsewhere, a_mail(Reply_To="carla1@gmail.com", List_Id="<l.list.test>")),
    (sender.answers_elsewhere, a_mail(From="c@gmail.com", Reply_To="d@gmail.com")),
    (sender.numbered, a_mail(From="kathy23948@customer.test")),
    (sender.numbered, a_mail(From="kathy85@yahoo.com")),
    (subject.shouts, a_mail(Subject="HELP")),
    (
        subject.shouts,
        a_mail(Subject="=?utf-8?b?5Y2w5Yi35qmf5aOK5LqG6KuL5bmr5b+Z6Kyd6Kyd5L2g?="),
    ),  # a script without capitals
    (subject.advertises, a_mail(Subject="Advice on kettles")),
    (subject.advertises, a_mail(Subject="Advent calendar")),
    (subject.advertises, a_mail(Subject="广告 does not show")),
    (subject.ends_in_a_code, a_mail(Subject="Re: order 8472jvbs2", In_Reply_To="<0@c.test>")),
    (subject.ends_in_a_code, a_mail(Subject="Kettle of 2024-05-01")),
    (structure.lacks_headers, a_mail(To=None, Cc="us@our.test")),
    (
        structure.is_wrapped,
        a_mail("R3LDvMOfZQ==", Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="base64"),
    ),
    (forgery.is_of_no_zone, a_mail(Date="Sun, 29 Nov 2026 10:00:00 +1400")),
    (forgery.is_of_no_zone, a_mail(Date="Sun, 29 Nov 2026 10:00:00 -0930")),
    (forgery.is_of_no_zone, a_mail(Date="Sun, 29 Nov 2026 10:00:00 GMT")),
    (forgery.is_of_another_time, a_mail(Message_ID="<000001dd7fe8$6d59e8a0$0200a8c0@c>", **OUTLOOK)),
    (forgery.is_of_another_time, a_mail(Message_ID="<000001c23d5e$6d59e8a0$0200a8c0@c>")),
    (forgery.borrows_a_free_address, a_mail(From="ann@yahoo.com", Received=OVER.replace("elsewhere", "yahoo"))),
    (forgery.borrows_a_free_address, a_mail(From="ann@gmail.com", Received=OVER.replace("elsewhere", "google"))),
    (forgery.borrows_a_free_address, a_mail(From="ann@gmail.com", Received=OVER, DKIM_Signature="d=google.test")),
    (forgery.borrows_a_free_address, a_mail(From="ann@yahoo.com", Received=OVER, List_ID="<l.list.test>")),
    (forgery.borrows_a_free_address, a_mail(From="ann@yahoo.com")),
    (structure.has_an_odd_identifier, a_mail(Message_ID="\r\n <1@c.test>")),
    (structure.has_an_odd_identifier, a_mail(Message_ID="<1@c.test> (added by mx.our.test)")),
    (structure.has_an_odd_identifier, a_mail(Message_ID=None)),
    (structure.says_it_in_bytes, a_mail(Subject="Thé pour tous")),
    (structure.says_it_in_bytes, a_mail(Subject="x" + "é" * 1_000)),
    (structure.says_it_in_bytes, a_mail(Subject="é" * 1_000)),
    (structure.is_hardly_more_than_a_link, page("<p>It leaks.</p>")),
    (structure.is_hardly_more_than_a_link, a_mail("http://shop.test/1")),
    (structure.is_hardly_more_than_a_link, page("<a href='http://shop.test/1'>the kettle</a> " + "It leaks. " * 30)),
    (time.is_written_after_it_came, a_mail(Received=OVER + "; Sun, 29 Nov 2026 09:51:00 +0000")),
    (time.is_written_after_it_came, a_mail(Received=OVER + "; Sun, 29 Nov 2026 09:00:00 -0000")),
    (
        time.is_written_after_it_came,
        a_mail(
            Date=None,
            Received=f"{OVER}; Sun, 29 Nov 2026 10:00:00 +0000\r\nReceived: {OVER}; Sun, 29 Nov 2026 09:00:00 +0000",
        ),
    ),
    (time.has_waited, a_mail(Received=OVER + "; Mon, 30 Nov 2026 09:59:00 +0000")),
    (time.has_waited, a_mail(Received=OVER + "; whenever")),
    (words.greets_anybody, a_mail("Dear Carla,\nmy friend has a kettle.")),
    (words.greets_anybody, a_mail("Dear Sir or Madam,\nmy kettle leaks.")),
    (words.greets_anybody, a_mail("It leaks. " * 40 + "Dear friend")),
    (links.show_another, page(ANCHOR.format("login.bank.test"))),
    (files.runs, with_file("notes.txt")),
    (files.hides_its_kind, with_file("version.1.2.pdf")),
]


@pytest.mark.parametrize("label", ["ADV: kettles", "[ADV] kettles", "未承諾広告※お湯", "(광고) 주전자", "【广告】水壶"])
def test_who_labels_an_advertisement_as_laws_ask_is_believed(label: str):
    content = a_mail(Subject=label)
    assert bayes.chance(BASE + weight(subject.advertises, content)) >= THRESHOLD


@pytest.mark.parametrize("other", ["Re: ADV: kettles", "Ad campaign", "ADV module 3 is broken"])
def test_who_only_speaks_of_one_is_not_kept_for_it(other: str):
    assert bayes.chance(BASE + weight(subject.advertises, a_mail(Subject=other))) < THRESHOLD / 2


def named(case: tuple[Signal, bytes]) -> str:
    return f"{case[0].__module__.rpartition('.')[2]}-{case[0].__name__}"


@pytest.mark.parametrize(("signal", "content"), SPEAKS, ids=map(named, SPEAKS))
def test_it_speaks_for_spam(signal: Signal, content: bytes):
    assert weight(signal, content) > 0
    assert weight(signal, a_mail()) == 0


@pytest.mark.parametrize(("signal", "content"), LEAVES_ALONE, ids=map(named, LEAVES_ALONE))
def test_it_leaves_alone(signal: Signal, content: bytes):
    assert weight(signal, content) == 0


@pytest.mark.parametrize("known", [one for one in Relation if one is not Relation.STRANGER])
def test_whom_we_know_speaks_against_it(known: Relation):
    assert standing(relation.known, known) <= -5
    assert standing(relation.known) == 0
    assert weight(relation.by_list, a_mail(List_Id="<l.l.test>", List_Unsubscribe="<mailto:l@l.test>")) < 0


@pytest.mark.parametrize(
    ("share", "least", "most"), [(2.3, 9, 9), (1.0, 6.3, 7), (0.5, 0, 0), (0.0, -2, -2), (-5.0, -2, -2), (None, 0, 0)]
)
def test_what_a_scanner_says_weighs_within_bounds(share: float | None, least: float, most: float):
    (hint,) = scanners.opinions([Finding("rspamd", share, "so")], 0)
    assert least <= hint.weight <= most
    assert "rspamd" in hint.reason
    assert "so" in hint.reason


@pytest.mark.parametrize("believed", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("shares", [(2.0, 0.0), (0.0, 0.0), (1.5, 1.5), (0.9, 0.1), (0.6, 0.5), (None, 0.0)])
def test_scanners_weigh_together_what_one_may_and_less_where_much_was_taught(
    shares: tuple[float | None, float], believed: float
):
    found = [Finding(name, share, "so") for name, share in zip(("rspamd", "SpamAssassin"), shares, strict=True)]
    alone = [scanners.opinions([one], 0)[0].weight for one in found]
    share = 1 - scanners.TAUGHT * believed
    together = [hint.weight for hint in scanners.opinions(found, believed)]
    assert scanners.LEAST * share - 1e-9 <= sum(together) <= scanners.MOST * share + 1e-9
    assert all(abs(now) <= abs(before) for now, before in zip(together, alone, strict=True))
    if scanners.LEAST * share <= sum(alone) <= scanners.MOST * share:
        assert together == alone


@pytest.mark.parametrize(
    ("date", "ahead"),
    [
        (datetime(2026, 12, 6, 10, tzinfo=UTC), True),
        (datetime(2026, 11, 30, 10, tzinfo=timezone(timedelta(hours=13))), False),
        (datetime(2020, 1, 1, tzinfo=UTC), False),
    ],
)
def test_what_is_dated_ahead_stands_above_all_others(date: datetime, *, ahead: bool):
    assert (standing(time.is_dated_ahead, date=date) > 0) is ahead


def test_all_of_them_are_asked():
    assert {signal for signal, _ in SPEAKS} | {relation.by_list} == set(SIGNALS)
    assert set(STANDING) == {relation.known, time.is_dated_ahead}
