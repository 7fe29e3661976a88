"""Lists what files hold, and reads one mail of them, as the door would have received it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from gateway.archive import heads, lines, mbox
from gateway.archive.ledger import Ledger, Listed
from gateway.archive.mbox import Place
from gateway.archive.sources import Kind, LeftOut, Source

Tell = Callable[[int], None]
_UNDATED = 0.0
EMPTY = "there is no mail"
TOO_BIG = "it is larger than POSTERN_MAX_MESSAGE_BYTES"


def list_mails(ledger: Ledger, source: Source, most: int, tell: Tell) -> None:
    """Put the mails of a file into the ledger; a file that cannot be read is left out, and said so.

    Args:
        ledger: grows.
        source: the file.
        most: bytes of the largest mail that is taken.
        tell: hears how many bytes were looked at, again and again.
    """
    try:
        with source.path.open("rb") as file, ledger.listing(source) as number:
            if source.kind is Kind.MAIL:
                places = iter([Place(b"", 0, source.size, counted=False)])
            else:
                places = mbox.places(file.fileno(), source.size)
            latest = _UNDATED
            for place in places:
                raw = os.pread(file.fileno(), min(heads.MOST, place.end - place.start), place.start)
                head = heads.look(lines.unmarked(raw)[1])
                latest = min(head.written, datetime.now(UTC)).timestamp() if head.written else latest
                ledger.add(number, place, head, latest, _refused(place, most))  # undated: behind the one before it
                tell(place.end)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        ledger.leave_out(LeftOut(source.path, why, is_fault=True))


def _refused(place: Place, most: int) -> str | None:
    if place.end <= place.start:
        return EMPTY
    return TOO_BIG if place.end - place.start > most else None


def content(path: Path, kind: Kind, place: Place) -> tuple[bytes, str]:
    """A mail, as it would have come by SMTP, and its return path ('' where nobody knows it).

    Args:
        path: its file.
        kind: how that holds it.
        place: where in it.

    Raises:
        OSError: it cannot be read any more.
    """
    with path.open("rb") as file:
        raw = os.pread(file.fileno(), place.end - place.start, place.start)
    if len(raw) < place.end - place.start:
        raise OSError(0, "the file has become shorter")
    if kind is Kind.MBOX:
        raw = mbox.restored(raw, counted=place.counted)
    mark, rest = lines.unmarked(raw)
    said = heads.look(rest).return_path
    return lines.as_sent(rest), (heads.marked(mark or place.mark) or "") if said is None else said


def size(mail: Listed) -> int:
    """Bytes of a listed mail in its file."""
    return mail.place.end - mail.place.start
