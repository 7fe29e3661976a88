"""Files within a text: taken out whole, or left as the text they might be."""

import binascii
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse import parse
from workers.inbound.parse.uuencoded import split


def block(name: str, content: bytes) -> str:
    pieces = (content[start : start + 45] for start in range(0, len(content), 45))
    return f"begin 644 {name}\n{''.join(binascii.b2a_uu(piece).decode() for piece in pieces)}`\nend\n"


@given(st.binary(max_size=200))
def test_a_file_comes_out(content: bytes) -> None:
    assert split(f"before\n{block('a b.bin', content)}after\n") == ("before\nafter\n", [("a b.bin", content)])


def test_a_mail_has_it_as_an_attachment() -> None:
    mail = parse(f"Subject: x\r\n\r\nHello\n\n{block('../picture.gif', b'GIF89a')}".encode())
    assert mail.text.strip() == "Hello"
    assert [(one.name, one.content) for one in mail.attachments] == [("picture.gif", b"GIF89a")]


@pytest.mark.parametrize("text", ["begin 644 a\nno data, but words\nend\n", "begin 644 a\n#86)C\n", "end\nbegin it\n"])
def test_words_stay_words(text: str) -> None:
    assert split(text) == (text, [])


def test_its_time_is_linear() -> None:
    start = time.process_time()
    split("begin 644 a\n" * 100_000 + "x\nend\n" * 100_000)
    split("begin 644 a\n" + "`\n" * 100_000 + "no\nend\n")
    assert time.process_time() - start < 5
