"""Header fields as they were written, whatever the bytes are."""

from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.spam.head import FIELDS, read

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


@given(st.binary(max_size=300))
def test_any_bytes_are_read(content: bytes):
    assert all(name == name.lower() and values for name, values in read(content).values.items())
