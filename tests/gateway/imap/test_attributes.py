"""Lines of a FETCH: what a server says in any order, what it leaves out, and times that are none."""

from datetime import UTC, datetime

import pytest

from gateway.imap.attributes import bodies, dated, read


@pytest.mark.parametrize(
    ("line", "uid", "size"),
    [
        (b'1 (UID 7 RFC822.SIZE 44 INTERNALDATE "01-Mar-2026 10:00:00 +0000")', 7, 44),
        (b'1 (INTERNALDATE " 1-Mar-2026 10:00:00 +0000" rfc822.size 44 FLAGS (\\Seen) uid 7)', 7, 44),
        (b'1 (UID 7 RFC822.SIZE NIL INTERNALDATE "01-Mar-2026 10:00:00 +0000")', 7, 0),
    ],
)
def test_what_is_said(line: bytes, uid: int, size: int):
    (found,) = read([line], [uid])
    assert (found.uid, found.size, found.dated) == (uid, size, datetime(2026, 3, 1, 10, tzinfo=UTC))


def test_what_was_not_asked_for_is_no_answer_and_what_is_gone_is_left_out():
    lines = [b"1 (UID 7 RFC822.SIZE 1)", b"2 (FLAGS (\\Seen))", b"3 (UID 9 RFC822.SIZE 3)", b"4 (UID 8 RFC822.SIZE 2)"]
    assert [(one.uid, one.size) for one in read(lines, [7, 8, 10])] == [(7, 1), (8, 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("28-Feb-2026 23:30:00 -0130", datetime(2026, 3, 1, 1, 0, tzinfo=UTC)),
        (" 1-jan-1970 00:00:00 +0000", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_times(text: str, expected: datetime):
    assert dated(f'(INTERNALDATE "{text}")'.encode()) == expected


@pytest.mark.parametrize(
    "text",
    ["31-Feb-2026 10:00:00 +0000", "01-Foo-2026 10:00:00 +0000", "01-Jan-0000 10:00:00 +0000", "yesterday", "",
     "01-Jan-2026 10:00:00 +9999", "01-Jan-0001 00:00:00 +2300", "01-Jan-2026 25:00:00 +0000"],
)  # fmt: skip
def test_what_is_no_time_is_now(text: str):
    before = datetime.now(UTC)
    assert before <= dated(f'(INTERNALDATE "{text}")'.encode()) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(b"1 (UID 7 BODY[] {3}", b"abc"), b")"], {7: b"abc"}),
        ([(b"1 (BODY[] {3}", b"abc"), b" UID 7)"], {7: b"abc"}),
        ([(b"1 (body[] {3}", b"abc"), b" FLAGS (\\Seen) uid 7)"], {7: b"abc"}),
        ([(b"1 (UID 7 BODY[] {3}", b"abc"), b")", (b"2 (UID 8 BODY[] {1}", b"d"), b")"], {7: b"abc", 8: b"d"}),
        ([(b"1 (BODY[] {3}", b"abc"), b" UID 7)", (b"2 (BODY[] {1}", b"d"), b" UID 8)"], {7: b"abc", 8: b"d"}),
        ([b"4 (FLAGS (\\Seen) UID 8)", (b"1 (UID 7 BODY[] {0}", b""), b")"], {7: b""}),
        ([b'1 (UID 7 BODY[] "")'], {7: b""}),
        ([b"1 (UID 7 BODY[] NIL)"], {}),
        ([(b"1 (UID 9 BODY[] {3}", b"abc"), b")"], {}),
        ([(b"1 (BODY[] {3}", b"abc"), b")"], {}),
        ([b"UID 8)", (b"1 (UID 7 BODY[HEADER] {3}", b"abc"), b")"], {}),
        ([], {}),
    ],
)
def test_mails_are_told_apart(parts: list[bytes | tuple[bytes, bytes]], expected: dict[int, bytes]):
    assert bodies(parts, [7, 8]) == expected
