"""A flood is known by its sender, ends when it ends, and costs no memory worth naming."""

from gateway.flood import BURST, MOST, RATE, Floods


class Clock:
    """Stands still unless told."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


def count(floods: Floods, sender: str, mails: int) -> int:
    """How many of some mails add to a flood."""
    return sum(floods.adds_to_one(sender) for _ in range(mails))


def test_a_flood_is_its_senders_alone():
    floods = Floods(Clock())
    assert count(floods, "mallory@evil.test", int(BURST)) == 0
    assert not floods.rises("mallory@evil.test")
    assert count(floods, "Mallory@EVIL.test", 100) == 100
    assert floods.rises("MALLORY@evil.test")
    assert count(floods, "ann@good.test", int(BURST)) == 0
    assert not floods.rises("ann@good.test")
    assert not floods.rises("nobody@good.test")


def test_who_writes_slowly_never_floods():
    clock = Clock()
    floods = Floods(clock)
    for _ in range(1_000):
        clock.time += 1 / RATE
        assert not floods.adds_to_one("")


def test_after_a_flood_of_any_size_it_takes_seconds_to_be_as_others_again():
    clock = Clock()
    floods = Floods(clock)
    count(floods, "shop@good.test", 100_000)
    assert floods.rises("shop@good.test")
    clock.time += (BURST + 1) / RATE
    assert not floods.rises("shop@good.test")
    assert not floods.adds_to_one("shop@good.test")


def test_it_forgets_those_long_silent_first():
    floods = Floods(Clock())
    count(floods, "first@evil.test", 100)
    for number in range(MOST - 1):
        floods.adds_to_one(f"{number}@good.test")
    assert count(floods, "first@evil.test", 1) == 1
    for number in range(MOST):
        floods.adds_to_one(f"other-{number}@good.test")
    assert count(floods, "first@evil.test", 1) == 0
    assert len(floods._levels) == MOST
