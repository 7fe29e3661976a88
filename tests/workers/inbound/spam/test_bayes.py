"""Chances of tokens and how they are combined: what must hold for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.spam.bayes import TELLING, combined, telling, token_chance

CHANCES = st.lists(st.floats(0.001, 0.999), max_size=150)


@pytest.mark.parametrize(
    ("spam", "ham", "mails", "chance"),
    [
        (0, 0, (10, 10), 0.5),  # never seen
        (10, 0, (10, 10), 0.98),
        (1, 0, (10, 10), 0.84),  # once is less sure than ten times
        (0, 1, (10, 10), 0.16),
        (5, 5, (10, 10), 0.5),
        (10, 10, (10, 100), 0.9),  # in every spam, in a tenth of the ham
    ],
)
def test_the_chance_of_a_token(spam: int, ham: int, mails: tuple[int, int], chance: float):
    assert token_chance(spam, ham, mails) == pytest.approx(chance, abs=0.01)


def test_no_token_says_nothing():
    assert combined([]) == 0.5


@given(CHANCES)
def test_spam_and_ham_are_judged_alike(chances: list[float]):
    assert combined(chances) == pytest.approx(1 - combined(1 - one for one in chances), abs=1e-6)


@given(CHANCES, st.integers(0, 149), st.floats(0.001, 0.999))
def test_it_stays_between_nought_and_one_and_never_falls_as_a_token_grows_worse(
    chances: list[float], place: int, worse: float
):
    assert 0 <= combined(chances) <= 1
    if chances:
        place %= len(chances)
        worsened = [*chances[:place], max(worse, chances[place]), *chances[place + 1 :]]
        assert combined(worsened) >= combined(chances) - 1e-9


def test_many_that_agree_are_sure_and_those_that_contradict_are_not():
    assert combined([0.9] * 20) > 0.999
    assert combined([0.1] * 20) < 0.001
    assert combined([0.99] * 20 + [0.01] * 20) == pytest.approx(0.5, abs=0.05)


def test_only_the_strongest_tokens_count():
    counts = {f"w{number}": (number, 0) for number in range(1, 300)} | {"even": (50, 50)}
    found = telling([*counts, "unknown"], counts, (300, 300))
    assert len(found) == TELLING
    assert found[0][0] == "w299"
    assert not {"even", "unknown", "w1"} & {token for token, _ in found}
