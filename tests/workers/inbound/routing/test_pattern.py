"""Patterns fit what a regular expression of the same meaning fits, and hostile texts take no longer than others."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.routing.pattern import Pattern, among_words, folded, whole, words

SMALL = st.text("ab*", max_size=8)


@given(SMALL, st.text("ab", max_size=12))
def test_a_pattern_fits_what_the_regular_expression_fits(written: str, value: str):
    expression = ".*".join(map(re.escape, written.split("*")))
    assert whole(written).fits(value) == bool(re.fullmatch(expression, value))


@given(st.lists(st.text("ab*", min_size=1, max_size=4), min_size=1, max_size=3), st.lists(st.text("ab", min_size=1)))
def test_words_are_found_as_words(written: list[str], said: list[str]):
    value = words(" ".join(said))
    expression = " .* ".join(["", re.escape(" ".join(written)).replace(r"\*", ".*").replace(r"\ ", " "), ""])
    padded = expression.removeprefix(" ").removesuffix(" ")
    assert among_words(" ".join(written)).fits(value) == bool(re.fullmatch(padded, value))


@pytest.mark.parametrize(
    ("written", "text", "fits"),
    [
        ("invoice", "Your Invoice, please", True),
        ("invoice", "Your invoices", False),
        ("invoice*", "Your invoices", True),
        ("art", "We start now", False),
        ("refund order", "Refund: order", True),
        ("refund order", "refund my order", False),
        ("refund*order", "refund my order", True),
        ("refund * order", "refund my order", True),
        ("refund * order", "refund order", False),
        ("*.pdf", "bill.PDF", True),
        ("straße", "STRASSE", True),
        ("grüezi", "Gru\u0308ezi mitenand", True),
        ("a_b", "a b", True),
    ],
)
def test_words(written: str, text: str, fits: bool):
    assert among_words(written).fits(words(text)) == fits


@pytest.mark.parametrize(
    ("written", "value", "fits"),
    [
        ("*@*.example.com", "Carol@shop.Example.com", True),
        ("*@*.example.com", "carol@example.com", False),
        ("carol@example.com", "carol@example.com", True),
        ("*", "", True),
        ("a*a", "a", False),
        ("", "x", False),
    ],
)
def test_whole_values(written: str, value: str, fits: bool):
    assert whole(written).fits(folded(value)) == fits


def test_a_hostile_text_is_no_slower_than_its_length():
    """A backtracking matcher would not end within the life of the sun."""
    pattern, text = Pattern(tuple(["a" * 20] * 60)), "a" * 1_000 + "b" * 64_000
    begun = time.process_time()
    assert not any(pattern.fits(text) for _ in range(100))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("written", "needed"),
    [
        ("invoice", {"invoice"}),
        ("invoice* overdue", {"overdue"}),
        ("*voice over* due", {"due"}),
        ("over-due bill", {"over", "due", "bill"}),
        ("*", set()),
    ],
)
def test_the_words_without_which_a_pattern_is_not_found(written: str, needed: set[str]):
    assert among_words(written).needs() == needed
