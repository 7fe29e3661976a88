"""How Outlook tells a conversation: Thread-Index ([MS-OXOMSG] section 2.2.1.3) and Thread-Topic.

An index is a head, which names the conversation and its first moment, and five bytes for each mail that answers one.
A letter goes on with the index of the mail it answers; where that has none, the ticket makes the head. All of it comes
from identifiers and times that never change, so that a letter says the same at each try.
"""

from base64 import b64decode, b64encode
from binascii import Error
from datetime import UTC, datetime, timedelta
from uuid import UUID

from workers.outbound.headers import unstructured
from workers.outbound.mime import Headers

HEAD, CHILD = 22, 5  # bytes
DEEPEST = 90
"""Mails one after the other; with one more the line would be longer than others take."""
_FIRST = 1  # the first byte of each index, and of any time of our days
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)  # of FILETIME, which counts tenths of microseconds
_NEAR = 1 << 49
"""Ticks, 1.8 years: up to there a child tells 26 milliseconds apart, beyond it 0.8 seconds."""


def conversation(index: str) -> bytes:
    """The index of a mail that came in, empty if it is none that could be gone on with."""
    try:
        raw = b64decode(index, validate=True)
    except (Error, ValueError):
        return b""
    fits = len(raw) >= HEAD and (len(raw) - HEAD) % CHILD == 0 and len(raw) <= HEAD + DEEPEST * CHILD
    return raw if fits and raw[0] == _FIRST else b""


def new_conversation(ticket: UUID) -> bytes:
    """The head for a ticket: its identifier (uuidv7) also tells when it began."""
    began = _ticks(datetime.fromtimestamp((ticket.int >> 80) / 1000, UTC))
    return (began >> 16).to_bytes(6, "big") + ticket.bytes


def thread(topic: str, before: bytes, letter: UUID, written: datetime) -> Headers:
    """The two headers of a letter about a ticket.

    Args:
        topic: the ticket's title as its letters have it.
        before: from `conversation` or `new_conversation`.
        letter: of the outbox; its last byte tells letters of one moment apart.
        written: the letter's Date.
    """
    index = b64encode(before + _after(before, written) + letter.bytes[-1:]).decode()
    return (("Thread-Topic", unstructured(topic, "Thread-Topic")), ("Thread-Index", index))


def _after(before: bytes, written: datetime) -> bytes:
    """How long after the first moment, in 31 bits, and which of them were left out."""
    ticks = max(0, _ticks(written) - (int.from_bytes(before[:6], "big") << 16))
    said = ticks >> 18 if ticks < _NEAR else 1 << 31 | ticks >> 23 & 0x7FFFFFFF
    return said.to_bytes(4, "big")


def _ticks(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1) * 10
