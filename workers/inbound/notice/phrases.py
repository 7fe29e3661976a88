"""Phrase tables: what programs say, in the words of many mail systems and languages, kept as text beside the code."""

import re
from pathlib import Path

from workers.inbound import tables

_FOLDER = Path(__file__).parent / "phrases"
_WORD = re.compile(r"\w+")


class Phrases:
    """Phrases that a short text is asked for; asking costs about one look-up for each of its words.

    Args:
        phrases: in lower case, single blanks; with `~` behind a last word that may go on.
        at_start: only as the beginning of the text.
    """

    def __init__(self, phrases: tuple[str, ...], *, at_start: bool = False) -> None:
        self._at_start = at_start
        self._by_word: dict[str, list[str]] = {}
        whole = [phrase for phrase in phrases if not phrase.endswith("~")]
        for phrase in whole:
            self._by_word.setdefault(max(reversed(_WORD.findall(phrase)), key=len), []).append(phrase)
        self._stems = tuple(phrase.rstrip("~") for phrase in phrases if phrase.endswith("~"))
        self._foreign = tuple(phrase for phrase in whole if not phrase.isascii())  # some scripts have no blanks

    @property
    def words(self) -> frozenset[str]:
        """Each phrase that ends with a word holds one of these."""
        return frozenset(self._by_word)

    def found(self, text: str) -> str | None:
        """A phrase that stands in the text, None if there is none.

        Args:
            text: normalised by `plain`.
        """
        phrases = [phrase for word in dict.fromkeys(_WORD.findall(text)) for phrase in self._by_word.get(word, ())]
        phrases += self._stems if text.isascii() else self._stems + self._foreign
        if self._at_start:
            return next((phrase for phrase in phrases if text.startswith(phrase)), None)
        return next((phrase for phrase in phrases if phrase in text), None)


def plain(text: str) -> str:
    """Text as the tables have it: lower case, each run of white space one blank."""
    return " ".join(text.lower().replace("\u2019", "'").split())


def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The sections of a phrase table.

    Args:
        name: of the file, without its ending.
    """
    return tables.sections(_FOLDER / f"{name}.txt")
