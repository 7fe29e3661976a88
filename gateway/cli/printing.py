"""What the desk prints: tables and pages for people, one JSON document for programs, nothing that a mail smuggled."""

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table
from rich.text import Text

Row = Mapping[str, Any]
UNBOUNDED = 10_000  # columns where no terminal limits them
SHORT = 12  # digits of an identifier that a table shows: its random end
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def document(value: object) -> None:
    """Print one JSON document: times in ISO 8601 UTC, bytes in hex; ASCII, so that no terminal is told anything."""
    sys.stdout.write(json.dumps(value, indent=2, default=_plain) + "\n")


def table(rows: Iterable[Row], columns: Sequence[str], *, none: str) -> None:
    """Print a listing for people, or a sentence when it is empty.

    Args:
        rows: what is listed.
        columns: keys to show, in order; `id` is shortened to its last digits.
        none: what to say about nothing.
    """
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        shown.add_column(name.upper().replace("_", " "), no_wrap=True, overflow="ellipsis")
    for row in rows:
        shown.add_row(*(Text(line(row[name], short=name == "id")) for name in columns))
    if shown.row_count:
        _console().print(shown)
    else:
        say(none)


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
    terminal = sys.stdout.isatty()
    width = None if terminal else UNBOUNDED
    return Console(file=sys.stdout, width=width, force_terminal=terminal, highlight=False, markup=False)
