"""The tree of parts: how a part describes itself, and the limits of the tree."""

import time

import pytest

from workers.inbound.parse.structure import Part, read


def leaf(headers: bytes, body: bytes = b"x") -> Part:
    return read(headers + b"\r\n\r\n", body)[0]


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
    root, _ = read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n", b"--b\r\n\r\n" + body + b"\r\n--b--\r\n")
    assert root.children[0].content() == (body, None)


def test_an_attached_message_is_not_entered() -> None:
    inner = b"Subject: in\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--"
    root, _ = read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
                   b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n")  # fmt: skip
    assert root.children[0].children == []
    assert root.children[0].content() == (inner, None)


def test_a_digest_holds_messages() -> None:
    root, _ = read(
        b"Content-Type: multipart/digest; boundary=b\r\n\r\n", b"--b\r\n\r\nSubject: x\r\n\r\ny\r\n--b--\r\n"
    )
    assert root.children[0].media_type == "message/rfc822"


def test_more_than_5000_parts() -> None:
    root, problem = read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n", b"--b\r\n\r\nx\r\n" * 6_000)
    assert len(root.children) == 4_999
    assert problem == "The mail has more than 5000 parts; only the first ones were read."


def test_nesting_stops_at_50() -> None:
    content = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(200))
    head, _, rest = content.partition(b"\r\n\r\n")
    part, problem = read(head + b"\r\n\r\n", rest)
    depth = 1
    while part.children:
        part, depth = part.children[0], depth + 1
    assert (depth, part.media_type, problem) == (51, "multipart/mixed", None)


@pytest.mark.parametrize("value", [b'multipart/mixed; a="' + b'\\";' * 50_000, b"multipart/mixed" + b";" * 200_000])
def test_reading_a_boundary_takes_linear_time(value: bytes) -> None:
    """The standard library's own reading of these takes 5 and 20 seconds."""
    start = time.process_time()
    read(b"Content-Type: " + value + b"\r\n\r\n", b"x")
    assert time.process_time() - start < 2
