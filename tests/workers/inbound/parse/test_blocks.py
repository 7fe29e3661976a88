"""Where the headers end, and what happens to a header block over its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse.blocks import split


@pytest.mark.parametrize(
    ("content", "head", "rest"),
    [
        (b"A: b\r\n\r\nbody", b"A: b\r\n\r\n", b"body"),
        (b"A: b\n\nbody\r\n\r\nmore", b"A: b\n\n", b"body\r\n\r\nmore"),
        (b"A: b\r\rbody", b"A: b\r\r", b"body"),
        (b"A: b\n\r\nbody\n\nmore", b"A: b\n\r\n", b"body\n\nmore"),
        (b"A: b\r\n", b"A: b\r\n", b""),
        (b"", b"", b""),
    ],
)
def test_splitting(content: bytes, head: bytes, rest: bytes) -> None:
    found = split(content)
    assert (found.head, found.whole, found.problem) == (head, head + rest, None)


@given(st.binary(max_size=200))
def test_nothing_is_lost_within_the_limits(content: bytes) -> None:
    found = split(content)
    assert found.whole == content
    assert content.startswith(found.head)


def test_more_than_256_kb_of_headers_are_cut_and_the_body_is_found() -> None:
    found = split(b"Subject: x\r\nX: " + b"y" * 300_000 + b"\r\n\r\nbody")
    assert found.whole == found.head + b"body"
    assert found.head.startswith(b"Subject: x\r\n")
    assert len(found.head) < 262_200
    assert found.problem == "The headers exceed 256 kB; only the first ones were read."


def test_more_than_1000_headers_are_cut_and_the_body_is_found() -> None:
    found = split(b"".join(b"X-%d: y\r\n z\r\n" % number for number in range(1200)) + b"\r\nbody")
    assert found.whole == found.head + b"body"
    assert found.head.endswith(b"X-999: y\r\n z\r\n\r\n")
    assert found.problem == "There are more than 1000 headers; only the first ones were read."


def test_1000_headers_of_several_lines_are_not_too_many() -> None:
    assert split(b"X: y\r\n z\r\n" * 1000 + b"\r\nbody").problem is None
