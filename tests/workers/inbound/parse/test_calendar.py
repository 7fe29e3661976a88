"""Invitations in words: what, when, where, by whom; and whatever else a stranger may call a calendar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse import calendar, parse
from workers.inbound.scrub import is_line

DAY = "Tuesday, 3 November 2026"
EVENT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{method}BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def told(*lines: str, method: str = "REQUEST") -> list[str]:
    said = EVENT.format(method=f"METHOD:{method}\r\n" if method else "", lines="\r\n".join(lines))
    return [row for one in calendar.told(said.encode()) for row in one.split("\n")]


def test_an_invitation() -> None:
    assert told(
        "SUMMARY:Kettles\\, and how to boil them",
        "DTSTART;TZID=Europe/Berlin:20261103T140000",
        "DTEND;TZID=Europe/Berlin:20261103T153000",
        "LOCATION:Room 1\\nsecond floor",
        'ORGANIZER;CN="Agent, Ann":mailto:ann@demo.test',
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:carol@customer.test",
    ) == [
        "Invitation: Kettles, and how to boil them",
        f"  When: {DAY}, 14:00 to 15:30 (Europe/Berlin)",
        "  Where: Room 1 second floor",
        "  Organizer: Agent, Ann <ann@demo.test>",
    ]


@pytest.mark.parametrize(
    ("method", "lines", "first"),
    [
        ("CANCEL", (), "Cancelled: X"),
        ("REQUEST", ("STATUS:CANCELLED",), "Cancelled: X"),
        ("COUNTER", (), "Another time is proposed: X"),
        ("PUBLISH", (), "Event: X"),
        ("", (), "Event: X"),
        ("NONSENSE", (), "Event: X"),
    ],
)
def test_methods(method: str, lines: tuple[str, ...], first: str) -> None:
    assert told("SUMMARY:X", *lines, method=method)[0] == first


@pytest.mark.parametrize(
    ("status", "who"),
    [("ACCEPTED", "Carol <c@x.test> accepts"), ("declined", "Carol <c@x.test> declines"), ("?", "Carol <c@x.test>")],
)
def test_an_answer_says_whose_it_is(status: str, who: str) -> None:
    rows = told("SUMMARY:X", f"ATTENDEE;CN=Carol;PARTSTAT={status}:MAILTO:c@x.test", method="REPLY")
    assert rows == ["Answer to an invitation: X", f"  Who: {who}"]


@pytest.mark.parametrize(
    ("lines", "when"),
    [
        (("DTSTART:20261103T140000Z", "DTEND:20261103T150000Z"), f"{DAY}, 14:00 to 15:00 (UTC)"),
        (("DTSTART:20261103T140000",), f"{DAY}, 14:00"),
        (("DTSTART:20261103T140000", "DTEND:20261103T140000"), f"{DAY}, 14:00"),
        (("DTSTART:20261103T230000Z", "DURATION:PT2H"), f"{DAY}, 23:00 to Wednesday, 4 November 2026, 01:00 (UTC)"),
        (("DTSTART;VALUE=DATE:20261103",), DAY),
        (("DTSTART;VALUE=DATE:20261103", "DTEND;VALUE=DATE:20261104"), DAY),
        (("DTSTART:20261103", "DTEND:20261105"), f"{DAY} to Wednesday, 4 November 2026"),
        (("DTSTART:20261103", "DURATION:P1D"), DAY),
        (("DTSTART:20261103", "DTEND:20261105T100000"), DAY),
        (
            ("DTSTART;TZID=A/B:20261103T140000", "DTEND:20261103T180000Z"),
            f"{DAY}, 14:00 (A/B) to {DAY}, 18:00 (UTC)",
        ),
        (("DTSTART:next week",), "next week"),
        (("DTSTART:99991231", "DURATION:P9999W"), "Friday, 31 December 9999"),
        (("DTSTART:20261103T140000", "DTEND:20261399T999999"), f"{DAY}, 14:00"),
    ],
)  # fmt: skip
def test_when(lines: tuple[str, ...], when: str) -> None:
    assert told("SUMMARY:X", *lines)[1] == f"  When: {when}"


@pytest.mark.parametrize(
    ("rule", "repeats"),
    [
        ("RRULE:FREQ=WEEKLY", "every week"),
        ("RRULE:FREQ=DAILY;INTERVAL=2;COUNT=5", "every 2 days, 5 times"),
        ("RRULE:FREQ=YEARLY;UNTIL=20301103", "every year, until Sunday, 3 November 2030"),
        ("RECURRENCE-ID:20261103", "this is one date of a series"),
    ],
)
def test_series(rule: str, repeats: str) -> None:
    assert told("SUMMARY:X", rule)[1] == f"  Repeats: {repeats}"


def test_what_lies_within_an_event_is_not_it() -> None:
    rows = told("BEGIN:VALARM", "SUMMARY:Wake up", "END:VALARM", "SUMMARY:Kettles")
    assert rows == ["Invitation: Kettles"]


def test_lines_are_unfolded_and_bare_line_feeds_will_do() -> None:
    said = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMM\n ARY:Ket\n\ttles\nSUMMARY:second\n"
    assert calendar.told(said.encode()) == ["Event: Kettles"]


def test_a_few_events_are_told_and_the_rest_is_in_the_file() -> None:
    one = "BEGIN:VEVENT\r\nSUMMARY:X\r\nEND:VEVENT\r\n"
    assert len(calendar.told(f"BEGIN:VCALENDAR\r\n{one * 9}END:VCALENDAR".encode())) == calendar.MOST


@pytest.mark.parametrize("content", [b"", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", b"BEGIN:VTODO\r\nSUMMARY:X", b"\xff\0:"])
def test_what_holds_no_event_is_only_a_file(content: bytes) -> None:
    assert calendar.told(content) == []


names = st.sampled_from(
    ["SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "ORGANIZER", "ATTENDEE", "STATUS", "BEGIN"]
)
lines = st.lists(st.tuples(names, st.text(max_size=9), st.text(max_size=30)), max_size=12)


@given(lines, st.sampled_from(["REQUEST", "REPLY", "COUNTER"]))
def test_nothing_in_it_breaks_the_reader_or_the_text(lines: list[tuple[str, str, str]], method: str) -> None:
    for row in told(*(f"{name};CN={what}:{value}" for name, what, value in lines), method=method):
        assert is_line(row)


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    calendar.told(b"BEGIN:VEVENT\n" + content)


def invitation(words: bytes) -> bytes:
    told = EVENT.format(method="METHOD:REQUEST\r\n", lines="SUMMARY:Kettles\r\nDTSTART:20261103").encode()
    return (
        b"From: ann@good.test\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" + words
        + b"--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n" + told
        + b"\r\n--b--\r\n"
    )  # fmt: skip


def test_it_stands_above_the_words_and_the_file_is_kept() -> None:
    mail = parse(invitation(b"--b\r\nContent-Type: text/plain\r\n\r\nWill you come?\r\n\r\n> Shall we meet?\r\n"))
    assert mail.reply == f"Invitation: Kettles\n  When: {DAY}\n\nWill you come?"
    assert mail.text.startswith(mail.reply)
    assert [one.name for one in mail.attachments] == ["invitation.ics"]


def test_it_is_shown_with_the_html_too() -> None:
    mail = parse(invitation(b"--b\r\nContent-Type: text/html\r\n\r\n<p>Will you come?</p>\r\n"))
    assert mail.html == f"<pre>Invitation: Kettles\n  When: {DAY}</pre>\n<p>Will you come?</p>"


def test_it_is_all_there_is_where_nothing_else_was_written() -> None:
    assert parse(invitation(b"")).text == f"Invitation: Kettles\n  When: {DAY}"
