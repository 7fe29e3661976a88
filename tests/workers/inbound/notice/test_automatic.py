"""Answers by programs: told by headers, or by the subject in many languages; people's words are not taken for one."""

import pytest

from workers.inbound.limits import FIELD_CHARACTERS
from workers.inbound.mail import Notice
from workers.inbound.parse import parse


def read(headers: str, body: str = "Hello") -> Notice | None:
    head = f"From: Carol <carol@there.test>\r\nTo: support@ours.test\r\n{headers}\r\n\r\n"
    return parse(head.encode() + body.encode()).notice


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: Re: your mail",
        "X-Auto-Reply-From: carol@there.test",
        "X-FC-MachineGenerated: true",
        "Precedence: auto_reply",
        "Precedence: first\r\nPrecedence: auto_reply",
        "X-Mailer: vacation 1.2",
        "Subject: Automatic reply: Your printer",
        "Subject: Out of Office: back on Monday",
        "Subject: Abwesenheitsnotiz: Drucker",
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_imprimante?=",
        "Subject: Respuesta automática: impresora",
        "Subject: Automatisch antwoord: printer",
        "Subject: Автоответ: принтер",
        "Subject: 自動応答: プリンタ",
        "Subject: 自动回复: 打印机",
        "Subject: Carol is out of the office",
    ],
)
def test_an_automatic_answer(headers: str) -> None:
    found = read(headers)
    assert found
    assert found.kind == "automatic"
    assert found.reason


@pytest.mark.parametrize(
    "headers",
    [
        "Subject: Re: Automatic reply: Your printer",
        "Subject: The automatic door is broken",
        "Subject: Vacation rental",
        "Subject: Absence of toner",
        "Subject: Automobile",
        "Auto-Submitted: no",
        "X-Autoreply: no",
        "Precedence: bulk",
        "Auto-Submitted: auto-generated",
    ],
)
def test_people_and_lists_give_no_automatic_answer(headers: str) -> None:
    assert read(headers) is None


def test_a_reason_is_no_longer_than_a_line_may_be():
    found = read(f"Auto-Submitted: auto-replied{'x' * 5_000}")
    assert found
    assert len(found.reason) == FIELD_CHARACTERS
