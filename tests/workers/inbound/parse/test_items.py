"""Header fields as they are written, rightly and wrongly, and where the body begins."""

import time

import pytest

from workers.inbound.parse.items import read

FIELDS = {
    "as they should be": (b"A: b\r\nSubject:  c d \r\n\r\nx", [(b"a", b"b"), (b"subject", b"c d ")], b"x"),
    "folded": (b"A: b\r\n c\r\n\td\r\n\r\nx", [(b"a", b"b c\td")], b"x"),
    "folded at once": (b"A:\n b\n\nx", [(b"a", b" b")], b"x"),
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


@pytest.mark.parametrize(("content", "items", "body"), FIELDS.values(), ids=FIELDS)
def test_fields(content: bytes, items: list[tuple[bytes, bytes]], body: bytes) -> None:
    found, place = read(content, 0, {b"--c:d"})
    assert (found, content[place:]) == (items, body)


def test_more_than_1000_are_not_kept() -> None:
    found, place = read(b"A: b\n" * 5_000 + b"\nx", 0, ())
    assert (len(found), place) == (1_000, 25_001)


@pytest.mark.parametrize("piece", [b"A: b\n", b" c\n", b"A", b":", b"\r", b"From \n", b"\n ", b"A:\r\n "])
def test_its_time_is_linear(piece: bytes) -> None:
    start = time.process_time()
    read(b"A: b\n" + piece * (2_000_000 // len(piece)), 0, ())
    assert time.process_time() - start < 4
