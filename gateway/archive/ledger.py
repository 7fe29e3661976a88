"""What an import found and how far it came, in a file of its own: an interrupted one goes on where it stopped.

The order of filing is decided here: by date, and never a mail before one that it answers.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from gateway.archive.heads import Head
from gateway.archive.mbox import Place
from gateway.archive.sources import Kind, LeftOut, Source

ROUNDS = 20  # of putting mails behind those that they answer; clocks are seldom wrong all along a thread
_INSTANT = 1e-6  # seconds
_SETTINGS = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
_TABLES = """
    CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, path BLOB, kind TEXT, size INTEGER, changed INTEGER);
    CREATE TABLE IF NOT EXISTS mails (
        id INTEGER PRIMARY KEY, file INTEGER, mark BLOB, start INTEGER, stop INTEGER, counted INTEGER, written REAL,
        message_id TEXT, row BLOB, outcome TEXT, reason TEXT, ticket BLOB);
    CREATE TABLE IF NOT EXISTS cited (message_id TEXT, mail INTEGER);
    CREATE TABLE IF NOT EXISTS left_out (path BLOB, why TEXT, is_fault INTEGER);
    CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
"""
_INDEXES = """
    CREATE INDEX IF NOT EXISTS by_message_id ON mails (message_id);
    CREATE INDEX IF NOT EXISTS by_citation ON cited (mail);
"""
_ORDER = """
    UPDATE mails SET written = later.written + :instant
    FROM (SELECT c.mail, max(m.written) AS written FROM cited c JOIN mails m ON m.message_id = c.message_id
          WHERE m.id <> c.mail GROUP BY c.mail) AS later
    WHERE mails.id = later.mail AND mails.written <= later.written
"""
_NEXT = """
    SELECT m.id, f.path, f.kind, m.mark, m.start, m.stop, m.counted, m.row FROM mails m JOIN files f ON f.id = m.file
    WHERE m.outcome IS NULL ORDER BY m.written, m.id LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail that is still to be stored.

    Attributes:
        id: in this ledger. path, kind, place: where its bytes are.
        row: the identifier it is stored under, None until one is reserved.
    """

    id: int
    path: Path
    kind: Kind
    place: Place
    row: UUID | None


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a mail.

    Attributes:
        id: in this ledger.
        outcome: `filed`, `quarantined`, `waiting` (stored, and the workers will file it), `repeat` or `refused`.
        reason: why it was refused or quarantined.
        ticket: that it is filed under.
    """

    id: int
    outcome: str
    reason: str = ""
    ticket: UUID | None = None


