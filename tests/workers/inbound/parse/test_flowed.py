"""format=flowed: what its writer wrote comes back, however their program broke the lines (RFC 3676)."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workers.inbound.parse import parse
from workers.inbound.parse.flowed import joined

word = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=12)
paragraphs = st.lists(st.tuples(st.integers(0, 3), st.lists(word, max_size=12).map(" ".join)), min_size=1, max_size=8)


def flow(written: list[tuple[int, str]], width: int, *, delete_space: bool) -> str:
    """As a mail program sends paragraphs, each with the depth of its quote (section 4.2)."""
    rows = []
    for depth, words in written:
        pieces = (
            re.findall(rf".{{1,{width}}}(?: |$)", words) if not delete_space else re.findall(rf".{{1,{width}}}", words)
        )
        # no writer breaks a line after what would then be the separator of a signature (section 4.3)
        can = words and "".join(pieces) == words and not {"--", "-- "} & set(pieces[:-1])
        broken = pieces if can else [words]
        for number, piece in enumerate(broken):
            stuffed = " " if depth or piece.startswith((" ", ">", "From ")) else ""
            last = number == len(broken) - 1
            rows.append(">" * depth + stuffed + piece + (" " if delete_space and not last else ""))
    return "\n".join(rows)


@example(written=[(0, "-- 0")], width=2, delete_space=False)
@example(written=[(1, "--0")], width=2, delete_space=True)
@given(written=paragraphs, width=st.integers(1, 40), delete_space=st.booleans())
def test_paragraphs_come_back(written: list[tuple[int, str]], width: int, delete_space: bool) -> None:
    expected = "\n".join(f"{'>' * depth} {words}" if depth else words for depth, words in written)
    assert joined(flow(written, width, delete_space=delete_space), delete_space=delete_space) == expected


@given(st.text(), st.booleans())
def test_no_letter_is_lost_and_none_is_made(text: str, delete_space: bool) -> None:
    found = joined(text, delete_space=delete_space)
    assert re.sub(r"[\n >]", "", found) == re.sub(r"[\n >]", "", text)
    assert found.count("\n") <= text.count("\n")


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("one \ntwo", "one two"),
        ("one\ntwo", "one\ntwo"),
        ("one \n\ntwo", "one\n\ntwo"),
        ("one \n two", "one two"),
        (" >no quote", ">no quote"),
        ("  indented", " indented"),
        (">one \n>two", "> one two"),
        ("> one \n> two", "> one two"),
        (">one \n>>two", "> one\n>> two"),
        (">one \ntwo", "> one\ntwo"),
        ("words \n-- \nAnn", "words\n-- \nAnn"),
        ("-- \nAnn \nof Demo", "-- \nAnn of Demo"),
        (">-- \n>Ann", "> -- \n> Ann"),
        ("last ", "last"),
        ("", ""),
    ],
)
def test_lines(said: str, becomes: str) -> None:
    assert joined(said, delete_space=False) == becomes


def test_the_blank_at_the_end_may_be_no_part_of_the_text() -> None:
    assert joined("日本 \n語", delete_space=True) == "日本語"
    assert joined("日本 \n語", delete_space=False) == "日本 語"
    assert joined("one  \ntwo", delete_space=True) == "one two"


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ("format=flowed", "one two\n> three\n"),
        ('Format="FLOWED"; DelSp=Yes', "onetwo\n> three\n"),
        ("format=fixed", "one \ntwo\n> three\n"),
        ("charset=utf-8", "one \ntwo\n> three\n"),
    ],
)
def test_only_a_mail_that_says_so_is_joined(parameters: str, text: str) -> None:
    head = f"From: a@b.test\r\nContent-Type: text/plain; {parameters}\r\n\r\n".encode()
    mail = parse(head + b"one \r\ntwo\r\n> three\r\n")
    assert mail.text == text
