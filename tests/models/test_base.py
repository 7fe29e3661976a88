"""Identifiers made in Python are those that PostgreSQL would make."""

from models.base import uuid7


def test_uuid7_is_version_7_and_ordered_by_time():
    first = [uuid7() for _ in range(100)]
    assert all(one.version == 7 and one.variant == "specified in RFC 4122" for one in first)
    assert len(set(first)) == 100
    assert first == sorted(first)
    assert len({one.int & (2**62 - 1) for one in first}) == 100, "the rest is random"
