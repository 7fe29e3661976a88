"""Header fields as they were written, whatever the bytes are."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.spam.head import FIELDS, read

AT = datetime(2019, 5, 4, 8, tzinfo=UTC)
MAIL = b"From x@y.test Sat May  4 10:00:00 2019\r\nSubject: One\r\n two\r\nX-A : 1\r\nx-a: 2\r\n\r\nBody: no\r\n"


def test_names_are_in_lower_case_and_values_unfolded_as_they_stand():
    found = read(MAIL)
    assert found.names == ("Subject", "X-A", "x-a")
    assert found.values == {"subject": ("One\r\n two",), "x-a": ("1", "2")}
    assert (found.first("x-a"), found.first("x-b")) == ("1", "")
    assert read(MAIL.replace(b"\r\n", b"\n")).names == found.names


def test_there_is_an_end_to_it():
    assert len(read(b"".join(b"X-%d: 1\r\n" % number for number in range(5_000))).names) == FIELDS
    assert len(read(b"Subject: " + b"x" * 100_000).first("subject")) <= 1_000


def test_it_knows_when_each_server_took_it_and_whether_a_list_passed_it_on():
    way = b"Received: by b; Sat, 4 May 2019 10:00:09 +0200\nReceived: by a;\n Sat, 4 May 2019 10:00:00 +0200\n"
    found = read(way)
    assert (found.taken(0), found.taken(-1)) == (datetime(2019, 5, 4, 8, 0, 9, tzinfo=UTC), AT)
    assert not found.by_list
    assert read(b"X-BeenThere: l@lists.test\n" + way).by_list


@pytest.mark.parametrize(
    "said", [b"", b"by a", b"by a; never", b"by a; Sat, 4 May 2019 10:00:00 -0000", b"; 1 May 99999999999 1:1 +0"]
)
def test_a_server_may_not_say_when(said: bytes):
    assert read(b"Received: " + said + b"\n").taken(0) is None
    assert read(b"Subject: x\n").taken(-1) is None


@given(st.binary(max_size=100))
def test_any_bytes_are_a_date_or_none(said: bytes):
    found = read(b"Received: by a; " + said).taken(-1)
    assert found is None or found.tzinfo


@given(st.binary(max_size=300))
def test_any_bytes_are_read(content: bytes):
    assert all(name == name.lower() and values for name, values in read(content).values.items())
