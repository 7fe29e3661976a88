"""Phrases are found where their word stands, in whatever marks."""

import pytest

from workers.inbound.spam.themes import THEMES, themes_of


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("cheap viagra!", ("medicine",)),
        ("(viagras)", ("medicine",)),
        ("ask our specialist about socialising", ()),  # both hold a name of a medicine
        ('"act now": it is risk-free', ("urgency",)),
        ("you have won; earn $ 500", ("riches", "lotteries")),
        ("the inheritance is in u.s. dollars", ("inheritances",)),
        ("my kettle leaks", ()),
        ("", ()),
    ],
)
def test_what_a_text_talks_about(said: str, found: tuple[str, ...]):
    assert themes_of(said) == found


def test_every_phrase_is_found():
    assert all(theme in themes_of(f"dear sir, {phrase}.") for theme, phrases in THEMES.items() for phrase in phrases)