class Ledger:
    """The ledger of one import; a context manager.

    Args of the constructor:
        path: of its file, None for one that is gone at the end.

    Raises:
        BlockingIOError: the same import is running elsewhere.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        if path:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
        self._base = sqlite3.connect(str(path) if path else "", timeout=0.5)

    def __enter__(self) -> Self:
        try:
            self._base.executescript(_SETTINGS + _TABLES)
        except sqlite3.OperationalError:
            self._base.close()
            raise BlockingIOError(0, "this import is running already", str(self._path)) from None
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def is_of(self, sources: Sequence[Source]) -> bool:
        """Whether the whole of these files is listed, as they are now."""
        listed = self._base.execute("SELECT path, kind, size, changed FROM files ORDER BY id").fetchall()
        return self._fact("listed") == "yes" and listed == [_row(one) for one in sources]

    def forget(self) -> None:
        """Forget everything."""
        with self._base:
            for wipe in ("DELETE FROM files", "DELETE FROM mails", "DELETE FROM cited", "DELETE FROM left_out"):
                self._base.execute(wipe)
            self._base.execute("DELETE FROM facts")

    @contextmanager
    def listing(self, source: Source) -> Iterator[int]:
        """List the mails of a file, all of them or none; gives the file's number for `add`."""
        with self._base:
            made = self._base.execute("INSERT INTO files (path, kind, size, changed) VALUES (?, ?, ?, ?)", _row(source))
            assert made.lastrowid is not None
            yield made.lastrowid

    def add(self, file: int, place: Place, head: Head, written: float, refused: str | None) -> None:
        """List a mail.

        Args:
            file: of `listing`.
            place: where it is.
            head: what its headers say.
            written: seconds since 1970.
            refused: why it is not imported, None if it is.
        """
        made = self._base.execute(
            "INSERT INTO mails (file, mark, start, stop, counted, written, message_id, outcome, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                file,
                place.mark,
                place.start,
                place.end,
                place.counted,
                written,
                head.message_id,
                "refused" if refused else None,
                refused,
            ),
        )
        said = [(one, made.lastrowid) for one in set(head.cited)]
        self._base.executemany("INSERT INTO cited (message_id, mail) VALUES (?, ?)", said)

    def leave_out(self, found: LeftOut) -> None:
        """Note what is not imported."""
        with self._base:
            told = (bytes(found.path), found.why, found.is_fault)
            self._base.execute("INSERT INTO left_out (path, why, is_fault) VALUES (?, ?, ?)", told)

    def finish_listing(self) -> None:
        """Put the mails in order."""
        self._base.executescript(_INDEXES)
        with self._base:
            for _ in range(ROUNDS):
                if not self._base.execute(_ORDER, {"instant": _INSTANT}).rowcount:
                    break
            self._base.execute("INSERT INTO facts (name, value) VALUES ('listed', 'yes')")
        self._base.executescript("CREATE INDEX IF NOT EXISTS to_do ON mails (written, id) WHERE outcome IS NULL")

    def following(self, most: int) -> list[Listed]:
        """The next mails to store, in the order of filing."""
        rows = self._base.execute(_NEXT, {"most": most}).fetchall()
        return [_listed(row) for row in rows]

    def reserve(self, rows: Iterable[tuple[UUID, int]]) -> None:
        """Write down under which identifiers mails are about to be stored, so that a second try is no repeat."""
        with self._base:
            self._base.executemany("UPDATE mails SET row = ? WHERE id = ?", [(row.bytes, one) for row, one in rows])

    def note(self, fates: Iterable[Fate]) -> None:
        """Write down what became of mails."""
        said = [(one.outcome, one.reason, one.ticket and one.ticket.bytes, one.id) for one in fates]
        with self._base:
            self._base.executemany("UPDATE mails SET outcome = ?, reason = ?, ticket = ? WHERE id = ?", said)

    def waiting(self) -> list[tuple[int, UUID]]:
        """Numbers and identifiers of the mails that were stored and not filed when they were looked at."""
        rows = self._base.execute("SELECT id, row FROM mails WHERE outcome = 'waiting'").fetchall()
        return [(number, UUID(bytes=row)) for number, row in rows]

    def outcomes(self) -> dict[str, int]:
        """How many mails came to which outcome; '' are those still to do."""
        return dict(self._base.execute("SELECT coalesce(outcome, ''), count(*) FROM mails GROUP BY 1").fetchall())

    def tickets(self) -> int:
        """How many tickets the mails were filed under."""
        (found,) = self._base.execute("SELECT count(DISTINCT ticket) FROM mails").fetchone()
        return int(found)

    def faults(self) -> list[tuple[str, int | None, str]]:
        """What somebody has to look at: file, place in it, and why."""
        found = self._base.execute(
            "SELECT path, NULL, why FROM left_out WHERE is_fault UNION ALL"
            " SELECT f.path, m.start, m.reason FROM mails m JOIN files f ON f.id = m.file"
            " WHERE m.outcome = 'refused'"
        )
        return [(path.decode("utf-8", "replace"), start, why) for path, start, why in found]

    def left_out(self) -> dict[str, int]:
        """How many files were left out as they should be, by the reason."""
        found = self._base.execute("SELECT why, count(*) FROM left_out WHERE NOT is_fault GROUP BY 1 ORDER BY 1")
        return dict(found.fetchall())

    def remove(self) -> None:
        """Take the file away; the import is done."""
        self._base.close()
        if self._path:
            for name in (self._path, *(self._path.with_name(self._path.name + end) for end in ("-wal", "-shm"))):
                name.unlink(missing_ok=True)

    def _fact(self, name: str) -> str | None:
        found = self._base.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return found and str(found[0])


def _row(source: Source) -> tuple[bytes, str, int, int]:
    return bytes(source.path), source.kind, source.size, source.changed


def _listed(row: tuple[Any, ...]) -> Listed:
    number, path, kind, mark, start, stop, counted, stored = row
    place = Place(mark, start, stop, bool(counted))
    return Listed(number, Path(os.fsdecode(path)), Kind(kind), place, UUID(bytes=stored) if stored else None)
