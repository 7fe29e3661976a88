"""Complaints and receipts, by their machine-readable parts."""

import pytest

from workers.inbound.mail import Notice
from workers.inbound.parse import parse

CARRIED = "--b\nContent-Type: message/rfc822\n\nMessage-ID: <letter@ours.test>\n\nHello\n--b--\n"


def read(kind: str, fields: str) -> Notice | None:
    head = (
        f"From: abuse@big.test\nSubject: A report\nContent-Type: multipart/report; report-type={kind}; boundary=b\n\n"
    )
    part = f"--b\n\nHello\n--b\nContent-Type: message/{kind}\n\n{fields}\n"
    return parse((head + part + CARRIED).replace("\n", "\r\n").encode()).notice


def told(notice: Notice) -> list[tuple[str, str, str]]:
    return [(one.address, one.action, one.reason) for one in notice.failures]


def test_a_complaint_names_who_complained_and_the_letter() -> None:
    found = read("feedback-report", "Feedback-Type: abuse\nOriginal-Rcpt-To: <carol@there.test>")
    assert found
    assert (found.kind, found.originals) == ("feedback", ("<letter@ours.test>",))
    assert told(found) == [("carol@there.test", "complained", "abuse")]


@pytest.mark.parametrize("disposition", ["displayed", "deleted"])
def test_a_receipt_says_what_was_done(disposition: str) -> None:
    who = "Final-Recipient: rfc822; carol@there.test\nOriginal-Message-ID: <letter@ours.test>\n"
    fields = f"{who}Disposition: manual-action/MDN-sent-manually; {disposition}"
    found = read("disposition-notification", fields)
    assert found
    assert (found.kind, found.originals) == ("receipt", ("<letter@ours.test>",))
    assert told(found) == [("carol@there.test", "shown", disposition)]
