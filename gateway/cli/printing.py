"""What the desk prints: tables and pages for people, one JSON document for programs, nothing that a mail smuggled."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

Row = Mapping[str, Any]
Teller = Callable[[str], None]  # shows a line to a person
UNBOUNDED = 1_000_000  # columns where no terminal limits them
NARROWEST = 6
SHORT = 12  # digits of an identifier that a table shows: its random end
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def document(value: object) -> None:
    """Print one JSON document: times in ISO 8601 UTC, bytes in hex; ASCII, so that no terminal is told anything."""
    sys.stdout.write(json.dumps(value, indent=2, default=_plain) + "\n")


def table(rows: Iterable[Row], columns: Sequence[str], *, none: str) -> None:
    """Print a listing for people, or a sentence when it is empty.

    Args:
        rows: what is listed.
        columns: keys to show, in order; the first is never cut, `id` is shortened to its last digits.
        none: what to say about nothing.
    """
    cells = [[line(row[name], short=name == "id") for name in columns] for row in rows]
    if not cells:
        say(none)
        return
    cells.insert(0, [name.upper().replace("_", " ") for name in columns])
    widths = [max(cell_len(cell) for cell in column) for column in zip(*cells, strict=True)]
    _fit(widths, shutil.get_terminal_size().columns if sys.stdout.isatty() else UNBOUNDED)
    head, *body = ("  ".join(map(_cut, texts, widths)).rstrip() for texts in cells)
    _console().print(Text(head, style="bold"), soft_wrap=True)
    sys.stdout.writelines(f"{shown}\n" for shown in body)


def _fit(widths: list[int], room: int) -> None:
    """Narrow the widest columns until the table has room; the first is what commands are given and stays whole."""
    while sum(widths) + 2 * len(widths) - 2 > room:
        place = max(range(1, len(widths)), key=widths.__getitem__, default=0)
        if not place or widths[place] <= NARROWEST:
            return
        widths[place] -= 1


def _cut(cell: str, width: int) -> str:
    return set_cell_size(cell, width) if cell_len(cell) <= width else set_cell_size(cell, width - 1) + "…"


def across(rows: Sequence[Row], columns: Sequence[str]) -> Sequence[str]:
    """The columns to show, with `org` where the rows are of several organizations."""
    return (*columns, "org") if len({row["org"] for row in rows}) > 1 else columns


def page(row: Row, names: Iterable[str]) -> None:
    """Print one thing for people, a line for each value that is there.

    Args:
        row: the thing.
        names: keys to show, in order.
    """
    present = [(name.replace("_", " "), line(row[name])) for name in names if row[name] not in (None, "", [], ())]
    width = max((len(name) for name, _ in present), default=0)
    for name, value in present:
        sys.stdout.write(f"{name:<{width}}  {value}\n")


def say(text: str) -> None:
    """Print a sentence or a text of several lines."""
    sys.stdout.write(safe(text) + "\n")


def safe(text: str) -> str:
    """A text with every control character but line feed and tab made visible: it may be a stranger's."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def line(value: object, *, short: bool = False) -> str:
    """A value in one line.

    Args:
        value: what a listing holds.
        short: cut an identifier to its last digits.
    """
    if isinstance(value, list | tuple):
        return ", ".join(line(one) for one in value)
    return " ".join(safe(_word(value, short=short)).split())


def utc(value: date) -> str:
    """A time as JSON has it, such as `2026-11-21T09:30:00.123456Z`."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value.isoformat()


def _word(value: object, *, short: bool) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        case UUID():
            return value.hex[-SHORT:] if short else str(value)
        case bytes():
            return value.hex()
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return utc(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)


def _console() -> Console:
    return Console(file=sys.stdout, force_terminal=sys.stdout.isatty(), highlight=False, markup=False)
