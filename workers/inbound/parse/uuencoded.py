"""Files that old programs write into the text itself: `begin 644 name`, lines of data, `end` (POSIX uuencode)."""

import binascii
import re

MOST = 100  # files of one text
_BEGIN = re.compile(r"begin [0-7]{3,4} (\S.{0,250})")


def split(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text without such blocks, and their names and contents. A block that is not whole stays text.

    Args:
        text: with line feeds only.
    """
    if "begin " not in text or "\nend" not in text:
        return text, []
    rows = text.split("\n")
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    number = 0
    while number < len(rows):
        begin = _BEGIN.fullmatch(rows[number].rstrip()) if rows[number].startswith("begin ") else None
        found = _decoded(rows, number + 1) if begin and len(files) < MOST else None
        if begin and found:
            files.append((begin[1], found[0]))
            number = found[1]
        else:
            kept.append(rows[number])
        number += 1
    return "\n".join(kept), files


def _decoded(rows: list[str], number: int) -> tuple[bytes, int] | None:
    """The data from a line on, and the line of its `end`; None if a line before that is something else."""
    pieces: list[bytes] = []
    for last in range(number, len(rows)):
        row = rows[last].rstrip()
        if row == "end":
            return b"".join(pieces), last
        try:
            pieces.append(binascii.a2b_uu(row))
        except (binascii.Error, ValueError):
            return None
    return None
