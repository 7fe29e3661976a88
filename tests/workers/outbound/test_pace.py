"""A destination that gets too much is left alone by all, for longer each time."""

from dataclasses import replace

import pytest

from models.base import uuid7
from models.settings import Settings
from workers.outbound import pace as module
from workers.outbound.pace import FIRST, LONGEST, Pace, Way, destination, wants_less, way
from workers.outbound.relay import Relay

SAID = "451 4.7.28 slow down"


@pytest.mark.parametrize(
    ("answer", "less"),
    [
        ("421 4.7.28 Our system has detected an unusual rate of mail", True),
        ("450 4.7.1 Error: too many messages from you", True),
        ("451 4.7.650 The mail server has been temporarily rate limited", True),
        ("452 4.5.3 Too many recipients", True),
        ("450 4.2.0 Greylisted, try again in 300 seconds", False),
        ("452 4.2.2 The mailbox exceeded its quota", False),
        ("450 4.1.1 try again later", False),
        ("550 5.7.1 too many messages", False),
        ("the relay is away", False),
    ],
)
def test_which_refusals_ask_for_less(answer: str, less: bool) -> None:
    assert wants_less(answer) is less


def test_a_destination_is_the_domain_in_any_letters() -> None:
    assert destination("a@b@Example.ORG") == "example.org"


def somewhere(relay: Relay | None = None) -> Way:
    return way(f"a@{uuid7().hex}.test", relay)


def waits(one: Way) -> str:
    return f"{one.domain} gets too much: {SAID}"


def test_what_one_process_is_told_all_know(instance: Settings) -> None:
    one, other, calm = somewhere(), somewhere(), somewhere()
    told, before = Pace(instance.broker()), Pace(instance.broker())
    told.slow_down(one, SAID)
    told.slow_down(other, SAID)
    before.look([one, other, calm])
    assert [before.waits(found) for found in (one, other, calm)] == [waits(one), waits(other), ""]
    assert Pace(instance.broker()).waits(one) == told.waits(one) == waits(one)


def test_an_answer_is_believed_for_a_moment_only(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    one, hears = somewhere(), Pace(instance.broker())
    assert hears.waits(one) == ""
    Pace(instance.broker()).slow_down(one, SAID)
    assert hears.waits(one) == ""
    monkeypatch.setattr(module, "FRESH", -1.0)
    hears.look([one])
    assert hears.waits(one) == waits(one)


def test_each_rest_in_a_row_is_twice_as_long_and_who_is_told_at_the_same_time_makes_it_no_longer(
    instance: Settings,
) -> None:
    one, redis = somewhere(), Pace(instance.broker())._redis
    rests = []
    for _ in range(8):
        for _ in range(3):  # processes, to each of which it was said
            Pace(instance.broker()).slow_down(one, SAID)
        rests.append(redis.ttl(one.key))
        redis.delete(one.key)  # it is over
    assert rests == [min(FIRST * 2**times, LONGEST) for times in range(8)]
    redis.delete(f"{one.key}:times")  # an hour later
    Pace(instance.broker()).slow_down(one, SAID)
    assert redis.ttl(one.key) == FIRST


def test_while_redis_is_away_each_knows_what_itself_was_told(instance: Settings) -> None:
    away = f"redis+socket://{instance.home}/nobody.sock"
    one, told, other = somewhere(), Pace(away), Pace(away)
    told.slow_down(one, SAID)
    assert (told.waits(one), other.waits(one), told.waits(somewhere())) == (waits(one), "", "")


def test_who_names_a_relay_holds_up_nobody_who_sends_by_another(instance: Settings) -> None:
    own = Relay("relay.provider.test", 587, "us")
    one = somewhere(own)
    ours = Pace(instance.broker())
    ours.slow_down(one, SAID)
    assert Pace(instance.broker()).waits(replace(one)) == waits(one)
    for relay in (None, replace(own, user="them"), replace(own, host="another.test")):
        assert ours.waits(replace(one, relay=relay)) == ""
        assert Pace(instance.broker()).waits(replace(one, relay=relay)) == ""
