"""What mail systems write at home, as a table: who was not reached is read of each, and whether for good."""

from pathlib import Path

import pytest

from workers.inbound.parse import parse

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
