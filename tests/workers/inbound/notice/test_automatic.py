"""Answers by programs: told by headers, or by the subject in many languages; people's words are not taken for one."""

import pytest

from workers.inbound.limits import FIELD_CHARACTERS
from workers.inbound.mail import Notice
from workers.inbound.parse import parse


def read(headers: str, body: str = "Hello") -> Notice | None:
    head = f"From: Carol <carol@there.test>\r\nTo: support@ours.test\r\n{headers}\r\n\r\n"
    return parse(head.encode() + body.encode()).notice


HEADERS = """
Auto-Submitted: auto-replied (vacation)
X-Autoreply: yes
X-Autorespond: Re: your mail
X-Autoresponder: 1
X-Mail-Autoreply: 1
X-Auto-Reply-From: carol@there.test
X-MDAutoResponder: 1
X-GWAutoReply: yes
X-EMC-AutoReply: 1
X-ArGoSoft-AutoResponder: 1
X-FC-MachineGenerated: true
X-Vacation: yes
X-Away-Message: yes
X-POST-MessageClass: 9; Autoresponder
X-Apple-Action: VACATION
X-MS-Exchange-Inbox-Rules-Loop: carol@there.test
Delivered-To: Autoresponder
Precedence: auto_reply
X-Mailer: vacation 1.2
"""
NAMED = """
Auto: Re: Your printer|Automatic reply: Your printer|Automatic reply from Carol|Auto reply to your mail
Autoreply: x|Auto Response: x
Out of Office: back on Monday|Out of Office AutoReply: x|Out of the Office Re: x|OOO: x|Away from the office
Vacation reply|away from my mail|Carol is out of the office|I am out of the office until 12/1|Your printer [Auto-Reply]
Thank you for your mail (automatic reply)|[Auto-Reply] Your printer|Out of office until Monday
Abwesenheitsnotiz: Drucker|Abwesend: Drucker|Automatische Antwort: Ihr Drucker|Automatische Antwort von Carol
Ich bin im Urlaub|Réponse automatique : imprimante|Absence du bureau : imprimante|Absent(e) du bureau Re: imprimante
Message d'absence|Je suis en congés jusqu'au 5|Respuesta automática: impresora|Fuera de la oficina: x
Resposta automática: x|Fora do escritório: x|Risposta automatica: x|Fuori sede: x|Sono in ferie fino al 5
Automatisch antwoord: printer|Afwezigheidsbericht: x|Autosvar: x|Automatiskt svar: x|Automatisk svar: x
Fraværsmeddelelse: x|Frånvaromeddelande: x|Automaattinen vastaus: x|Poissa: x|Sjálfvirkt svar: x
Odpowiedź automatyczna: x|Jestem na urlopie|Automatická odpověď: x|Automatická odpoveď: x|Automatikus válasz: x
Házon kívül: x|Răspuns automat: x|Automatski odgovor: x|Samodejni odgovor: x|Otomatik cevap: x
Автоответ: принтер|Автоматический ответ: x|Нет в офисе|Автоматична відповідь: x|Автоматичен отговор: x
Αυτόματη απάντηση: x|תשובה אוטומטית: x|رد تلقائي: x|Trả lời tự động: x|ตอบกลับอัตโนมัติ: x|Balasan otomatis: x
自動応答: プリンタ|【自動返信】お問い合わせ|受付のお知らせ【自動配信】|不在のお知らせ|自动回复: 打印机|自動回覆: x
자동 회신: x|[자동응답] x|부재 중: x|Automātiska atbilde: x|Automatinis atsakymas: x|Automaatvastus: x
"""
PEOPLE = """
Re: Automatic reply: Your printer|AW: Abwesenheitsnotiz|Fwd: Automatic reply: x|The automatic door is broken
Vacation rental|Absence of toner|Automobile|My printer is out of order|How do I set an out of office message?
Holiday schedule 2026|Urlaubsantrag|Semester fees|autoresponder does not work|Automatic reply does not work
auto-reply setting broken
Automatic reply do not work|Out of office replies are not sent|Abwesenheit von Frau Müller|Absence: Max is ill
自動返信が届きません|自动回复设置问题|Автоответчик не работает|Auto: new car|Férias coletivas|Ferie 2026
Отпуск сотрудника
Question about my leave balance|On vacation I lost my printer|Office is out of paper|Problem: automatic reply
"""
ABSENT = {
    "Urlaub: Ihr Drucker": "Ich bin bis 5. November nicht im Büro.",
    "Annual leave: your printer": "I am away until Monday and will be back then.",
    "En vacances": "Je suis absent jusqu'au 5.",
    "De vacaciones: impresora": "Estaré fuera hasta el lunes.",
    "In ferie: stampante": "Sono assente fino al 5.",
    "Op vakantie": "Ik ben afwezig tot maandag.",
    "Semester: skrivare": "Jag är tillbaka den 5.",
    "Отпуск: принтер": "Я в отпуске до понедельника.",
    "Dovolená: x": "Do pondělí mám dovolené.",
    "휴가": "휴가 중입니다.",
    "不在": "月曜日まで休暇です。",
}


def pieces(table: str) -> list[str]:
    return [one for row in table.strip().split("\n") for one in row.split("|")]


@pytest.mark.parametrize("headers", [*HEADERS.strip().split("\n"), "Precedence: first\r\nPrecedence: auto_reply"])
def test_headers_of_an_automatic_answer(headers: str) -> None:
    found = read(headers)
    assert found
    assert found.kind == "automatic"
    assert found.reason


@pytest.mark.parametrize("subject", pieces(NAMED))
def test_subjects_that_only_programs_write(subject: str) -> None:
    found = read(f"Subject: {subject}")
    assert found
    assert (found.kind, "its subject says" in found.reason) == ("automatic", True)


@pytest.mark.parametrize("subject", pieces(PEOPLE))
def test_subjects_that_people_write(subject: str) -> None:
    assert read(f"Subject: {subject}", "Can you help me?") is None
    assert read(f"Subject: {subject}", f"{subject}: our out of office message, the automatic reply, fails.") is None


@pytest.mark.parametrize(("subject", "text"), ABSENT.items())
def test_what_people_write_is_an_answer_where_text_and_structure_say_so(subject: str, text: str) -> None:
    found = read(f"Subject: {subject}\r\nIn-Reply-To: <ours@ours.test>", text)
    assert found
    assert found.kind == "automatic"
    assert read(f"Subject: {subject}", text) is None, "it answers nothing"
    assert read(f"Subject: {subject}\r\nIn-Reply-To: <ours@ours.test>", "?") is None, "its text says nothing"


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: no",
        "X-Autoreply: no",
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "Auto-Submitted: auto-generated",
        "X-MS-Exchange-Inbox-Rules-Loop: support@ours.test",  # passed on to us by a rule of ours
    ],
)
def test_headers_of_people_and_lists(headers: str) -> None:
    assert read(headers) is None


def test_a_reason_is_no_longer_than_a_line_may_be():
    found = read(f"Auto-Submitted: auto-replied{'x' * 5_000}")
    assert found
    assert len(found.reason) == FIELD_CHARACTERS
