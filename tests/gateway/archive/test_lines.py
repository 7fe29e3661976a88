"""A mail out of a file has the bytes that it would have had by SMTP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.archive.lines import as_sent, unmarked
from gateway.smtp.data import has_bare_line_end


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b"", b""),
        (b"A: b\n\nhello\n", b"A: b\r\n\r\nhello\r\n"),
        (b"A: b\r\n\r\nhello\r\n", b"A: b\r\n\r\nhello\r\n"),
        (b"A: b\r\n\nmixed", b"A: b\r\n\r\nmixed\r\n"),
        (b"A: b\r\r\n\r\r\nconverted twice\r\r\n", b"A: b\r\n\r\nconverted twice\r\n"),
        (b"A: b\rC: d\n", b"A: b C: d\r\n"),
    ],
)
def test_lines_end_as_they_do_in_transport(raw: bytes, sent: bytes):
    assert as_sent(raw) == sent


@given(st.text(st.sampled_from("\r\na"), max_size=30).map(str.encode))
def test_whatever_comes_the_door_would_take_it_and_a_second_time_changes_nothing(raw: bytes):
    sent = as_sent(raw)
    assert not has_bare_line_end(sent)
    assert as_sent(sent) == sent
    assert sent.endswith(b"\r\n") or not raw


def test_a_flood_of_line_ends_costs_linear_time():
    as_sent(b"\r" * 5_000_000 + b"\n")


def test_the_from_line_belongs_to_no_mail():
    assert unmarked(b"From a@b.test Fri Nov 20 10:00:00 2026\r\nA: b\r\n") == (
        b"From a@b.test Fri Nov 20 10:00:00 2026",
        b"A: b\r\n",
    )
    assert unmarked(b"From: a@b.test\n") == (b"", b"From: a@b.test\n")
