"""The file of a backup: a ZIP archive whose last line is the SHA-256 of everything before it.

It holds `tables/NAME` (binary COPY), `keys.json` and, last, `manifest.json`. It is written beside its place and takes
it when it is whole; one that was cut off or changed is not opened.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZipFile

from gateway.cli.problems import Problem

FORMAT = 1
LAST_LINE = 65  # characters
PORTION = 1 << 20
MANIFEST, KEYS = "manifest.json", "keys.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """One table in a backup: its columns in order, how many rows, and the SHA-256 of their COPY."""

    columns: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        postern: version of the program. revision: of its schema. made_at: ISO 8601.
        tables: by name.
    """

    postern: str
    revision: str
    made_at: str
    tables: dict[str, Kept]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables.values())


class _Hashing:
    """A file that is only written on, and hashed meanwhile."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


@contextmanager
def written(to: Path) -> Iterator[ZipFile]:
    """An archive to fill, which is at its place after the block, for nobody else to read (0600), or not at all.

    Raises:
        Problem: something is there.
    """
    if to.exists():
        raise Problem(f"{to} is there already; name a file that is not")
    draft = to.with_name(f".{to.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            hashing = _Hashing(file)
            with ZipFile(cast("IO[bytes]", hashing), "w", ZIP_DEFLATED, compresslevel=1) as archive:
                yield archive
            file.write(f"{hashing.digest.hexdigest()}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(to)
    finally:
        draft.unlink(missing_ok=True)


def seal(archive: ZipFile, manifest: Manifest) -> None:
    """End an archive with its manifest."""
    archive.writestr(MANIFEST, json.dumps({"format": FORMAT, **asdict(manifest)}, indent=2))


@contextmanager
def opened(path: Path, tell: Callable[[int], None]) -> Iterator[tuple[ZipFile, Manifest]]:
    """A backup that is whole and as it was written.

    Args:
        path: the file.
        tell: told the bytes that were read, from first to last.

    Raises:
        Problem: it is not.
    """
    _check(path, tell)
    with ZipFile(path) as archive:
        said: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if said.pop("format") != FORMAT:
            raise Problem(f"{path} is of a later Postern (format {said}); restore it with that one")
        tables = {name: Kept(tuple(it["columns"]), it["rows"], it["sha256"]) for name, it in said.pop("tables").items()}
        yield archive, Manifest(tables=tables, **said)


def _check(path: Path, tell: Callable[[int], None]) -> None:
    size, digest = path.stat().st_size, sha256()
    left = size - LAST_LINE
    with path.open("rb") as file:
        while left > 0 and (portion := file.read(min(PORTION, left))):
            digest.update(portion)
            left -= len(portion)
            tell(size - LAST_LINE - left)
        if file.read() != f"{digest.hexdigest()}\n".encode():
            raise Problem(
                f"{path} is no whole backup: it was cut off or changed; nothing was restored, use another one"
            )
