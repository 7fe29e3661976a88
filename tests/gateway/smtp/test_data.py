"""Only CRLF.CRLF ends a mail, however the bytes are cut, and what was stuffed comes out as it went in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.smtp import replies
from gateway.smtp.data import CRUMBS, DataReader, Limits, has_long_line, unstuff

WIDE = Limits(size=100_000, line=100_000)
FRAGMENTS = [b"\r\n", b".", b"\r", b"\n", b"a", b"\0", b"\xff", b".\r\n", b"\r\n.", b"..", b"\r\n..\r\n", b"Subject: x"]
SOUP = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(b"".join)
LINES = st.lists(st.lists(st.sampled_from([b".", b"..", b"a", b"\0", b"\xff"]), max_size=4).map(b"".join), max_size=12)


def read(chunks: list[bytes], limits: Limits = WIDE) -> tuple[bytes | None, bytes | None, bytes | None, int]:
    """What a reader makes of chunks: rest, content, refusal, bytes seen."""
    reader = DataReader(limits)
    for number, chunk in enumerate(chunks):
        rest = reader.feed(chunk)
        if rest is not None:
            rest += b"".join(chunks[number + 1 :])
            content = reader.content()
            return rest, content, reader.refusal, reader.seen
    return None, None, reader.refusal, reader.seen


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    """The stream in pieces, none empty."""
    ends = sorted({place % (len(stream) + 1) for place in places} | {0, len(stream)})
    return [stream[start:end] for start, end in pairwise(ends)]


def stuff(lines: list[bytes]) -> bytes:
    """What a client sends for lines (RFC 5321 section 4.5.2), with the end of the mail."""
    return b"".join((b"." + line if line.startswith(b".") else line) + b"\r\n" for line in lines) + b".\r\n"


@given(SOUP, SOUP, st.lists(st.integers(min_value=0), max_size=30), st.integers(min_value=1, max_value=120))
def test_the_cut_makes_no_difference(content: bytes, behind: bytes, places: list[int], size: int):
    stream = content + b"\r\n.\r\n" + behind
    limits = Limits(size=size, line=30)
    assert read(cut(stream, places), limits) == read([stream], limits) == read([bytes([one]) for one in stream], limits)


@given(LINES, st.lists(st.integers(min_value=0), max_size=10))
def test_what_was_stuffed_comes_out_as_it_went_in(lines: list[bytes], places: list[int]):
    rest, content, refusal, _ = read(cut(stuff(lines) + b"QUIT\r\n", places))
    assert refusal is None
    assert (rest, content) == (b"QUIT\r\n", b"".join(line + b"\r\n" for line in lines))


@given(SOUP)
def test_nothing_but_crlf_dot_crlf_is_an_end(soup: bytes):
    rest, *_ = read([soup])
    assert (rest is not None) == (b"\r\n.\r\n" in b"\r\n" + soup)


@given(SOUP)
def test_a_stored_mail_has_no_bare_cr_or_lf(soup: bytes):
    _, content, refusal, _ = read([soup + b"\r\n.\r\n"])
    if content is None:
        assert refusal == replies.BARE_LINE_END_IN_DATA
    else:
        assert b"\r" not in content.replace(b"\r\n", b"")
        assert b"\n" not in content.replace(b"\r\n", b"")


def test_an_empty_mail():
    assert read([b".\r\n"]) == (b"", b"", None, 0)


def test_nul_is_a_byte_like_others():
    assert read([b"a\0b\r\n.\r\n"])[1] == b"a\0b\r\n"


@pytest.mark.parametrize(("size", "refusal"), [(100, None), (99, replies.TOO_MUCH_DATA)])
def test_the_size_limit_is_exact(size: int, refusal: bytes | None):
    assert read([b"x" * 98 + b"\r\n", b".\r\n"], Limits(size=size, line=1000))[2] == refusal


def test_a_refused_mail_is_not_kept():
    reader = DataReader(Limits(size=1000, line=1000))
    for _ in range(100):
        reader.feed(b"x" * 1000)
    assert reader._kept == []
    assert reader.seen == 100_000
    assert reader.feed(b"\r\n.\r\nNOOP\r\n") == b"NOOP\r\n"
    assert reader.content() is None
    assert reader.refusal == replies.TOO_MUCH_DATA


def test_a_mail_in_crumbs_takes_no_more_than_its_bytes():
    """A mail of two bytes a packet, kept as it came, would take thirty times its size."""
    reader = DataReader(Limits(size=1_000_000, line=1_000_000))
    for _ in range(100_000):
        reader.feed(b"ab")
    assert len(reader._kept) < 100 + CRUMBS
    reader.feed(b"\r\n.\r\n")
    assert reader.content() == b"ab" * 100_000 + b"\r\n"


def test_a_mail_much_larger_than_announced_is_refused_rfc1870():
    limits = Limits(size=50_000_000, line=50_000_000, announced=10)
    assert read([b"x" * 1_000_000 + b"\r\n.\r\n"], limits)[2] is None
    assert read([b"x" * 1_100_000 + b"\r\n.\r\n"], limits)[2] == replies.LARGER_THAN_ANNOUNCED


@given(LINES, st.integers(min_value=2, max_value=15))
def test_long_lines_are_found(lines: list[bytes], most: int):
    raw = b"".join(line + b"\r\n" for line in lines)
    assert has_long_line(raw, most) == any(len(line) + 2 > most for line in lines)


def test_unstuff_touches_only_the_beginning_of_lines():
    assert unstuff(b"..a.\r\n.\r\n...\r\nb..\r\n") == b".a.\r\n\r\n..\r\nb..\r\n"
