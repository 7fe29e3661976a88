"""HTML that would cost a reader out of proportion is known beforehand, at little cost; what people send is not."""

import time

import pytest

from workers.inbound.parse import weight


def tag(attributes: int, name: str = "a") -> str:
    return f"<{name} " + " ".join(f"a{n}=1" for n in range(attributes)) + ">"


def opened(formats: int, blocks: int) -> str:
    return "".join(f"<font color={n}>" for n in range(formats)) + "<p>x</p>" * blocks


HEAVY = {
    "deep": "<div>" * 100_000,
    "many tags": "<p>x" * 100_000,
    "large": "x" * 3_000_000,
    "many attributes": tag(20_000),
    "of an end tag": tag(20_000, "/a"),
    "without values": "<a " + "b " * 200 + ">",
    "between slashes": "<a/b" + "/b" * 200 + ">",
    "with quoted ends of tags": "<a " + "b='>' c=\">\" " * 100 + ">",
    "behind a comment that looks like a tag": '<!-- <a b=" --><b ' + "c " * 200 + '>"',
    "a tag within each other": "<a " * 1_000,
    "formats left open": opened(300, 300),
}


@pytest.mark.parametrize("page", HEAVY.values(), ids=HEAVY)
def test_heavy(page: str) -> None:
    assert weight.too_heavy(page)


LIGHT = {
    "many tags": "<p>hello <b>you</b><br>" * 15_000,
    "many words": "many words = 'and' \"quotes\" / slashes " * 10_000,
    "a tag as people write them": tag(30) * 100,
    "a less-than sign before words": "a < b " * 200,
    "many kinds of format": "".join(f"<font color={n % 30}>x</font>" for n in range(1_000)),
}


@pytest.mark.parametrize("page", LIGHT.values(), ids=LIGHT)
def test_light(page: str) -> None:
    assert not weight.too_heavy(page)


@pytest.mark.parametrize("piece", ["<a ", '<a b="', "< ", "</", "<a b=", " ", "'", '">', "<a b='c'>", "<b>"])
def test_it_takes_linear_time(piece: str) -> None:
    page = piece * (1_900_000 // len(piece))
    start = time.process_time()
    weight.too_heavy(page)
    assert time.process_time() - start < 5
