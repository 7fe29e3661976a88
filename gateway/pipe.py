"""A mail on stdin, as classic MTAs hand it over: stored like any other, and the exit code is our answer (sysexits.h).

An MTA forgets a mail after exit 0 and sends it back after any code it does not know, so 0 follows the commit, and
whatever is in doubt is `TEMPFAIL`: the MTA keeps the mail and comes again. A repeat is recognised by its digest.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import BinaryIO

from gateway import envelope
from gateway.accept import Acceptor
from gateway.addresses import Addresses
from gateway.archive import heads, lines
from gateway.arrivals import Origin, arrivals
from gateway.failures import DiskFull, Unavailable
from gateway.metrics import Metrics
from gateway.nudge import Nudge
from models.database import hang_up
from models.settings import Settings
from models.standing import Unsafe

PROTOCOL = "pipe"
PIECE = 1_048_576  # bytes read at once from what is too big
LAST_HINTS = 2.0  # seconds to tell the workers


class Code(IntEnum):
    """What the exit code tells the MTA: `OK` it is ours now, `TEMPFAIL` keep it and come again; all others are final.

    `USAGE` is a command line that no mail can come through, `DATAERR` no mail at all, `NOUSER` an address that is not
    ours, `UNAVAILABLE` a mail that is too big.
    """

    OK = 0
    USAGE = 64
    DATAERR = 65
    NOUSER = 67
    UNAVAILABLE = 69
    TEMPFAIL = 75


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one mail.

    Attributes:
        code: for the MTA.
        said: a line for its log that begins with an enhanced status code (RFC 3463), which Postfix believes first.
    """

    code: Code
    said: str = ""


STORED = Answer(Code.OK)
EMPTY = Answer(Code.DATAERR, "5.6.0 there is no mail on stdin")
TOO_BIG = Answer(Code.UNAVAILABLE, "5.3.4 the mail is larger than this system takes")
NO_SPACE = Answer(Code.TEMPFAIL, "4.3.1 the database has no space left")


@dataclass(frozen=True, slots=True)
class Handed:
    """A mail as it was handed over.

    Attributes:
        content: as it would have come by SMTP.
        mail_from: return path, '' for `<>` and where nobody knows it.
        recipients: raw addresses.
    """

    content: bytes
    mail_from: str
    recipients: Sequence[str]


def take(stream: BinaryIO, recipients: Sequence[str], sender: str | None, chosen: Settings) -> Answer:
    """Store the mail on a stream, and tell the workers.

    Args:
        stream: read to its end.
        recipients: where the MTA delivers it.
        sender: the return path as the MTA knows it, None to take it from a `From ` line or Return-Path.
        chosen: the settings of this process.

    Returns:
        `STORED` only after the commit.

    Raises:
        OSError: the stream cannot be read.
        LookupError: there is no login for the database yet.
    """
    raw = _read(stream, chosen.max_message_bytes)
    if raw is None:
        return TOO_BIG
    mark, rest = lines.unmarked(raw)
    content = lines.as_sent(rest)
    if not content.strip():
        return EMPTY
    if len(content) > chosen.max_message_bytes:
        return TOO_BIG
    known = heads.address(sender.encode("utf-8", "replace")) if sender is not None else None
    if sender is None:
        known = heads.marked(mark) if mark else heads.look(content).return_path
    return _deliver(Handed(content, known or "", recipients), chosen)


def _read(stream: BinaryIO, most: int) -> bytes | None:
    """The bytes, or None when there are more than `most`; then the rest is read too, since MTAs mind a closed pipe."""
    raw = stream.read(most + 1)
    if len(raw) <= most:
        return raw
    while stream.read(PIECE):
        pass
    return None


def _deliver(mail: Handed, chosen: Settings) -> Answer:
    metrics = Metrics()
    nudge = Nudge(chosen.broker(), metrics)
    nudge.start()  # it loads its library while the mail is stored
    try:
        return asyncio.run(_store(mail, nudge, chosen))
    except DiskFull:
        return NO_SPACE
    except Unavailable as failure:
        return Answer(Code.TEMPFAIL, f"4.3.0 the database did not take the mail in time ({failure.reference})")
    except Unsafe as refusal:
        return Answer(Code.TEMPFAIL, f"4.3.5 {refusal}")
    finally:
        nudge.close(LAST_HINTS)


async def _store(mail: Handed, nudge: Nudge, chosen: Settings) -> Answer:
    metrics, addresses = Metrics(), Addresses()
    try:
        found = []
        for written in dict.fromkeys(mail.recipients):
            target = await addresses.resolve(written) if _is_address(written) else None
            if target is None:
                return Answer(Code.NOUSER, f"5.1.1 {_printable(written)} is no address of ours")
            found.append((written, target))
        acceptor = Acceptor(metrics, nudge.ring, max_queued_bytes=chosen.max_queued_bytes)
        await acceptor.accept(arrivals(found, mail.content, Origin(mail.mail_from, None, None, PROTOCOL)))
    finally:
        await hang_up()
    return STORED


def _is_address(written: str) -> bool:
    raw = written.encode("utf-8", "replace")
    return not isinstance(envelope.recipient(b"TO:<" + raw + b">", utf8=True), bytes)


def _printable(written: str) -> str:
    return ascii(written[:100])
