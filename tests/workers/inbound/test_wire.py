"""The way out of the sandbox: what goes in comes out, and nothing else gets through."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound import wire
from workers.inbound.mail import Address, Attachment, Failure, Mail, Notice
from workers.inbound.spam.hint import Hint

MAIL = Mail(
    subject="Grüße",
    sender=Address("Ann", "ann@good.test"),
    sender_note="two parsers agree",
    to=(Address("", "a@b.test"),),
    message_id="<1@x>",
    references=("<2@x>", "<3@x>"),
    date=datetime(2026, 11, 3, 9, tzinfo=UTC),
    text="hello\n\tyou 🎉\n> quote",
    reply="hello\n\tyou 🎉",
    html="<p>hello</p>",
    attachments=(
        Attachment("a.bin", "a/b", b"\0\xff", "cid@x", inline=True),
        Attachment("b", "c/d", b"", None, inline=False),
    ),
    loop=("x",),
    delivered_to=("<a@b.test>",),
    return_path="",
    hops=3,
    thread_index="AdxaAQIDAAECAwQFBgcICQoLDA0ODw==",
    report=True,
    notice=Notice("bounce", "it is", (Failure("a@b.test", "5.1.1", "failed", True, "no such user"),), ("<4@x>",)),
    marks=("charset: x",),
    unreadable="Why.",
    signs=(Hint(0.7, "it is a page"), Hint(-1.0, "it comes by a list")),
)


def through(mail: Mail) -> Mail:
    head, body = wire.dump(mail)
    return wire.load(head, memoryview(b"".join(body)))


@pytest.mark.parametrize(
    "mail", [MAIL, Mail(), replace(MAIL, html=None), replace(MAIL, html="", date=None, sender=None)]
)
def test_a_mail_comes_out_as_it_went_in(mail: Mail) -> None:
    assert through(mail) == mail


clean = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)


@given(clean, clean, st.binary(max_size=99), st.none() | clean)
def test_any_clean_value_comes_out(text: str, name: str, content: bytes, html: str | None) -> None:
    one = Attachment(name.replace("/", "") or "x", "a/b", content, None, inline=False)
    mail = Mail(subject=name, text=text, reply=text[:5], html=html, attachments=(one, one))
    assert through(mail) == mail


def changed(change: Callable[[list[Any]], object]) -> bytes:
    head = json.loads(wire.dump(MAIL)[0])
    change(head)
    return json.dumps(head).encode()


def put(*path: int, value: object) -> Callable[[list[Any]], None]:
    def change(head: list[Any]) -> None:
        for step in path[:-1]:
            head = head[step]
        head[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        put(0, 0, value="a\r\nBcc: x@y"),
        put(0, 0, value="a\x00b"),
        put(0, 0, value="a\ud800"),
        put(0, 0, value="x" * 2_000),
        put(0, 0, value=7),
        put(0, value=[]),
        put(1, 1, value=[["n", "no-at"]]),
        put(1, 1, value=[["n", "a@b"]] * 1_001),
        put(1, 1, value=[["n"]]),
        put(2, 1, value=["<a@b>"] * 101),
        put(2, 1, value="<a@b>"),
        put(3, value=["n", "a\n@b"]),
        put(4, value=5),
        put(5, value="yesterday"),
        put(5, value=10**30),
        put(6, value=1),
        put(7, value=["x"]),
        put(8, 0, value=-1),
        put(8, 0, value=10**12),
        put(8, 0, value=True),
        put(8, 1, value=-1),
        put(8, 2, value="5"),
        put(9, 0, 0, value="../x"),
        put(9, 0, 0, value=""),
        put(9, 0, 0, value="n" * 256),
        put(9, 0, 2, value=1),
        put(9, 0, 2, value=3),
        put(9, value=[["n", "a/b", 0, None, False]] * 5_003),
        put(10, value="a\nb"),
        put(11, 0, value="gossip"),
        put(11, 2, value=[["a@b", "", "failed", True, ""]] * 201),
        put(11, 2, 0, 3, value=1),
        put(11, 2, 0, 4, value="a\r\nb"),
        put(11, 3, value=["<x>"] * 101),
        put(14, 0, 0, value=float("nan")),
        put(14, 0, 0, value=1e3),
        put(14, 0, 0, value="1"),
        put(14, 0, 1, value="a\r\nb"),
        put(14, value=[[0.5, "x"]] * 65),
        lambda head: head.append(1),
        lambda head: head.clear(),
    ],
)
def test_nothing_else_gets_through(change: Callable[[list[Any]], object]) -> None:
    body = memoryview(b"".join(wire.dump(MAIL)[1]))
    with pytest.raises(ValueError, match=r"."):
        wire.load(changed(change), body)


@pytest.mark.parametrize("head", [b"", b"{}", b"null", b"\xff", b"[" * 100_000, b"9" * 100_000])
def test_what_is_no_head_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        wire.load(head, memoryview(b""))


@pytest.mark.parametrize("text", [b"a\0b", b"\x1b", b"\xc2\x9b", b"\xe2\x80\xa8", b"\xff", b"\xed\xa0\x80"])
def test_a_text_with_a_control_character_is_refused(text: bytes) -> None:
    head, body = wire.dump(Mail(text="x" * len(text)))
    with pytest.raises(ValueError, match=r"."):
        wire.load(head, memoryview(b"".join([text, *body[1:]])))


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_any_bytes_are_a_mail_or_refused(head: bytes, body: bytes) -> None:
    try:
        wire.load(head, memoryview(body))
    except ValueError:
        return


def test_an_answer_is_bounded_by_its_mail() -> None:
    assert wire.body_limit(2_000) < 1_200_000
    assert wire.body_limit(50_000_000) < 300_000_000
    assert wire.head_limit(2_000) < 100_000
    assert wire.head_limit(10**9) == 4 * 1024 * 1024
