"""Mails that people sort: read in the sandbox, counted, and the trace of each stored one says as what it was taught."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text

from gateway.archive import mbox, reading
from gateway.archive.mbox import Place
from gateway.archive.sources import Kind, LeftOut, Source, find
from gateway.cli.problems import Problem
from models.database import transaction
from models.teaching import Sort, teach
from workers.inbound.reading import Sandbox
from workers.inbound.spam.learning import learn
from workers.inbound.spam.sight import look
from workers.inbound.spam.tokens import words_of

PORTION = 100  # mails of one transaction
T = TypeVar("T")
_READ = text("SELECT id, content FROM raw_mail WHERE id = ANY (:mails) AND content <> ''")


@dataclass(frozen=True, slots=True)
class Learnt:
    """What came of it.

    Attributes:
        taught: mails that were counted. known: those that had been taught as the same before.
        unread: those whose bytes are not there any more, or that no mail is in.
    """

    taught: int = 0
    known: int = 0
    unread: int = 0

    def __add__(self, other: "Learnt") -> "Learnt":
        return Learnt(self.taught + other.taught, self.known + other.known, self.unread + other.unread)


def stored(org: UUID, mails: Sequence[UUID], sort: Sort) -> Learnt:
    """Teach stored mails, each once; what was taught as the other sort before is taken back.

    Args:
        org: whose they are.
        mails: their identifiers.
        sort: what they are.
    """
    learnt = Learnt()
    with closing(Sandbox()) as sandbox:
        for some in _portions(iter(mails)):
            with transaction(org) as connection:
                rows = {row.id: bytes(row.content) for row in connection.execute(_READ, {"mails": some})}
            parsed = sandbox.parse(list(rows.values()))
            words = {one: words_of(look(mail, rows[one])) for one, mail in zip(rows, parsed, strict=True)}
            with transaction(org) as connection:
                taught = learn(connection, org, words, sort)
            learnt += Learnt(taught, len(words) - taught, len(some) - len(rows))
    return learnt


def files(org: UUID, path: Path, sort: Sort) -> Learnt:
    """Teach the mails of a file or a folder, whatever of it was taught before.

    Args:
        org: who learns.
        path: an mbox, a Maildir, an `.eml` or a folder of them.
        sort: what they are.

    Raises:
        Problem: it cannot be read.
    """
    learnt = Learnt()
    with closing(Sandbox()) as sandbox:
        for some in _portions(_contents(path)):
            read = [one for one in some if one]
            words = [words_of(look(mail, one)) for one, mail in zip(read, sandbox.parse(read), strict=True)]
            with transaction(org) as connection:
                teach(connection, org, words, sort)
            learnt += Learnt(taught=len(read), unread=len(some) - len(read))
    return learnt


def _contents(path: Path) -> Iterator[bytes]:
    """The mails under a path; b'' for what cannot be read."""
    try:
        for source in find(path):
            if isinstance(source, Source):
                yield from _of_source(source)
            elif isinstance(source, LeftOut) and source.is_fault:
                yield b""
    except (OSError, ValueError) as error:
        raise Problem(f"{path} cannot be read: {error}") from None


def _of_source(source: Source) -> Iterator[bytes]:
    if source.kind is Kind.MAIL:
        yield reading.content(source.path, source.kind, Place(b"", 0, source.size, counted=False))[0]
        return
    with source.path.open("rb") as file:
        for place in mbox.places(file.fileno(), source.size):
            yield reading.content(source.path, source.kind, place)[0]


def _portions(mails: Iterator[T]) -> Iterator[list[T]]:
    while some := list(islice(mails, PORTION)):
        yield some
