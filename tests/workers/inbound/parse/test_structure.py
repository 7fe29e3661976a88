"""The tree of parts: how a part describes itself, and the limits of the tree."""

import email
import re
import time
from email.message import Message

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workers.inbound.parse.part import Part
from workers.inbound.parse.structure import read

MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def leaf(headers: bytes, body: bytes = b"x") -> Part:
    return read(headers + b"\r\n\r\n" + body)[0]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (b"A: b", "text/plain"),
        (b"Content-Type: TEXT/Html; charset=x", "text/html"),
        (b"Content-Type: text/plain charset=us-ascii", "text/plain"),
        (b"Content-Type: text", "text/plain"),
        (b"Content-Type:\r\n image/png", "image/png"),
        (b"Content-Type: image/png\r\nContent-Type: text/html", "image/png"),
        (b"Content-Type: \x00/\xff", "text/plain"),
    ],
)
def test_media_types(headers: bytes, kind: str) -> None:
    assert leaf(headers).media_type == kind


def test_a_part_describes_itself() -> None:
    part = leaf(
        b'Content-Type: image/png; name="old.png"\r\nContent-Disposition: Inline; filename="=?utf-8?q?=C3=BC?=.png"\r\n'
        b"Content-ID: <logo@x>\r\nContent-Transfer-Encoding: BASE64",
        b"aGVsbG8=",
    )
    assert (part.disposition, part.file_name, part.content_id) == ("inline", "ü.png", "logo@x")
    assert part.content() == (b"hello", None)


def test_bytes_of_a_leaf_are_exact() -> None:
    body = bytes(range(256)) + b"\r\n\n\r.\r\n"
    assert leaf(b"Content-Transfer-Encoding: binary", body).content() == (body, None)
    root, _ = read(MIXED + b"--b\r\n\r\n" + body + b"\r\n--b--\r\n")
    assert root.children[0].content() == (body, None)


def test_an_attached_message_is_not_entered() -> None:
    inner = b"Subject: in\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--"
    root, _ = read(MIXED + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n")  # fmt: skip
    assert root.children[0].children == []
    assert root.children[0].content() == (inner, None)


def test_a_digest_holds_messages() -> None:
    root, _ = read(b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n\r\ny\r\n--b--\r\n")
    assert root.children[0].media_type == "message/rfc822"


def test_more_than_5000_parts() -> None:
    root, problem = read(MIXED + b"--b\r\n\r\nx\r\n" * 6_000)
    assert len(root.children) == 4_999
    assert problem == "The mail has more than 5000 parts; only the first ones were read."


def test_nesting_stops_at_50() -> None:
    content = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200))
    part, problem = read(content)
    depth = 1
    while part.children:
        part, depth = part.children[0], depth + 1
    assert (depth, part.media_type, problem) == (51, "multipart/mixed", None)


@pytest.mark.parametrize("value", [b'multipart/mixed; a="' + b'\\";' * 50_000, b"multipart/mixed" + b";" * 200_000])
def test_reading_a_boundary_takes_linear_time(value: bytes) -> None:
    """The standard library's own reading of these takes 5 and 20 seconds."""
    start = time.process_time()
    read(b"Content-Type: " + value + b"\r\n\r\nx")
    assert time.process_time() - start < 2


ODD = {
    "a boundary within a line": (b"a--b\n--b\n\nx\n--b--", [b"x"]),
    "blanks behind a boundary": (b"--b \t\n\nx\n--b-- \n", [b"x"]),
    "another one that begins alike": (b"--b\n\nx\n--bc\n--b--", [b"x\n--bc"]),
    "lines that end with CR": (b"--b\r\rx\r--b--\r", [b"x"]),
    "no end": (b"--b\n\nx\n", [b"x"]),
    "an end and more": (b"--b\n\nx\n--b--\n--b\n\ny\n", [b"x"]),
    "a boundary twice": (b"--b\n--b\n\nx\n--b--", [b"x"]),
    "no blank line": (b"--b\nx y\n--b--", [b"x y"]),
    "a header that ends nowhere": (b"--b\nA: b\n--b\n\ny\n--b--", [b"", b"y"]),
    "blank lines before a boundary": (b"--b\n\nx\n\n\n--b--", [b"x\n\n"]),
}


@pytest.mark.parametrize(("body", "parts"), ODD.values(), ids=ODD)
def test_boundaries_as_they_are_written(body: bytes, parts: list[bytes]) -> None:
    assert [part.body for part in read(MIXED + body)[0].children] == parts


