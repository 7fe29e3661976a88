"""The folder in which letters lie that had no relay to go out by; who erases a letter removes its copy here."""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from models.settings import settings

FOLDER = "capture"


def files(letters: Iterable[UUID]) -> list[Path]:
    """The copies that are there, of these letters."""
    places = (settings().home / FOLDER / f"{letter}.eml" for letter in letters)
    return [path for path in places if path.exists()]


def forget(letters: Iterable[UUID]) -> int:
    """Remove their copies; how many there were."""
    found = files(letters)
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)
