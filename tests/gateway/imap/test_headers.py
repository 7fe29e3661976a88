"""The envelope that nobody told us: whose reply address a mail came to, and who gets its bounce."""

import pytest

from gateway.imap.headers import fields, recipients, return_path
from models.base import uuid7
from models.marks import reply_address
from models.settings import Settings

BOX = "Support@Example.test"


def to(*lines: str) -> tuple[str, ...]:
    return recipients(fields("\r\n".join([*lines, "", "Delivered-To: in the body"]).encode()), BOX)


@pytest.fixture
def signed(instance: Settings) -> list[str]:
    """Two reply addresses of the mailbox, as a letter bears them."""
    del instance
    return [reply_address("support@example.test", uuid7(), number) for number in (1, 2)]


def test_a_plain_mail_came_to_the_mailbox():
    assert to("To: support@example.test") == to("Delivered-To: somebody@example.test") == (BOX,)


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Envelope-To", "to", "CC", "Resent-To"])
@pytest.mark.parametrize("form", ["{}", "<{}>", '"Support" <{}>, other@example.test', "a@b.test,\r\n\t{}", "ä <{}>"])
def test_a_signed_address_of_this_mailbox_is_found(signed: list[str], name: str, form: str):
    assert to(f"{name}: {form.format(signed[0])}") == (signed[0], BOX)


def test_letter_case_is_folded_as_some_hosts_do(signed: list[str]):
    assert to(f"To: {signed[0].upper()}") == (signed[0], BOX)


def test_what_the_delivering_server_wrote_comes_before_what_the_writer_addressed(signed: list[str]):
    assert to(f"Delivered-To: {signed[0]}", f"To: {signed[1]}") == (signed[0], BOX)
    assert to("Delivered-To: support@example.test", f"To: {signed[0]}, {signed[1]}") == (*signed, BOX)


@pytest.mark.parametrize(
    "line",
    [
        "Subject: {}", "X-To: {}", "References: <{}>", "To: x{}", "To: {}.evil.test", "To: a.{}", "To: other+{}",
        " To: {}", "From: {}",
    ],
)  # fmt: skip
def test_other_places_and_addresses_of_others_do_not_count(signed: list[str], line: str):
    assert to("A: b", line.format(signed[0])) == (BOX,)


def test_only_addresses_of_this_mailbox_count(instance: Settings):
    other = reply_address("sales@example.test", uuid7(), 1)
    foreign = reply_address("support@other.test", uuid7(), 1)
    assert to(f"To: {other}, {foreign}, support+news@example.test") == (BOX,)


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        (["Return-Path: <ann@a.test>", "From: bob@b.test"], "ann@a.test"),
        (["Return-Path: <>", "From: bob@b.test"], ""),
        (["Return-Path:\r\n <ann@a.test>"], "ann@a.test"),
        (["Return-Path: <ann@a.test>", "Return-Path: <eve@e.test>"], "ann@a.test"),
        (["From: Bob <bob@b.test>"], "bob@b.test"),
        (["From: =?utf-8?q?B=C3=B6b?= <bob@b.test>"], "bob@b.test"),
        (["From: bob@b.test"], "bob@b.test"),
        (["From: nobody"], ""),
        (["Return-Path: <a\0b@a.test>", "From: bob@b.test"], "bob@b.test"),
        (["Return-Path: <" + "a" * 400 + "@a.test>"], ""),
        ([], ""),
    ],
)
def test_the_return_path(lines: list[str], path: str):
    assert return_path(fields("\r\n".join([*lines, "", ""]).encode())) == path


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\n\nFrom: a@b.test", b":" * 100, b"To" * 200_000, b"\xff\0" * 999])
def test_what_is_no_mail_has_no_headers(content: bytes):
    assert recipients(fields(content), BOX) == (BOX,)
    assert return_path(fields(content)) == ""


def test_bare_newlines_end_headers_too():
    assert return_path(fields(b"Return-Path: <ann@a.test>\nFrom: b\n\nTo: c")) == "ann@a.test"
