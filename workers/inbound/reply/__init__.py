"""The new words of a mail: its text without quote and signature. The full text is always kept beside it.

Line by line and in time linear in the text. What was written between quoted lines is left as it is, since cutting it
would hide words of the customer; a quote above or below all of the words is cut, and so is what programs write below.
"""

from workers.inbound.reply import lines
from workers.inbound.reply.lines import REPLY_MARKER

__all__ = ["REPLY_MARKER", "cut"]

_SCANNED_CHARACTERS = 65_536
_SIGNATURE_LINES = 12  # a signature is not longer
_BROKEN_CHARACTERS = 60  # a quoted line this long may go on, without a sign, on the next


def cut(text: str) -> str:
    """The piece of the text that is new; all of it if it is too long, or nothing would be left.

    Args:
        text: with line feeds only.
    """
    if len(text) > _SCANNED_CHARACTERS:
        return text
    rows = text.split("\n")
    start, end = _span(rows)
    end = _signed(rows, start, end)
    if start == 0 and not _has_words(rows[end:]):
        return text
    reply = "\n".join(rows[start:end]).rstrip()
    return reply if reply.strip(" \n\t_-") else text


def _span(rows: list[str]) -> tuple[int, int]:
    """First line of the new words, and the one behind the last."""
    start = 0
    last: int | None = None
    for number, row in enumerate(rows):
        if number < start or not row or (row[0] not in lines.ODD and ":" not in row and lines.WIDE_COLON not in row):
            continue
        old = _old(rows, number)
        if old is None:
            continue
        begin, behind, announced = old
        last = _last_words(rows) if last is None and behind is not None else last
        if behind is None or last is None or last < behind:
            return start, begin
        if start or not announced or _has_words(rows[:begin]):
            return 0, last + 1  # there are answers between the lines
        start = behind
    return start, len(rows)


def _old(rows: list[str], number: int) -> tuple[int, int | None, bool] | None:
    """What is not new from this line on: its first line, the one behind it (None: all is), and whether announced."""
    row = rows[number]
    if row[0] in lines.ODD:
        if lines.quoted(row):
            return number, _quote_end(rows, number), False
        if lines.is_marker(row) or lines.is_original(row):
            return number, None, False
    if lines.may_be_header(row) and lines.headers_begin(rows, number):
        above = _above(rows, number)
        if lines.forwards(rows[above] if above is not None else ""):
            return len(rows), None, False
        return (above if above is not None and lines.is_rule(rows[above]) else number), None, False
    if row.rstrip(lines.MARKUP)[-1:] in lines.COLONS and (first := lines.announcement(rows, number)) is not None:
        below = next((later for later in range(number + 1, min(number + 4, len(rows))) if rows[later].strip()), number)
        return first, _quote_end(rows, below) if lines.quoted(rows[below]) else None, True
    return None


def _above(rows: list[str], number: int) -> int | None:
    """The nearest line above that is not blank, among three."""
    return next((above for above in range(number - 1, max(-1, number - 4), -1) if rows[above].strip()), None)


def _has_words(rows: list[str]) -> bool:
    return any(row and not row.isspace() for row in rows)


def _quote_end(rows: list[str], number: int) -> int:
    """The line behind the quoted ones, with what lies between them."""
    end = number + 1
    for later in range(number + 1, len(rows)):
        if lines.quoted(rows[later]):
            end = later + 1
        elif rows[later].strip() and not _goes_on(rows, later):
            break
    return end


def _goes_on(rows: list[str], number: int) -> bool:
    """A piece of a long quoted line that was broken without a sign."""
    beside = number and number + 1 < len(rows) and lines.quoted(rows[number - 1]) and lines.quoted(rows[number + 1])
    return bool(beside) and len(rows[number - 1]) > _BROKEN_CHARACTERS


def _last_words(rows: list[str]) -> int:
    """The last line that somebody wrote here; signatures and quotes are none. -1 for no line."""
    end = _signed(rows, 0, len(rows))
    for number in range(end - 1, -1, -1):
        row = rows[number]
        if row.strip() and not lines.quoted(row) and not lines.is_rule(row) and not _goes_on(rows, number):
            return number
    return -1


def _signed(rows: list[str], start: int, end: int) -> int:
    """The line behind the words, without the signature and what a program wrote below them."""
    while end > start and not rows[end - 1].strip():
        end -= 1
    for number in range(end - 1, max(start, end - _SIGNATURE_LINES) - 1, -1):
        if rows[number].rstrip() in lines.SIGNATURES:
            end = number
            break
    while end > start and _is_furniture(rows[end - 1]):
        end -= 1
    return end if end > start else len(rows)


def _is_furniture(row: str) -> bool:
    return not row.strip() or lines.is_rule(row) or lines.is_device(row)
