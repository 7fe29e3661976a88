"""Where a multipart's boundary is lost: anonymized, cut off, or gone with the header that named it.

A line of dashes with a part's header below it is one all the same. It is looked for only where the named one never
comes, and only in the first few multiparts, so that all of a mail is gone over a few times at most.
"""

import re
from collections.abc import Container

from workers.inbound.parse.part import Part

MOST = 10  # multiparts that are looked at
_BEGINS = re.compile(rb"^--([^\r\n]{1,200})(?:\r\n?|\n)content-[a-z-]{1,40}:", re.IGNORECASE | re.MULTILINE)
_NEAR = 4_096  # bytes before the first part of a mail that does not say that it has parts
_LINES = 3  # there, as "This is a MIME-encapsulated message"


def boundary(content: bytes, place: int, named: bytes, known: Container[bytes]) -> bytes:
    """What begins the parts of a multipart whose named boundary does not come; `b""` if it does, or nothing is found.

    Args:
        content: of the whole mail.
        place: where the multipart's body begins.
        named: by its header, `b""` if it names none.
        known: boundary lines of what is open around it.
    """
    if named and content.find(b"--" + named, place) >= 0:
        return b""
    found = _BEGINS.search(content, place)
    guess = found[1].rstrip() if found else b""
    return b"" if b"--" + guess in known else guess


def is_undeclared(root: Part) -> bool:
    """Whether a mail says nothing about its type."""
    return b"content-type" not in root.fields


def whole(content: bytes, place: int) -> bytes:
    """The boundary of a mail that has parts, from the first to the last one, and lost the header that says so.

    Args:
        content: of the whole mail.
        place: where its body begins.
    """
    found = _BEGINS.search(content, place, place + _NEAR)
    if not found or len(content[place : found.start()].split(b"\n")) > 2 * _LINES:
        return b""
    guess = found[1].rstrip()
    return guess if content.find(b"--" + guess + b"--", found.end()) >= 0 else b""
