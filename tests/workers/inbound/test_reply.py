"""The quote cut: what is cut, what must stay, and that nothing of the text is ever invented or lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.reply import REPLY_MARKER, cut

CUT = {
    "gmail": "Thanks!\n\nOn Tue, 3 Nov 2026 at 10:00, Support <s@d.test> wrote:\n> hello\n> you\n",
    "wrapped": "Thanks!\n\nOn Tue, 3 Nov 2026 at 10:00, Support of the company\n<s@d.test> wrote:\n\n> hello\n",
    "wrapped over three": "Thanks!\nOn Tue, 3 Nov 2026 at 10:00,\nSupport\n<s@d.test> wrote:\n> hello\n",
    "without signs": "Thanks!\n\nOn Tue, 3 Nov 2026 at 10:00, S <s@d.test> wrote:\n\nhello\nyou\n",
    "german": "Thanks!\n\nAm 03.11.2026 um 10:00 schrieb Support:\n> hallo\n",
    "german with address": "Thanks!\n\nAm Di., 3. Nov. 2026 um 10:00 Uhr schrieb S <s@d.test>:\n> x",
    "french": "Thanks!\n\nLe mar. 3 nov. 2026 à 10:00, S <s@d.test> a écrit :\n\n> bonjour",
    "spanish": "Thanks!\n\nEl mar, 3 nov 2026 a las 10:00, S (<s@d.test>) escribió:\n> x",
    "unknown language": "Thanks!\n\n2026年11月3日(火) 10:00 S\n<s@d.test>:\n\n> x",
    "original": "Thanks!\n\n-----Original Message-----\nFrom: S\nSent: today\n\nhello",
    "outlook": "Thanks!\n\n____________________\nFrom: S <s@d.test>\nSent: Tuesday\nTo: me\nSubject: x\n\nhello",
    "outlook bold": "Thanks!\n\n*From:* S <s@d.test>\n*Sent:* Tuesday\n*To:* me\n\nhello",
    "outlook german": "Thanks!\n\nVon: S <s@d.test>\nGesendet: Dienstag\nAn: mich\nBetreff: x\n\nhallo",
    "outlook french": "Thanks!\n\nDe : S <s@d.test>\nEnvoyé : mardi\nÀ : moi\n\nbonjour",
    "signs only": "Thanks!\n\n> hello\n>> you\n\n",
    "marker": f"Thanks!\n{REPLY_MARKER}\nhello",
    "quoted marker": f"Thanks!\n\nS:\n> {REPLY_MARKER}\n> hello\n",
    "polish": "Thanks!\n\nDnia 3 lis 2026 10:00 S <s@d.test> napisał(a):\n\n> x",
    "verb first": "Thanks!\n\nS <s@d.test> schrieb am Di., 3.\nNov. 2026 um 10:00 Uhr:\n\n> x",
    "russian": "Thanks!\n\n3 ноября 2026, 10:00, S <s@d.test> написал:\n> x",
    "chinese": "Thanks!\n\n在 2026年11月3日 S <s@d.test> 写道\uff1a\n\nhello",
    "japanese headers": "Thanks!\n\n差出人: S <s@d.test>\n送信日時: 2026年\n宛先: me\n件名: x\n\nhello",
    "danish original": "Thanks!\n\n-----Oprindelig meddelelse-----\nFra: S\nhello",
    "signature": "Thanks!\n-- \nCarol\nThere Ltd\n",
    "signature and quote": "Thanks!\n\n-- \nCarol\n\nOn 3 Nov 2026 S <s@d.test> wrote:\n> hello\n",
    "phone": "Thanks!\n\nSent from my iPhone\n\n> On 3 Nov 2026, at 10:00, S <s@d.test> wrote:\n>\n> hello\n",
    "phone german": "Thanks!\n\nVon meinem iPhone gesendet\n\n> Am 03.11.2026 um 10:00 schrieb S <s@d.test>:\n> x",
    "broken quote": "Thanks!\n\nOn 3 Nov 2026 S <s@d.test> wrote:\n> " + "word " * 15 + "\nbroken\n> hello\n",
    "answer below": "On Tue, 3 Nov 2026 at 10:00, S <s@d.test> wrote:\n> hello\nThanks!\n",
    "answer below our marker": f"On 3 Nov 2026 S wrote:\n> {REPLY_MARKER}\n> hello\nThanks!\n",
    "quoted marker and a signature": f"Thanks!\n\nS:\n> {REPLY_MARKER}\n> hello\n--\nSent from my phone\n",
}


@pytest.mark.parametrize("text", CUT.values(), ids=CUT.keys())
def test_the_quote_is_cut(text: str) -> None:
    assert cut(text).removesuffix("\n\nS:") == "Thanks!"


KEPT = {
    "nothing quoted": "Hello,\n\nmy printer is broken.\n",
    "only a quote": "> hello\n> you\n",
    "only an original": "-----Original Message-----\nFrom: S\nSent: today\n\nhello",
    "answer to what somebody quoted by hand": "> hello\nThanks!\n",
    "answers between": "Hi\nOn Tue, 3 Nov 2026 at 10:00, S <s@d.test> wrote:\n> one\nyes\n> two\nno\n",
    "forwarded in german": "zur Info\n---- Weitergeleitete Nachricht ----\nVon: S <s@d.test>\nDatum: heute\n\nhallo",
    "a signature alone": "-- \nCarol\n",
    "dashes between words": "one\n--\n" + "two\n" * 20,
    "forwarded": "fyi\n---------- Forwarded message ---------\nFrom: S <s@d.test>\nDate: today\nTo: me\n\nhello",
    "a sentence": "On Monday he wrote:\nI will come.\nSo what now?",
    "From in a sentence": "Hello\nFrom: the start I knew\nit would break",
    "too long to look at": "Thanks!\n\n" + "> hello\n" * 10_000,
    "empty": "",
    "blank": "\n \n",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_is_no_quote_at_the_end_stays(text: str) -> None:
    assert cut(text) == text


line = st.sampled_from(
    ["> a", ">", "", "hello", "On Tue, 3 Nov 2026 at 10:00, S wrote:", "On 1:11", "wrote:",
     "-----Original Message-----", "From: a", "Sent: b", "____", REPLY_MARKER, "Am 1.11.2026 schrieb", "x:", "-- "]
)  # fmt: skip


@given(st.lists(line).map("\n".join) | st.text())
def test_a_reply_is_a_piece_of_the_text_and_never_empty(text: str) -> None:
    reply = cut(text)
    assert reply in text
    assert reply.strip() or not text.strip()
    assert set(reply.split("\n")) <= {row.rstrip() for row in text.split("\n")} | set(text.split("\n"))


@pytest.mark.parametrize(
    "piece", ["On ", "> ", "\n>", "On 1:11 a@b\n", "From:\n", "-", "On 1:11 wrote:\n> a\nb\n", " \n"]
)
def test_its_time_is_linear(piece: str) -> None:
    """60 kB of anything takes milliseconds; one known extractor takes more than 15 s on the first of these."""
    start = time.process_time()
    cut(piece * (60_000 // len(piece)))
    assert time.process_time() - start < 1