def test_an_outer_boundary_ends_what_is_within() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n"
    root, _ = read(MIXED + b"--b\n" + inner + b"--b\n\ny\n--c--\n--b--\n")
    assert [part.body for part in root.children] == [b"", b"y\n--c--"]
    assert [part.body for part in root.children[0].children] == [b"x"]


def test_a_boundary_that_looks_like_a_header() -> None:
    root, _ = read(b'Content-Type: multipart/mixed; boundary="b:c"\n\n--b:c\nA: b\n--b:c\n\ny\n--b:c--\n')
    assert [(part.items, part.body) for part in root.children] == [([(b"a", b"b")], b""), ([], b"y")]


PARTS = b"--%b\nContent-Type: text/plain\n\nx\n\n--%b\nContent-Type: text/html\n\ny\n\n--%b--\n"
LOST = {
    "it names another": (MIXED + PARTS.replace(b"%b", b"=_other/mx"), [b"x\n", b"y\n"]),
    "it names none": (b"Content-Type: multipart/mixed\n\nMIME\n" + PARTS.replace(b"%b", b"c"), [b"x\n", b"y\n"]),
    "nothing names it": (b"Subject: a\n\nMIME\n\n" + PARTS.replace(b"%b", b"c"), [b"x\n", b"y\n"]),
    "it comes later": (MIXED + b"--c\nContent-Type: text/plain\n\n--b\n\nx\n--b--\n", [b"x"]),
    "text says that it is one": (b"Content-Type: text/plain\n\n" + PARTS.replace(b"%b", b"c"), []),
    "somebody quotes one": (b"Subject: a\n\n" + b"Look:\n" * 9 + PARTS.replace(b"%b", b"c"), []),
    "it has no end": (b"Subject: a\n\n--c\nContent-Type: text/plain\n\nx\n", []),
    "armour": (MIXED + b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nx\n", []),
}


@pytest.mark.parametrize(("content", "parts"), LOST.values(), ids=LOST)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_lost_boundary_is_looked_for(content: bytes, parts: list[bytes], end: bytes) -> None:
    root = read(content.replace(b"\n", end))[0]
    assert [part.body.replace(b"\r", b"") for part in root.children] == parts


def test_a_lost_boundary_within_another() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=gone\n\n" + PARTS.replace(b"%b", b"c")
    root, _ = read(MIXED + b"--b\n" + inner + b"--b\nContent-Type: text/plain\n\nz\n--b--\n")
    assert [[part.body for part in one.children] for one in root.children] == [[b"x\n", b"y\n"], []]
    empty, _ = read(MIXED + b"--b\n" + inner[:52] + b"\n--b\nContent-Type: text/plain\n\nz\n--b--\n")
    assert [part.children for part in empty.children] == [[], []]


LINES = [
    b"--a", b"--b", b"--a--", b"--b--", b"", b"words", b"A: b", b"From a", b"Content-Type: text/html",
    b"Content-Type: multipart/mixed; boundary=a", b"Content-Type: multipart/alternative; boundary=b",
]  # fmt: skip
_ENDED_AT_ONCE = re.compile(rb"(--[ab])\r?\n\1")  # the standard library takes what follows for another part


@given(st.lists(st.sampled_from(LINES), max_size=25), st.sampled_from([b"\n", b"\r\n"]))
def test_it_is_the_tree_that_the_standard_library_sees(lines: list[bytes], end: bytes) -> None:
    content = LINES[-2] + end + end + end.join(lines)
    assume(not _ENDED_AT_ONCE.search(content) and b"From a" + end + end not in content)
    root = read(content)[0]
    assume(not _guessed(root))
    assert _ours(root) == _theirs(email.message_from_bytes(content))


def _guessed(part: Part) -> bool:
    return bool(part.guessed) or any(map(_guessed, part.children))


def _ours(part: Part) -> object:
    return part.media_type, [_ours(one) for one in part.children] or part.body.rstrip(b"\r\n")


def _theirs(part: Message) -> object:
    inside = part.get_payload()
    if isinstance(inside, list):
        return part.get_content_type(), [_theirs(one) for one in inside if isinstance(one, Message)]
    return part.get_content_type(), str(inside or "").encode("ascii", "surrogateescape").rstrip(b"\r\n")


@pytest.mark.parametrize(
    "line",
    [
        b"--b\n\nx\n",
        b"--c\n",
        b"--b\nContent-Type: multipart/x; boundary=gone\n\n",
        b"-",
        b"--b",
        b"A: b\n",
        b"--b\nContent-Type: multipart/x; boundary=b\n\n",
    ],
)
def test_its_time_is_linear(line: bytes) -> None:
    start = time.process_time()
    read(MIXED + line * (4_000_000 // len(line)))
    assert time.process_time() - start < 4
