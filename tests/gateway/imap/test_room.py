"""Room in memory: given in the order of asking, handed back by whoever no longer waits."""

import asyncio

from gateway.imap.room import Room


def test_who_asks_first_is_served_first_and_a_small_wish_does_not_overtake():
    async def story() -> None:
        room = Room(100)
        assert await room.enter(60) == 60
        large = asyncio.ensure_future(room.enter(80))
        small = asyncio.ensure_future(room.enter(10))
        await asyncio.sleep(0)
        assert not large.done()
        assert not small.done()
        room.leave(60)
        assert [await large, await small] == [80, 10]
        assert room.free == 10

    asyncio.run(story())


def test_a_wish_above_all_there_is_gets_all_of_it():
    async def story() -> None:
        room = Room(100)
        assert await room.enter(1000) == 100
        room.leave(100)
        assert room.free == 100

    asyncio.run(story())


def test_who_no_longer_waits_takes_nothing():
    async def story() -> None:
        room = Room(100)
        await room.enter(100)
        gone, next_one = asyncio.ensure_future(room.enter(70)), asyncio.ensure_future(room.enter(50))
        await asyncio.sleep(0)
        gone.cancel()
        room.leave(100)
        assert await next_one == 50
        assert room.free == 50

    asyncio.run(story())
