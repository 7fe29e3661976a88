"""Requests that share trips: none waits for a timer, none waits for ever, none harms another."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway import grouping
from gateway.failures import Unavailable
from gateway.grouping import Bounds, Group

WIDE = Bounds(items=100, weight=1000, waiting=10_000)


class Road:
    """A trip that waits to be let through, and remembers who travelled."""

    def __init__(self) -> None:
        self.trips: list[tuple[str, list[int]]] = []
        self.gate = asyncio.Event()
        self.left = asyncio.Event()

    async def __call__(self, line: str, items: Sequence[int]) -> list[int | Exception]:
        self.trips.append((line, list(items)))
        self.left.set()
        await self.gate.wait()
        return [LookupError() if item < 0 else item * 10 for item in items]


def test_what_comes_meanwhile_goes_together():
    async def story() -> None:
        road = Road()
        group: Group[int, int] = Group("test", road, WIDE)
        first = asyncio.ensure_future(group.ask(1))
        await road.left.wait()
        more = [asyncio.ensure_future(group.ask(number)) for number in (2, 3, -4)]
        await asyncio.sleep(0)
        road.gate.set()
        assert await first == 10
        assert [await more[0], await more[1]] == [20, 30]
        with pytest.raises(LookupError):
            await more[2]
        assert road.trips == [("test-0", [1]), ("test-0", [2, 3, -4])]
        assert group.weight == 0

    asyncio.run(story())


def test_a_trip_is_bounded():
    async def story() -> None:
        road = Road()
        road.gate.set()
        group: Group[int, int] = Group("test", road, Bounds(items=3, weight=10, waiting=1000))
        await asyncio.gather(*(group.ask(number, weight) for number, weight in enumerate([9, 1, 1, 1, 1, 1, 50, 1])))
        assert [items for _, items in road.trips] == [[0, 1], [2, 3, 4], [5, 6], [7]]

    asyncio.run(story())


def test_too_much_is_refused_at_once():
    async def story() -> None:
        road = Road()
        group: Group[int, int] = Group("test", road, Bounds(items=1, weight=1, waiting=100))
        waiting = [asyncio.ensure_future(group.ask(number, 50)) for number in (1, 2)]
        await road.left.wait()
        with pytest.raises(Unavailable):
            await group.ask(3, 1)
        road.gate.set()
        assert [await one for one in waiting] == [10, 20]
        assert await group.ask(4, 1000) == 40  # alone, anything goes

    asyncio.run(story())


def test_a_hanging_trip_is_left_behind(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(grouping, "PATIENCE", 0.2)

    async def story() -> None:
        road = Road()
        group: Group[int, int] = Group("test", road, WIDE)
        began = asyncio.get_running_loop().time()
        first = asyncio.ensure_future(group.ask(1))
        await road.left.wait()
        second = asyncio.ensure_future(group.ask(2))
        for one in (first, second):
            with pytest.raises(Unavailable):
                await one
        assert 0.15 < asyncio.get_running_loop().time() - began < 0.4
        road.left.clear()
        third = asyncio.ensure_future(group.ask(3))
        await road.left.wait()
        road.gate.set()
        assert await third == 30
        assert road.trips == [("test-0", [1]), ("test-1", [3])]
        assert group.weight == 0

    asyncio.run(story())


def test_a_line_is_left_when_its_own_time_is_up(monkeypatch: pytest.MonkeyPatch):
    """Who waited in the queue first is told earlier than that, and who comes then must not wait for the whole time."""
    monkeypatch.setattr(grouping, "PATIENCE", 0.4)

    async def story() -> None:
        road, hangs = Road(), asyncio.Event()

        async def trip(line: str, items: Sequence[int]) -> list[int | Exception]:
            if 2 in items:
                await hangs.wait()
            return await road(line, items)

        group: Group[int, int] = Group("test", trip, WIDE)
        first = asyncio.ensure_future(group.ask(1))
        await road.left.wait()
        second = asyncio.ensure_future(group.ask(2))
        asyncio.get_running_loop().call_later(0.2, road.gate.set)
        assert await first == 10
        with pytest.raises(Unavailable):
            await second
        assert await group.ask(3) == 30
        assert road.trips == [("test-0", [1]), ("test-1", [3])]
        hangs.set()

    asyncio.run(story())


def test_what_is_heavy_has_longer_and_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(grouping, "PATIENCE", 0.2)

    async def story() -> None:
        road, left, arrives = Road(), asyncio.Event(), asyncio.Event()
        road.gate.set()

        async def trip(line: str, items: Sequence[int]) -> list[int | Exception]:
            if 1 in items:
                left.set()
                await arrives.wait()
            return await road(line, items)

        group: Group[int, int] = Group("test", trip, Bounds(items=100, weight=1000, waiting=10_000, pace=10))
        heavy = asyncio.ensure_future(group.ask(1, 600))
        await left.wait()
        assert await group.ask(2) == 20
        arrives.set()
        assert await heavy == 10
        assert road.trips == [("test-1", [2]), ("test-0", [1])]

    asyncio.run(story())


def test_an_error_of_the_trip_is_told_to_all(capsys: pytest.CaptureFixture[str]):
    async def fail(line: str, items: Sequence[int]) -> list[int | Exception]:
        raise RuntimeError(line)

    async def story() -> None:
        group: Group[int, int] = Group("test", fail, WIDE)
        said = await asyncio.gather(group.ask(1), group.ask(2), return_exceptions=True)
        assert [type(one) for one in said] == [Unavailable, Unavailable]
        assert len({one.reference for one in said if isinstance(one, Unavailable)}) == 1
        assert group.weight == 0

    asyncio.run(story())
    assert "trip failed" in capsys.readouterr().out


def test_who_has_gone_does_not_travel():
    async def story() -> None:
        road = Road()
        group: Group[int, int] = Group("test", road, WIDE)
        first = asyncio.ensure_future(group.ask(1))
        await road.left.wait()
        gone, stays = asyncio.ensure_future(group.ask(2)), asyncio.ensure_future(group.ask(3))
        await asyncio.sleep(0)
        gone.cancel()
        road.gate.set()
        assert [await first, await stays] == [10, 30]
        assert road.trips[1] == ("test-0", [3])
        assert group.weight == 0

    asyncio.run(story())
