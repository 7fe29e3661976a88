"""Transfer encodings, whole and damaged."""

import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.decode.transfer import decode


@given(st.binary(max_size=300))
def test_what_was_encoded_comes_back(content: bytes) -> None:
    assert decode(base64.encodebytes(content), "base64") == (content, None)
    rows = b"".join(binascii.b2a_uu(content[i : i + 45]) for i in range(0, len(content), 45))
    assert decode(b"begin 644 x\n" + rows + b"`\nend\n", "x-uuencode") == (content, None)
    for plain in ("", "7bit", "8bit", "binary"):
        assert decode(content, plain) == (content, None)


def test_quoted_printable() -> None:
    text = "grüße, ein langer Satz = Zeile\n".encode() * 5
    assert decode(quopri.encodestring(text), "quoted-printable") == (text, None)
    assert decode(b"a=zz=", "quoted-printable")[0].startswith(b"a")


@pytest.mark.parametrize("damaged", [b"aGVsbG8", b"aGVs\nbG8!!", b"aGVsbG8=\n=\n"])
def test_damaged_base64_is_read_as_far_as_it_goes(damaged: bytes) -> None:
    assert decode(damaged, "base64")[0].startswith(b"hello")


def test_a_lost_character_is_marked() -> None:
    content, mark = decode(b"aGVsbG8gd29ybGQhI", "base64")
    assert content == b"hello world!"
    assert mark == "transfer encoding: damaged base64 repaired"


def test_an_unknown_encoding_is_left_alone_and_marked() -> None:
    assert decode(b"abc", "x-yenc") == (b"abc", "transfer encoding: unknown, left as it is")


def test_uuencode_without_an_end_is_marked() -> None:
    content, mark = decode(b"begin 644 x\n" + binascii.b2a_uu(b"hello"), "uuencode")
    assert (content, mark) == (b"hello", "transfer encoding: damaged uuencode")


@given(st.binary(max_size=200), st.sampled_from(["base64", "quoted-printable", "uuencode", "x", "7bit"]))
def test_nothing_raises_or_grows(content: bytes, encoding: str) -> None:
    assert len(decode(content, encoding)[0]) <= len(content)
