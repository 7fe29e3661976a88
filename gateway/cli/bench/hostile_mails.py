"""Mails made to cost a reader as much as they can: one of each kind that stopped some parser of mail.

Known attacks on MIME and headers: quadratic parameters (CPython issue 136063), nesting, parts and headers without end;
and HTML, which costs more than anything else a mail may hold.
"""

from collections.abc import Callable

_MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def _nested(depth: int) -> bytes:
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"".join(levels) + b"\r\nx"


def _page(inner: bytes) -> bytes:
    return b"Content-Type: text/html\r\n\r\n" + inner


def _tag(attributes: int) -> bytes:
    return b"<a " + b" ".join(b"a%d=1" % n for n in range(attributes)) + b">x"


def _pages(pages: list[bytes]) -> bytes:
    return _MIXED + b"".join(b"--b\r\n" + _page(page) + b"\r\n" for page in pages)


def _table(width: int, rows: int) -> bytes:
    return b"<table><tr><td>" + b"x" * width + b"</td></tr>" + b"<tr><td>y</td></tr>" * rows


def _open(formats: int, blocks: int) -> bytes:
    return b"<p>" + b"".join(b"<font color=%d>" % n for n in range(formats)) + b"</p>" + b"<p>x</p>" * blocks


# Everything behind the first headers, by name; made when it is needed, since some are large.
KINDS: dict[str, Callable[[], bytes]] = {
    "multipart 10,000 deep": lambda: _nested(10_000),
    "multipart 1,000 deep": lambda: _nested(1_000),
    "multipart 100 deep": lambda: _nested(100),
    "message/rfc822 10,000 deep": lambda: b"Content-Type: message/rfc822\r\n\r\n" * 10_000,
    "100,000 parts": lambda: _MIXED + b"--b\r\n\r\nx\r\n" * 100_000,
    "5,000 parts with headers": lambda: _MIXED + b"--b\r\nContent-Type: a/b; name=x\r\n\r\nx\r\n" * 4_990,
    "200,000 semicolons": lambda: b"Content-Type: text/plain" + b";" * 200_000 + b"\r\n\r\nx",
    "50,000 escaped quotes": lambda: b'Content-Type: a/b; a="' + b'\\";' * 50_000 + b"\r\n\r\nx",
    "20,000 encoded words": lambda: b"Comments: x\r\nSubject: " + b"=?utf-8?q?a?= " * 18_000 + b"\r\n\r\nx",
    "20,000 addresses": lambda: b"To: " + b", ".join(b"a%d@b.test" % n for n in range(20_000)) + b"\r\n\r\nx",
    "5,000 pieces of a name": lambda: (
        b"Content-Type: a/b" + b"".join(b"; name*%d*=a" % n for n in range(5_000)) + b"\r\n\r\nx"
    ),
    "5,000 parentheses": lambda: b"Reply-To: " + b"(" * 5_000 + b"\r\n\r\nx",
    "a header folded over 1 MB": lambda: b"X: " + b"a\r\n " * 250_000 + b"\r\n\r\nx",
    "100,000 headers": lambda: b"X: y\r\n" * 100_000 + b"\r\nx",
    "20,000 references": lambda: b"References: " + b" ".join(b"<%d@x.test>" % n for n in range(20_000)) + b"\r\n\r\nx",
    "10 MB in one line": lambda: b"\r\n" + b"a" * 10_000_000,
    "10 MB of base64": lambda: (
        b"Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + (b"QUJD" * 19 + b"\r\n") * 128_000
    ),
    "a thousand quotes in each other": lambda: b"\r\n" + b"".join(b">" * n + b" x\r\n" for n in range(1_000)),
    "HTML 100,000 deep": lambda: _page(b"<div>" * 100_000 + b"x"),
    "a table of 5,000 rows": lambda: _page(_table(90_000, 5_000)),
    "ten tables of 1,000 rows": lambda: _pages([_table(15_000, 1_000)] * 10),
    "a tag with 190,000 attributes": lambda: _page(_tag(190_000)),
    "3,000 tags with 79 attributes": lambda: _page(_tag(79) * 3_000),
    "59,000 paragraphs": lambda: _page(b"<p>x" * 59_000),
    "200,000 end tags of nothing": lambda: _page(b"<div></x>" * 200_000),
    "500 deep, and nothing ends": lambda: _page(b"<span>" * 500 + b"</x>" * 19_000),
    "formats left open in 1,500 blocks": lambda: _page(_open(990, 1_500)),
    "formats left open on ten pages": lambda: _pages([_open(180, 180)] * 10),
    "100 pages": lambda: _pages([_open(180, 180)] * 100),
}


def hostile(kind: str, recipient: str, number: int) -> bytes:
    """A mail of a kind.

    Args:
        kind: a name of `KINDS`.
        recipient: a mailbox.
        number: makes it another mail than the last one of its kind.
    """
    token = f"{list(KINDS).index(kind)}-{number}"
    head = f"From: Mallory <mallory-{token}@example.net>\r\nTo: {recipient}\r\nMessage-ID: <{token}@example.net>\r\n"
    return head.encode() + KINDS[kind]()
