"""Answers that stand in a mail: behind the line that asks, or right below it; in what is quoted, or above it.

Line by line. Where a field is answered more than once, the least quoted counts, then the uppermost: what lies deeper
was said earlier.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.field import FieldType
from workers.inbound.routing.questions import Question

LONGEST_TEXT = 65_536  # characters of a mail that are looked at
LONGEST_ANSWER = 10_000
LONGEST_LINE = 1_000
_COLONS = (":", "\uff1a")
_MARKUP = " \t*_\u00a0\u200e"
_MOST_BLANK = 3  # lines that a mail program puts between a quoted line and what is typed below it


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered.

    Attributes:
        said: as it was written.
        depth: how deeply it was quoted; what was typed has 0.
        problem: what is wrong with it, '' if nothing is.
    """

    question: Question
    said: str
    problem: str = ""
    depth: int = 0

    @property
    def counts(self) -> bool:
        """Whether it fits, and was meant: what is quoted may answer a question of ours, else somebody else said it."""
        return not self.problem and (self.question.required or not self.depth)

    @property
    def value(self) -> object:
        """As it stands in `custom_fields`."""
        return self.question.value(self.said)


@dataclass(frozen=True, slots=True)
class Row:
    """A line without its signs of quoting, and how many there were."""

    depth: int
    text: str
    asks: Question | None = field(default=None)
    rest: str = ""


def read(text: str, questions: Sequence[Question]) -> list[Answer]:
    """The answers that stand in a text, one for each question at most.

    Args:
        text: of a mail, with what it quotes.
        questions: that may be answered; of two with the same words the first counts.
    """
    lower = text.casefold()
    starts = {one.label.casefold(): one for one in reversed(questions) if one.label.casefold() in lower}
    if not starts:
        return []
    rows = [_row(line[:LONGEST_LINE], starts) for line in text[:LONGEST_TEXT].split("\n")]
    best: dict[str, Answer] = {}
    for number, row in enumerate(rows):
        if row.asks:
            for depth, said in _said(rows, number, row.asks):
                if row.asks.key not in best or depth < best[row.asks.key].depth:
                    best[row.asks.key] = Answer(row.asks, said[:LONGEST_ANSWER], depth=depth)
    return list(best.values())


def _row(line: str, starts: dict[str, Question]) -> Row:
    text, depth = line.strip(_MARKUP), 0
    while text.startswith(">"):
        text, depth = text[1:].lstrip(_MARKUP), depth + 1
    for start, question in starts.items():
        if text[: len(question.label)].casefold() == start:
            rest = text[len(question.label) :].lstrip(_MARKUP)
            hint = f"({question.hint})"
            if question.hint and rest.startswith(hint):
                rest = rest[len(hint) :].lstrip(_MARKUP)
            if rest.startswith(_COLONS):
                return Row(depth, text, question, rest[1:].strip(_MARKUP))
    return Row(depth, text)


def _said(rows: Sequence[Row], number: int, question: Question) -> Iterator[tuple[int, str]]:
    """How deeply quoted the answer to the question on this line is, and its words."""
    row = rows[number]
    if row.rest:
        more = _paragraph(rows, number + 1, row.depth) if question.type == FieldType.TEXTAREA else []
        yield row.depth, "\n".join([row.rest, *more])
    elif (first := _below(rows, number)) is not None:
        long = question.type == FieldType.TEXTAREA
        lines = _paragraph(rows, first, rows[first].depth) if long else [rows[first].text]
        yield rows[first].depth, "\n".join(lines)


def _below(rows: Sequence[Row], number: int) -> int | None:
    """The line that was typed below: less quoted than the question; or, where nothing is quoted, right under it."""
    depth = rows[number].depth
    for later in range(number + 1, min(number + 2 + _MOST_BLANK, len(rows))):
        row = rows[later]
        if row.text:
            typed = row.depth < depth or (not depth and later == number + 1)
            return later if typed and row.asks is None else None
    return None


def _paragraph(rows: Sequence[Row], first: int, depth: int) -> list[str]:
    lines = []
    for row in rows[first:]:
        if not row.text or row.depth != depth or row.asks:
            break
        lines.append(row.text)
    return lines
