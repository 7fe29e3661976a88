from datetime import timedelta
from uuid import uuid4

import pytest

from models.base import uuid7
from workers.outbound.backoff import GIVE_UP, delay, next_try

LETTER = uuid7()


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 120), (60, 120)]
)
def test_pauses_grow_to_two_hours(attempts: int, minutes: int) -> None:
    seconds = delay(attempts, LETTER).total_seconds()
    assert minutes * 60 * 0.9 <= seconds <= minutes * 60 * 1.1


def test_the_same_try_of_the_same_letter_always_pauses_alike() -> None:
    assert delay(3, LETTER) == delay(3, LETTER)


def test_letters_that_failed_together_do_not_come_back_together() -> None:
    pauses = [delay(1, uuid4()).total_seconds() for _ in range(200)]
    assert len(set(pauses)) > 190
    assert min(pauses) < 56
    assert max(pauses) > 64


def test_the_last_try_is_on_the_fifth_day_and_then_it_is_over() -> None:
    assert next_try(40, GIVE_UP - timedelta(minutes=3), LETTER) == timedelta(minutes=3)
    assert next_try(41, GIVE_UP, LETTER) is None
    assert next_try(1, GIVE_UP + timedelta(days=30), LETTER) is None


def test_five_days_of_a_dead_relay_are_about_sixty_tries() -> None:
    age, tries = timedelta(), 0
    while (pause := next_try(tries + 1, age, LETTER)) is not None:
        age, tries = age + pause, tries + 1
    assert age == GIVE_UP
    assert 55 < tries < 75
