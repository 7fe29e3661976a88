"""Where a mail began, as tokens."""

import pytest

from workers.inbound.spam.head import read
from workers.inbound.spam.way import SITES, TOKENS, way

NEAR = b"Received: from out.shop.test by mx.our.test; Sat, 04 May 2019 10:00:09 +0000\r\n"


@pytest.mark.parametrize(
    ("first", "found"),
    [
        (
            b"from desk (dialup-7.isp.test [192.0.2.7])\r\n by out.shop.test",
            {"helo0:bare", "rdns0:isp.test", "net0:192.0"},
        ),
        (b"from [192.0.2.7] (unknown [192.0.2.7]) by out.shop.test", {"helo0:number", "rdns0:unknown"}),
        (b"from a.shop.test (a.shop.test [192.0.2.7])", {"helo0:shop.test", "rdns0:same"}),
        (b"from a.shop.test (b.isp.test [192.0.2.7])", {"helo0:shop.test", "rdns0:other"}),
        (b"by out.shop.test (8.12.2/8.12.2) id x", {"hop0:by H (H/H) id x", "hops:2", "helo1:shop.test"}),
    ],
)
def test_the_beginning_of_the_way(first: bytes, found: set[str]):
    tokens = set(way(read(NEAR + b"Received: " + first + b"; Sat, 04 May 2019 10:00:00 +0000\r\n\r\n")))
    assert tokens >= found | {"site:shop.test", "way:out.shop.test"}


def test_there_is_an_end_to_it():
    many = b"".join(b"Received: from h%d.test by i%d.test\r\n" % (number, number) for number in range(500))
    assert len(list(way(read(many)))) < TOKENS + SITES + 20
