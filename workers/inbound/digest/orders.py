"""What an agent orders by answering a digest, line by line: `release 1 3`, `drop 2-4`, `spam 5`, `ham all`. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_LINES = 500  # of an answer that are looked at
MOST_TOLD = 5  # lines that were not understood
LONGEST_TOLD = 60
_ORDER = re.compile(r"(release|drop|spam|ham)\b[: ]*(.*)", re.IGNORECASE)
_NUMBERS = re.compile(r"(?:all|[0-9]{1,3}(?:-[0-9]{1,3})?(?:(?:, ?| (?:and |& ?)?)[0-9]{1,3}(?:-[0-9]{1,3})?)*)")
_SPAN = re.compile(r"([0-9]+)(?:-([0-9]+))?")


class Verb(StrEnum):
    """What is to be done with a mail: `release` has it filed, `drop` does not; `spam` and `ham` teach what it is."""

    RELEASE = "release"
    DROP = "drop"
    SPAM = "spam"
    HAM = "ham"


@dataclass(frozen=True, slots=True)
class Orders:
    """What was understood and what was not.

    Attributes:
        wanted: by the number of a mail in its digest, in their order.
        problems: a sentence each.
    """

    wanted: dict[int, Verb]
    problems: tuple[str, ...]


def read(text: str, mails: int) -> Orders:
    """The orders in an answer.

    Whatever is quoted is passed over, and a signature ends it. Of two orders about one mail neither is followed.

    Args:
        text: the answer.
        mails: how many the digest lists.
    """
    said: dict[int, set[Verb]] = {}
    strange, missing = [], set[int]()
    for line in _lines(text):
        verb, numbers = _order(line, mails)
        if verb is None:
            strange.append(line)
            continue
        missing |= {one for one in numbers if not 0 < one <= mails}
        for one in numbers - missing:
            said.setdefault(one, set()).add(verb)
    torn = {one: verbs for one, verbs in said.items() if len(verbs) > 1}
    problems = [
        f"Both {' and '.join(sorted(torn[one]))} was said of {one}, so neither was done." for one in sorted(torn)
    ]
    problems += [f"There is no {one} in the digest." for one in sorted(missing)[:MOST_TOLD]]
    problems += [f"This was not understood: {_cut(line)}" for line in strange[:MOST_TOLD]]
    wanted = {one: next(iter(said[one])) for one in sorted(said) if one not in torn}
    return Orders(wanted, tuple(problems))


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines()[:MOST_LINES]:
        if line.rstrip() == "--":
            return
        plain = " ".join(line.split())
        if plain and not plain.startswith((">", "|")):
            yield plain


def _order(line: str, mails: int) -> tuple[Verb | None, set[int]]:
    found = _ORDER.fullmatch(line)
    numbers = found[2].lower().rstrip(" .,;!") if found else ""
    if found is None or not _NUMBERS.fullmatch(numbers):
        return None, set()
    verb = Verb(found[1].lower())
    if numbers == "all":
        return verb, set(range(1, mails + 1))
    spans = ((int(first), int(last or first)) for first, last in _SPAN.findall(numbers))
    return verb, {one for first, last in spans for one in range(first, last + 1)}


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_TOLD else f"{line[:LONGEST_TOLD]}…"
