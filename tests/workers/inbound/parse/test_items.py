"""Header fields as they are written, rightly and wrongly, and where the body begins."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse import items
from workers.inbound.parse.items import read

FIELDS = {
    "as they should be": (b"A: b\r\nSubject:  c d \r\n\r\nx", [(b"a", b"b"), (b"subject", b"c d ")], b"x"),
    "folded": (b"A: b\r\n c\r\n\td\r\n\r\nx", [(b"a", b"b c\td")], b"x"),
    "folded at once": (b"A:\n b\n\nx", [(b"a", b"b")], b"x"),
    "ended by CR": (b"A: b\rC: d\r\rx", [(b"a", b"b"), (b"c", b"d")], b"x"),
    "none": (b"\nx", [], b"x"),
    "no blank line": (b"A: b\nx y\nz", [(b"a", b"b")], b"x y\nz"),
    "no end": (b"A: b", [(b"a", b"b")], b""),
    "a blank before the colon": (b"A : b\n\nx", [], b"A : b\n\nx"),
    "no name": (b": b\nC: d\n\nx", [(b"c", b"d")], b"x"),
    "begins with what goes on": (b" a\nB: c\n\nx", [(b"b", b"c")], b"x"),
    "the line of an mbox": (b"From a\nB: c\nFrom d\nE: f\n\nx", [(b"b", b"c"), (b"e", b"f")], b"x"),
    "words that begin like it": (b"A: b\nFrom here on\nx", [(b"a", b"b")], b"From here on\nx"),
    "a line of blanks": (b"A: b\n \nC: d\n\nx", [(b"a", b"b "), (b"c", b"d")], b"x"),
    "a boundary": (b"A: b\n--c:d \nE: f\n\nx", [(b"a", b"b")], b"--c:d \nE: f\n\nx"),
    "other bytes": (b"A: \xff\x00\n\nx", [(b"a", b"\xff\x00")], b"x"),
}


@pytest.mark.parametrize(("content", "fields", "body"), FIELDS.values(), ids=FIELDS)
def test_fields(content: bytes, fields: list[tuple[bytes, bytes]], body: bytes) -> None:
    found, place = read(content, 0, {b"--c:d"})
    assert (found, content[place:]) == (fields, body)


def test_more_than_1000_are_not_kept() -> None:
    found, place = read(b"A: b\n" * 5_000 + b"\nx", 0, ())
    assert (len(found), place) == (1_000, 25_001)


LINES = [
    b"A: b",
    b"Long-Name:",
    b" goes on",
    b"\tand on",
    b"",
    b"--c",
    b"From a",
    b"no field",
    b": none",
    b"B: \xff\0",
    b"C :d",
]


@given(st.lists(st.sampled_from(LINES), max_size=9), st.lists(st.sampled_from([b"\r\n", b"\n", b"\r"]), min_size=9))
def test_at_a_stroke_the_same_is_read(lines: list[bytes], ends: list[bytes]) -> None:
    for used in (ends, [b"\r\n"] * 9, [b"\n"] * 9):
        content = b"".join(line + end for line, end in zip(lines, used, strict=False)) + used[0] + b"x"
        quick = items._usual(content, 0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(items, "_usual", lambda *_: None)
            assert quick in (None, read(content, 0, {b"--c"}))


def test_nearly_all_mail_is_read_at_a_stroke() -> None:
    assert items._usual(b"A: b\r\n c\r\nD: e\r\n\r\nx", 0) == ([(b"a", b"b c"), (b"d", b"e")], 18)
    assert items._usual(b"A: b\n c\nD: e\n\nx", 0) == ([(b"a", b"b c"), (b"d", b"e")], 14)


@pytest.mark.parametrize("piece", [b"A: b\n", b" c\n", b"A", b":", b"\r", b"From \n", b"\n ", b"A:\r\n "])
def test_its_time_is_linear(piece: bytes) -> None:
    start = time.process_time()
    read(b"A: b\n" + piece * (2_000_000 // len(piece)), 0, ())
    assert time.process_time() - start < 4
