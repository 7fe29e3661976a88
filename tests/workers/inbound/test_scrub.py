"""No control character survives: not in bodies, not in one-line values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound import scrub


def controls(text: str) -> set[str]:
    return {c for c in text if c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" or "\ud800" <= c <= "\udfff"}


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\tb", "a\tb"),
        ("a\0b\x1b[31m\x7f", "ab[31m"),
        ("a\x85b\u2028c\u2029d", "a\nb\nc\nd"),
        ("\ud800a\udfff", "a"),
        ("שלום \u202eabc", "שלום \u202eabc"),
    ],
)
def test_bodies(raw: str, clean: str) -> None:
    assert scrub.body(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  a \t b\r\n c ", "a b c"),
        ("a\0b\x1b\x9b\u2028c", "a b c"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066a\u2069 ü 日本", "a ü 日本"),
    ],
)
def test_lines(raw: str, clean: str) -> None:
    assert scrub.line(raw, 100) == clean


characters = st.text(st.characters() | st.characters(categories=["Cc", "Cs", "Zl", "Zp", "Cf"]))


@given(characters)
def test_no_control_survives(text: str) -> None:
    assert controls(scrub.body(text)) <= {"\n", "\t"}
    assert not controls(scrub.line(text, 50))
    assert len(scrub.line(text, 50)) <= 50
    assert scrub.body(scrub.body(text)) == scrub.body(text)


@given(characters)
def test_what_is_clean_is_known_to_be(text: str) -> None:
    """The fast check on bytes says the same as a look at each character."""
    cleaned = scrub.body(text)
    assert scrub.is_body(cleaned.encode())
    if not controls(text) & {chr(n) for n in range(0xD800, 0xE000)}:
        assert scrub.is_body(text.encode()) == (controls(text) <= {"\n", "\t"})
    assert scrub.is_line(scrub.line(text, 50))
    assert scrub.is_line(text) == (not controls(text))
