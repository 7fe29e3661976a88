"""Which files of a path hold mail: an mbox, a Maildir, `.eml` files, or a folder of any of them."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gateway.archive.lines import MARK

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_FLAGS = re.compile(r":2,([A-Za-z]*)$")
_UNWANTED = {"T": "it was marked as deleted", "D": "it is a draft"}  # flags of a Maildir; the others tell no fate
_ONE = ".eml"


class Kind(StrEnum):
    """How a file holds mail: `mbox` any number of them, `mail` exactly one."""

    MBOX = "mbox"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Source:
    """A file with mail."""

    path: Path
    kind: Kind
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, or a part of one, that is not imported.

    Attributes:
        path: of the file.
        why: a phrase.
        is_fault: somebody has to look; else it is as it should be.
    """

    path: Path
    why: str
    is_fault: bool


def find(path: Path) -> Iterator[Source | LeftOut]:
    """Everything under a path, in the order of names; links are not followed out of it.

    Args:
        path: a file or a folder.

    Raises:
        OSError: there is no such path.
    """
    path.stat()
    if not path.is_dir():
        yield _file(path, is_named=True)
        return
    faults: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=faults.append):
        folders.sort()
        if {"cur", "new"} <= set(folders):
            folders[:] = [one for one in folders if one != "tmp"]  # of a Maildir: mails that are not whole yet
        for name in sorted(names):
            yield _file(Path(folder, name), is_named=False)
    for fault in faults:
        yield LeftOut(Path(fault.filename), fault.strerror or "it cannot be read", is_fault=True)


def _file(path: Path, *, is_named: bool) -> Source | LeftOut:
    try:
        return _source(path, is_named=is_named)
    except OSError as error:
        return LeftOut(path, error.strerror or type(error).__name__, is_fault=True)


def _source(path: Path, *, is_named: bool) -> Source | LeftOut:
    if not path.is_file() or (path.is_symlink() and not is_named):
        return LeftOut(path, "it is no file", is_fault=is_named)
    in_maildir = path.parent.name in {"cur", "new"}
    flags = _FLAGS.search(path.name) if in_maildir else None
    if unwanted := next((why for flag, why in _UNWANTED.items() if flags and flag in flags[1]), ""):
        return LeftOut(path, unwanted, is_fault=False)
    found = path.stat()
    with path.open("rb") as file:
        beginning = file.read(1000)
    one = in_maildir or path.name.lower().endswith(_ONE)
    if one or (is_named and not beginning.startswith(MARK) and _FIELD.match(beginning)):
        return Source(path, Kind.MAIL, found.st_size, found.st_mtime_ns)
    if beginning.startswith(MARK):
        return Source(path, Kind.MBOX, found.st_size, found.st_mtime_ns)
    is_fault = is_named or (path.suffix == ".mbox" and bool(beginning))
    return LeftOut(path, "it is neither an mbox nor a mail", is_fault)
