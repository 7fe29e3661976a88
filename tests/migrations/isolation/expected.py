"""Reads `expected.txt`: what each role may do with each kind of row."""

from pathlib import Path

from tests.migrations.isolation.contexts import INSIDERS
from tests.migrations.isolation.world import BASE

Rights = dict[str, str]
"""Letters by the name of a context."""


def expected() -> dict[tuple[str, str], Rights]:
    """Rights by table and kind of row."""
    found: dict[tuple[str, str], Rights] = {}
    for line in (Path(__file__).parent / "expected.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        name, *letters = line.split()
        table, _, kind = name.partition(".")
        names = [context.name for context in INSIDERS]
        row = dict(zip(names, (word.strip("-") for word in letters), strict=True))
        assert found.setdefault((table, kind or BASE), row) is row, f"{name} is listed twice"
    return found
