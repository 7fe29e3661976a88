"""What tokens say and how it is added up: what must hold for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.spam.bayes import AS_ONE, TELLING, chance, combined, evidence, telling

MAILS = (300, 300)
SEEN = st.dictionaries(
    st.sampled_from([f"{kind}w{number}" for kind in ("", "from:", "way:", "has:") for number in range(20)]),
    st.tuples(st.integers(0, 300), st.integers(0, 300)).filter(any),
    max_size=60,
)


@pytest.mark.parametrize(
    ("spam", "ham", "mails", "found"),
    [
        (0, 0, (10, 10), 0.5),  # never seen
        (10, 0, (10, 10), 0.995),
        (1, 0, (10, 10), 0.954),  # once is less sure than ten times
        (0, 1, (10, 10), 0.046),
        (5, 5, (10, 10), 0.5),
        (10, 10, (10, 100), 0.9),  # in every spam, in a tenth of the ham
    ],
)
def test_what_a_token_says(spam: int, ham: int, mails: tuple[int, int], found: float):
    assert chance(evidence(spam, ham, mails)) == pytest.approx(found, abs=0.01)


def test_what_few_mails_lack_says_less_and_never_the_opposite():
    assert evidence(1, 0, (200, 200)) > evidence(1, 0, (200, 20)) > 0
    assert evidence(1, 0, (20_000, 20)) == 0
    assert evidence(0, 1, (20, 20_000)) == 0


@pytest.mark.parametrize("counts", [{}, {"unknown": (3, 0)}, {"even": (7, 7)}])
def test_what_is_not_known_or_even_says_nothing(counts: dict[str, tuple[int, int]]):
    assert combined(["even"], counts, MAILS) == 0


@given(SEEN)
def test_spam_and_ham_are_judged_alike(seen: dict[str, tuple[int, int]]):
    turned = {token: (ham, spam) for token, (spam, ham) in seen.items()}
    assert combined(seen, seen, MAILS) == pytest.approx(-combined(turned, turned, MAILS))


@given(SEEN, st.integers(0, 299))
def test_a_token_that_stood_in_more_spam_never_speaks_for_ham(seen: dict[str, tuple[int, int]], place: int):
    if single := [token for token, counts in seen.items() if list(seen.values()).count(counts) == 1]:
        token = single[place % len(single)]
        worse = (seen[token][0] + 1_000, seen[token][1])
        assert combined(seen, seen | {token: worse}, (2_000, 300)) >= combined(seen, seen, (2_000, 300)) - 1e-9


def test_many_that_agree_say_more_than_one_and_those_that_contradict_say_nothing():
    agree = {f"w{number}": (100 + number, 10) for number in range(20)}
    assert combined(agree, agree, MAILS) > 4 * combined(["w0"], agree, MAILS) > 0
    other = agree | {f"v{number}": (10, 100 + number) for number in range(20)}
    assert combined(other, other, MAILS) == pytest.approx(0, abs=1e-9)


def test_tokens_that_always_stand_together_say_less_unless_they_are_rare():
    list_of = {f"way:{number}": (2, 40) for number in range(20)}
    assert combined(list_of, list_of, MAILS) == pytest.approx(20**0.25 * combined(["way:0"], list_of, MAILS))
    rare = {f"w{number}": (AS_ONE - 1, 0) for number in range(20)}
    assert combined(rare, rare, MAILS) > 4 * combined(["w0"], rare, MAILS)


def test_people_count_more_than_words():
    seen = {"from:@shop.test": (0, 9), "cheap": (9, 0)}
    assert combined(seen, seen, MAILS) < 0


def test_the_strongest_tokens_are_told():
    counts = {f"w{number}": (number, 0) for number in range(1, 300)} | {"even": (50, 50)}
    found = telling([*counts, "unknown"], counts, MAILS)
    assert len(found) == TELLING
    assert found[0][0] == "w299"
    assert not {"even", "unknown", "w1"} & {token for token, _ in found}
