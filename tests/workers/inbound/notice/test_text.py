"""What mail systems write at home, read of a table of forms; and of any text, without failing and within limits."""

from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound import wire
from workers.inbound.limits import RECIPIENTS
from workers.inbound.notice.text import news
from workers.inbound.parse import parse

PIECES = st.sampled_from([
    "<a@b.test>", "c@d.test:", "550 5.1.1 ", "user unknown", "\n", "\n\n", "To: ", "Action: failed\n", "Status: 5.0",
    "Final-Recipient: rfc822; ", "Message-ID: <x@y>\n", "--b\n", "> ", "é", "\0", "\t", "\x9b", "\u2028", ":;,",
    "Feedback-Type: ", "Disposition: a; ", "delayed", " " * 50, "@" * 50,
])  # fmt: skip
HEAD = "From: MAILER-DAEMON@x.test\nSubject: Undelivered\nContent-Type: multipart/report; boundary=b\n\n--b\n"


@given(
    st.lists(PIECES, max_size=60), st.sampled_from(["text/plain", "message/delivery-status", "message/feedback-report"])
)
def test_whatever_a_report_says(pieces: list[str], kind: str) -> None:
    mail = parse(f"{HEAD}Content-Type: {kind}\n\n{''.join(pieces)}\n--b--\n".encode())
    assert mail.unreadable is None
    assert len(mail.failures) <= RECIPIENTS
    head, body = wire.dump(mail)
    assert wire.load(head, memoryview(b"".join(body))) == mail


def test_the_letter_that_came_back_is_no_news() -> None:
    assert news("It failed.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <x@y>\n") == [
        "It failed.",
        "",
    ]
    assert news("Only words.") == ["Only words."]


@pytest.mark.parametrize(
    "piece",
    [
        "<a@b.test>: no\n",
        "a@b.test ",
        "@",
        "550 5.1.1 user unknown\n",
        "Message-ID: <a@b>\n",
        "To: a@b.test\n",
        "\n",
        "x",
    ],
)
def test_its_time_and_its_answer_are_bounded(piece: str) -> None:
    words = piece * (200_000 // len(piece))
    content = f"From: MAILER-DAEMON@x.test\nSubject: Undelivered\n\n{words}".encode()
    start = process_time()
    answer, _ = wire.dump(parse(content))
    assert process_time() - start < 5
    assert len(answer) <= wire.head_limit(len(content))


LETTER = (
    "Received: from ours.test by mx.test; Mon, 2 Nov 2026 10:00:00 +0100\nMessage-ID: <letter@ours.test>\n"
    "From: Support <support@ours.test>\nTo: carol@there.test\nSubject: Your printer\n\nHello Carol\n"
)
FORMS = {
    told.split(" | ")[0]: (told.split(" | ")[1].split("\n")[0], told.partition("\n")[2])
    for told in Path(__file__).with_name("forms.txt").read_text(encoding="utf-8").split("\n=== ")[1:]
}
TYPE = "\nContent-Type: text/plain; charset=utf-8\n\n"


@pytest.mark.parametrize("name", FORMS)
def test_a_form(name: str) -> None:
    wanted, written = FORMS[name]
    head, _, body = written.partition("\n\n")
    typed = "\n\n" if "MIME-encapsulated" in body else TYPE
    mail = parse(
        f"To: support@ours.test\n{head}{typed}{body}".replace("{letter}", LETTER).replace("\n", "\r\n").encode()
    )
    assert mail.notice
    assert mail.notice.kind == "bounce"
    told = [f"{_fate(one.action, hard=one.hard)}:{one.address}" for one in mail.failures]
    assert told == [f"{one}@there.test" for one in wanted.split()]
    assert all(one.reason or name == "lost boundary" or one.action == "delayed" for one in mail.failures)
    assert "{letter}" not in body or "<letter@ours.test>" in mail.notice.originals


def _fate(action: str, *, hard: bool) -> str:
    if action == "failed":
        return "hard" if hard else "soft"
    return action
