"""What is read in the headers of a mail before it is stored."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.archive.heads import MOST, address, look, marked

MAIL = (
    b"Return-Path: <ann@client.test>\nReceived: by b;\n\tFri, 20 Nov 2020 10:00:05 +0000\nSubject: Date: not here\n"
    b"DATE: Fri, 20 Nov 2020 11:00:00 +0100\nMessage-ID: <1@x.test>\nIn-Reply-To:\n <2@x.test>\n"
    b"References: <3@x.test>\n\t<2@x.test>\nContent-Length: 12\n\nDate: nor here\n"
)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_the_headers_are_read(end: bytes):
    raw = MAIL.replace(b"\n", end)
    head = look(raw)
    assert raw[head.size :].startswith(b"Date: nor here")
    assert head.written == datetime(2020, 11, 20, 10, tzinfo=UTC)
    assert (head.message_id, head.cited, head.length) == ("<1@x.test>", ("<2@x.test>", "<3@x.test>", "<2@x.test>"), 12)
    assert head.return_path == "ann@client.test"


def test_without_a_date_the_uppermost_received_tells_it():
    raw = b"Received: by b; Fri, 20 Nov 2020 10:00:05 +0000\nReceived: by a; Thu, 19 Nov 2020 10:00:00 +0000\n\n"
    assert look(raw).written == datetime(2020, 11, 20, 10, 0, 5, tzinfo=UTC)
    assert look(raw.replace(b"\n\n", b"\nDate: yesterday\n\n")).written == datetime(2020, 11, 20, 10, 0, 5, tzinfo=UTC)


@given(st.binary(max_size=300))
def test_nothing_makes_it_fail(raw: bytes):
    look(b"Date: " + raw)
    look(raw)
    marked(raw)


def test_a_hostile_head_costs_linear_time():
    look(b"Date:" + b"\n " * MOST)
    look(b"Date: x\n" * MOST)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (b"<ann@client.test>", "ann@client.test"),
        (b"ann@client.test", "ann@client.test"),
        (b"<>", ""),
        (b"", ""),
        (b"MAILER-DAEMON", ""),
        ("jörg@b\u00fccher.test".encode(), "jörg@b\u00fccher.test"),
        (b'"ann smith"@client.test', None),
        (b"ann@client.test> SIZE=5", None),
        (b"ann", None),
    ],
)
def test_a_return_path_is_as_the_door_takes_it(said: bytes, known: str | None):
    assert address(said) == known


def test_a_from_line_names_the_sender_or_nobody():
    assert marked(b"From ann@client.test Fri Nov 20 10:00:00 2026") == "ann@client.test"
    assert marked(b"From MAILER-DAEMON Fri Nov 20 10:00:00 2026") == ""
    assert marked(b"From - Fri Nov 20 10:00:00 2026") is None
    assert marked(b"") is None
