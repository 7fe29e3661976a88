"""Does twice as much of anything cost more than twice as much to read? A row for each thing a mail can have many of.

Each is read below the limits at which reading stops, where nothing but the reader itself keeps the cost down.
"""

import time
from collections.abc import Callable, Iterator

from gateway.cli.bench.effort import Effort
from gateway.cli.bench.measure import Measure, below

GOAL = 2.5  # times, for twice as much
LEAST = 0.02  # seconds that are measured at once: shorter is not exact
TRIES = 5  # the least of them counts: whatever disturbs only adds
_PAGE = b"Content-Type: text/html\r\n\r\n"
_MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
_FLOWED = b"Content-Type: text/plain; format=flowed\r\n\r\n"
_BOUNCE = b"From: MAILER-DAEMON@x.test\r\nSubject: Undelivered mail\r\n\r\nIt could not be delivered to:\r\n"
_REPORT = (
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nIt failed\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.test\r\n\r\n"
)


def _each(row: bytes, count: int, joint: bytes = b"") -> bytes:
    return joint.join(row.replace(b"#", b"%d" % n) for n in range(count))


# What stands behind From and To, of a size; and the smaller of two sizes, in the units of its name.
KINDS: dict[str, tuple[Callable[[int], bytes], int]] = {
    "lines of text": (lambda n: b"\r\n" + b"some words of a person\r\n" * n, 40_000),
    "lines that flow": (lambda n: _FLOWED + b"some words of a person \r\n" * n, 20_000),
    "lines that are quoted": (lambda n: b"\r\nHello\r\n\r\nOn Monday A wrote:\r\n" + b"> words\r\n" * n, 2_000),
    "one long line": (lambda n: b"\r\n" + b"a" * n, 1_000_000),
    "bytes of base64": (
        lambda n: b"Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"QUJDREVG\r\n" * (n // 10),
        1_000_000,
    ),
    "blocks of uuencode": (lambda n: b"\r\n" + _each(b"begin 644 f#\r\n#0V%T\r\n`\r\nend\r\n", n), 300),
    "parts": (lambda n: _MIXED + b"--b\r\nContent-Type: a/b; name=x\r\n\r\nx\r\n" * n, 1_000),
    "headers": (lambda n: _each(b"X-#: y\r\n", n) + b"\r\nx", 400),
    "folds of a header": (lambda n: b"Subject: " + b"a\r\n " * n + b"b\r\n\r\nx", 2_000),
    "parameters": (lambda n: b"Content-Type: a/b" + _each(b"; p#=v", n) + b"\r\n\r\nx", 100),
    "pieces of a name": (lambda n: b"Content-Type: a/b" + _each(b"; name*#*=a", n) + b"\r\n\r\nx", 100),
    "encoded words": (lambda n: b"Subject: " + b"=?utf-8?q?a?= " * n + b"\r\n\r\nx", 500),
    "addresses": (lambda n: b"To: " + _each(b"a#@b.test", n, b", ") + b"\r\n\r\nx", 400),
    "references": (lambda n: b"References: " + _each(b"<#@x.test>", n, b" ") + b"\r\n\r\nx", 700),
    "recipients of a bounce": (lambda n: _BOUNCE + _each(b"a#@b.test: user unknown\r\n", n), 100),
    "recipients of a report": (
        lambda n: _REPORT + _each(b"Final-Recipient: rfc822; a#@b.test\r\nAction: failed\r\n\r\n", n) + b"--b--\r\n",
        90,
    ),
    "paragraphs of HTML": (lambda n: _PAGE + b"<p>some words" * n, 5_000),
    "links of HTML": (lambda n: _PAGE + _each(b'<a href="https://x.test/#">here</a> ', n), 500),
    "attributes of a tag": (lambda n: _PAGE + b"<a " + _each(b"a#=1 ", n) + b">x", 5_000),
    "tags in each other": (lambda n: _PAGE + b"<div>" * n + b"x", 200),
    "end tags of nothing": (lambda n: _PAGE + b"<div>" + b"</x>" * n, 5_000),
    "rows of a table": (lambda n: _PAGE + b"<table>" + b"<tr><td>a<td>b" * n, 500),
    "styles left open": (lambda n: _PAGE + b"<p>" + _each(b"<font color=#>", 20) + b"<p>x</p>" * n, 200),
}


def measure(effort: Effort) -> Iterator[Measure]:
    """The worst of all, then each.

    Args:
        effort: how much.
    """
    found = {name: _times(make, size, effort) for name, (make, size) in KINDS.items()}
    worst = max(found, key=lambda name: found[name])
    yield below(f"twice: CPU of reading twice as much, the worst ({worst})", found[worst], "times", GOAL)
    for name, times in sorted(found.items(), key=lambda one: -one[1]):
        size = KINDS[name][1]
        yield below(f"twice: {2 * size:,} {name}, of {size:,}", times, "times", GOAL)


def _times(make: Callable[[int], bytes], size: int, effort: Effort) -> float:
    once, double = _mail(make(size)), _mail(make(2 * size))
    often = max(1, int(LEAST / _used(once, 1)))
    tries = TRIES if effort.rounds > 1 else 1
    pairs = [(_used(double, often), _used(once, often)) for _ in range(tries)]
    return min(more for more, _ in pairs) / min(less for _, less in pairs)


def _mail(rest: bytes) -> bytes:
    return b"From: Mallory <mallory@example.net>\r\n" + rest


def _used(content: bytes, often: int) -> float:
    from workers.inbound.parse import parse  # noqa: PLC0415  only this measure needs it

    before = time.process_time()
    for _ in range(often):
        parse(content)
    return time.process_time() - before
