"""The identity of a mail: what transport adds on top is left out, everything the author sent counts."""

import pytest

from models.base import uuid7
from models.raw_mail import TRACE, digest

BODY = b"From: a@x.test\r\nSubject: hi\r\nReceived: from author by his.own.relay\r\n\r\nhello\r\n"
BOX = uuid7()


@pytest.mark.parametrize("name", TRACE)
def test_trace_headers_on_top_are_left_out(name):
    traced = name.title() + b": one\r\n\tfolded line\r\n" + BODY
    assert digest(BOX, "", traced) == digest(BOX, "", BODY)


def test_a_run_of_them_and_an_mbox_line_are_left_out():
    top = b"From a@x.test Fri Nov 20 10:00:00 2026\r\nReturn-Path: <a@x.test>\r\nReceived: by b; now\r\n  later\r\n"
    assert digest(BOX, "", top + BODY) == digest(BOX, "", BODY)


@pytest.mark.parametrize(
    "other",
    [
        BODY + b" ",
        BODY.replace(b"Received: from author", b"Received: from somebody"),
        b"X-Priority: 1\r\nReceived: by b; now\r\n" + BODY,
        BODY.replace(b"\r\n\r\n", b"\r\nReturn-Path: <x@y.test>\r\n\r\n"),
    ],
)
def test_whatever_else_differs_is_another_mail(other):
    assert digest(BOX, "", other) != digest(BOX, "", BODY)


def test_mailbox_and_signed_tag_belong_to_the_identity():
    assert digest(uuid7(), "", BODY) != digest(BOX, "", BODY)
    assert digest(BOX, "r" * 39, BODY) != digest(BOX, "", BODY)


def test_hostile_headers_cost_linear_time():
    digest(BOX, "", b"Received: " + b"\t" * 5_000_000)
    digest(BOX, "", b"Received: x\r\n" * 200_000)
