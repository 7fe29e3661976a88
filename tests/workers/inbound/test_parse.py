"""The whole of understanding: what a mail becomes, whatever its bytes are, and what real mail becomes."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.settings import settings as configuration
from tests.fuzz.budget import EXAMPLES, SEED
from tests.fuzz.mutators import mutated
from workers.inbound import scrub, wire
from workers.inbound.mail import Address, Attachment, Mail
from workers.inbound.parse import head, parse

MAIL = (
    b"Return-Path: <ann@good.test>\r\nMessage-ID: <1@good.test>\r\nDate: Tue, 3 Nov 2026 10:00:00 +0100\r\n"
    b"From: =?utf-8?q?Ann_M=C3=BCller?= <Ann@GOOD.test>\r\nReply-To: desk@good.test\r\n"
    b"To: Support <support@demo.test>, b@c.test\r\nCc: d@e.test\r\nSubject: =?utf-8?b?R3LDvMOfZQ==?=\r\n"
    b"In-Reply-To: <0@demo.test>\r\nReferences: <r@demo.test>\r\n <0@demo.test>\r\nAuto-Submitted: no\r\n"
    b"Precedence: Bulk\r\nList-Id: A list <a.list.test>\r\nX-Auto-Response-Suppress: All\r\nX-Postern-Loop: abc\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=b"\r\n\r\nfor old readers\r\n--=b\r\n'
    b'Content-Type: multipart/alternative; boundary="=c"\r\n\r\n--=c\r\nContent-Type: text/plain; charset=utf-8\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe!\r\n\r\nOn Mon, 2 Nov 2026 at 09:00, S "
    b"<support@demo.test> wrote:\r\n> hello\r\n\r\n--=c\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n"
    b"<p>Gr\xfc\xdfe!</p><img src=cid:logo><img src=http://127.0.0.1/x>\r\n--=c--\r\n--=b\r\n"
    b"Content-Type: image/png\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0=\r\n--=b\r\n"
    b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.pdf\r\n\r\n"
    b"%PDF\r\n--=b--\r\n"
)


def test_a_mail_is_understood() -> None:
    assert parse(MAIL) == Mail(
        subject="Grüße",
        sender=Address("Ann Müller", "Ann@good.test"),
        sender_note="two parsers agree",
        reply_to=(Address("", "desk@good.test"),),
        to=(Address("Support", "support@demo.test"), Address("", "b@c.test")),
        cc=(Address("", "d@e.test"),),
        message_id="<1@good.test>",
        in_reply_to=("<0@demo.test>",),
        references=("<r@demo.test>", "<0@demo.test>"),
        date=datetime(2026, 11, 3, 9, tzinfo=UTC),
        text="Grüße!\n\nOn Mon, 2 Nov 2026 at 09:00, S <support@demo.test> wrote:\n> hello\n",
        reply="Grüße!",
        html='<p>Grüße!</p><img src="cid:logo">',
        attachments=(
            Attachment("image.png", "image/png", b"\x89PNG\r", "logo", inline=True),
            Attachment("grüße.pdf", "application/pdf", b"%PDF", None, inline=False),
        ),
        auto_submitted="no",
        precedence="bulk",
        list_id="A list <a.list.test>",
        suppress="All",
        loop=("abc",),
        return_path="ann@good.test",
    )


@pytest.mark.parametrize("empty", [b"", b"\r\n", b"\0", b"\r", b"\n\n\n", b":", b"From", b"\xff\xfe"])
def test_next_to_nothing_is_a_mail_too(empty: bytes) -> None:
    mail = parse(empty)
    assert mail.sender is None
    assert mail.unreadable is None


@pytest.mark.parametrize(
    "headers",
    [
        b"From: ceo@good.test\r\nFrom: x@evil.test\r\n\r\n",
        b"From: ceo@good.test\r\nfrom: x@evil.test\r\n\r\n",
        b"From: ceo@good.test\r\nFrom : x@evil.test\r\n\r\n",
        b"From : x@evil.test\r\nFrom: ceo@good.test\r\n\r\n",
        b"From: ceo@good.test\rFrom: x@evil.test\r\n\r\n",
        b"Subject: x\r\nFROM\t: x@evil.test\r\nFrom: ceo@good.test\r\n\r\n",
        b"From: ceo@good.test\r\n" + b"X: y\r\n" * 1001 + b"From: x@evil.test\r\n\r\n",
        b"From: ceo@good.test\r\nX: " + b"y" * 300_000 + b"\r\nFrom: x@evil.test\r\n\r\n",
    ],
)
def test_a_second_from_that_another_reader_might_take_leaves_no_sender(headers: bytes) -> None:
    assert parse(headers + b"body").sender is None


def test_a_folded_from_is_one() -> None:
    sender = parse(b"From: Ann\r\n <ann@good.test>\r\n\r\nfrom: other@evil.test").sender
    assert sender == Address("Ann", "ann@good.test")


def test_what_could_not_be_read_still_has_its_headers() -> None:
    mail = head(MAIL, "The mail could not be read: a reason.")
    assert (mail.subject, mail.message_id, mail.references[-1]) == ("Grüße", "<1@good.test>", "<0@demo.test>")
    assert mail.sender is not None
    assert (mail.text, mail.attachments) == ("", ())
    assert mail.unreadable == "The mail could not be read: a reason."


def test_who_passed_a_mail_on_did_not_write_it() -> None:
    """RFC 5322 sections 3.6.2 and 3.6.6: Sender handed it in, Resent-From passed it on, and Reply-To is a wish."""
    others = "Sender: s@e.test\r\nResent-From: r@e.test\r\nResent-Sender: r@e.test\r\nReply-To: w@e.test\r\n"
    more = (
        "Resent-To: desk@ours.test\r\nResent-Date: Tue, 3 Nov 2026 10:00:00 +0100\r\nResent-Message-ID: <2@e.test>\r\n"
    )
    mail = parse(f"{others}{more}From: Ann <ann@e.test>\r\nMessage-ID: <1@e.test>\r\n\r\nx".encode())
    assert (mail.sender, mail.message_id, mail.date) == (Address("Ann", "ann@e.test"), "<1@e.test>", None)
    assert (mail.reply_to, mail.delivered_to) == ((Address("", "w@e.test"),), ("desk@ours.test",))


def test_headers_in_utf8() -> None:
    """RFC 6532."""
    head = "From: Jürgen <jürgen@bücher.test>\r\nTo: Зоя <зоя@e.test>\r\nSubject: 日本語 é\r\n"
    mail = parse(f'{head}Content-Disposition: attachment; filename="größe.txt"\r\n\r\nx'.encode())
    assert (mail.sender, mail.to) == (
        Address("Jürgen", "jürgen@xn--bcher-kva.test"),
        (Address("Зоя", "зоя@e.test"),),
    )
    assert (mail.subject, [one.name for one in mail.attachments]) == ("日本語 é", ["größe.txt"])


def test_of_related_parts_the_page_is_the_words_wherever_it_stands() -> None:
    """RFC 2387: `start` names the root."""
    mail = parse(
        b'Content-Type: multipart/related; boundary=b; start="<page>"; type="text/html"\r\n\r\n--b\r\n'
        b"Content-Type: image/png\r\nContent-ID: <logo>\r\n\r\nx\r\n--b\r\n"
        b"Content-Type: text/html\r\nContent-ID: <page>\r\n\r\n<p>Hi <img src=cid:logo></p>\r\n--b--"
    )
    assert (mail.text, [(one.content_id, one.inline) for one in mail.attachments]) == ("Hi", [("logo", True)])


def test_a_message_in_utf8_is_kept_and_named() -> None:
    """RFC 6532 section 3.7; where a mail holds nothing else, its words are read."""
    inner = "Subject: ä\r\n\r\nGrüße".encode()
    mail = parse(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/global\r\n\r\n" + inner
    )
    assert (mail.text, [(one.name, one.content) for one in mail.attachments]) == ("Grüße", [("message.eml", inner)])


def test_reports_are_known_by_their_type() -> None:
    assert parse(b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: x").report
    assert not parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--").report


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def assert_clean(mail: Mail) -> None:
    bodies = [mail.text, mail.reply, mail.html or ""]
    assert all(scrub.is_body(body.encode()) for body in bodies)
    assert all(scrub.is_line(one) for one in texts(mail) if one not in bodies)
    assert mail.reply in mail.text
    assert bool(mail.reply.strip()) == bool(mail.text.strip())
    assert len(mail.subject) <= 1_000
    assert all(0 < len(one.name) <= 255 for one in mail.attachments)
    assert mail.sender_note


@given(st.binary(max_size=500))
def test_any_bytes_are_a_mail(content: bytes) -> None:
    assert_clean(parse(content))


pieces = st.sampled_from(
    [b"\r\n", b"\n", b"\r", b"--b", b"--b--", b"--=b", b"Content-Type: ", b"multipart/mixed; boundary=b", b"text/html",
     b": ", b";",     b"message/rfc822", b"Content-Transfer-Encoding: base64", b"=?utf-8?q?=00=1B?=",
     b"From: ", b"a@b.test",
     b"<", b">",
     b"\xff", b"\x00", b"\xe2\x80\xa8", b"<p>", b"&#27;", b"name*0*=", b'"', b"charset=utf-16", b"Subject: ", b"> ",
     b"x", b" "]
)  # fmt: skip


@given(st.lists(pieces, max_size=40).map(b"".join))
def test_any_pieces_of_mails_are_a_mail(content: bytes) -> None:
    assert_clean(parse(content))


@given(st.lists(st.tuples(st.integers(0, len(MAIL)), st.integers(0, 60), st.binary(max_size=8)), max_size=6))
def test_any_damage_leaves_a_mail(changes: list[tuple[int, int, bytes]]) -> None:
    content = MAIL
    for start, length, put in changes:
        content = content[:start] + put + content[start + length :]
    assert_clean(parse(content))


def test_any_mutation_leaves_a_mail_and_surprises_nobody() -> None:
    """What a part of the parser raises is told in `unreadable`, and is a fault of that part."""
    for number in range(EXAMPLES):
        mail = parse(mutated(Random(f"{SEED}/{number}")))
        assert_clean(mail)
        assert "could not be read" not in (mail.unreadable or ""), f"POSTERN_FUZZ_SEED={SEED}, example {number}"
        head, body = wire.dump(mail)
        assert wire.load(head, memoryview(b"".join(body))) == mail, f"POSTERN_FUZZ_SEED={SEED}, example {number}"


CORPUS = configuration().corpus
KEYS = {"subject": "subject", "text": "text"}  # of the sidecar: field of the mail


def sampled() -> list[Path]:
    return sorted(CORPUS.rglob("*.eml"))[::10] if CORPUS else []


def expected(mail: Path) -> dict[str, object]:
    sidecar = mail.with_name(f"{mail.name}.json")
    found = json.loads(sidecar.read_text()).get("expects", {}) if sidecar.exists() else {}
    return {field: found.get(key) for key, field in KEYS.items()}


@pytest.mark.skipif(CORPUS is None, reason="POSTERN_CORPUS is not set")
@pytest.mark.parametrize("path", sampled(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_real_mail_is_understood(path: Path) -> None:
    mail = parse(path.read_bytes())
    assert_clean(mail)
    assert mail.unreadable is None or "more than" in mail.unreadable or "encrypted" in mail.unreadable
    for field, known in expected(path).items():
        assert not (isinstance(known, str) and known.strip()) or getattr(mail, field).strip(), field
