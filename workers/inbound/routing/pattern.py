"""Patterns with `*`: looked for piece by piece with no way back, so in time linear in the text, whatever is written.

A pattern fits a whole value (an address), or is found among the words of a text.
"""

import re
import unicodedata
from dataclasses import dataclass

STAR = "*"
_WORD = re.compile(r"[^\W_]+")
_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum()}
_BETWEEN = re.compile(r"[^\w*]|_")


def folded(text: str) -> str:
    """A text as it is compared: letter case, kinds of blanks and line ends make no difference."""
    return " ".join(_plain(text).split())


def words(text: str) -> str:
    """The words of a text, letters and digits only, each with a blank before and behind it."""
    plain = _plain(text)
    found = plain.translate(_BLANKS).split() if plain.isascii() else _WORD.findall(plain)
    return f" {' '.join(found)} "


def _plain(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text.casefold())


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `pieces` stand between its stars, so there is one more of them than of stars."""

    pieces: tuple[str, ...]

    def fits(self, value: str) -> bool:
        """Whether it fits the whole of a value.

        The first and the last piece stand at the ends; each other one where it is first found behind the one before
        it, since any later place would leave less room for the rest.

        Args:
            value: as `folded` or `words` writes it, whichever the pattern was made for.
        """
        if len(self.pieces) == 1:
            return value == self.pieces[0]
        first, *middle, last = self.pieces
        place, end = len(first), len(value) - len(last)
        if place > end or not value.startswith(first) or not value.endswith(last):
            return False
        for piece in middle:
            found = value.find(piece, place, end)
            if found < 0:
                return False
            place = found + len(piece)
        return True

    def needs(self) -> frozenset[str]:
        """Whole words that a text must have for a pattern of `among_words` to be found: most need no looking."""
        return frozenset(word for piece in self.pieces for word in piece.split(" ")[1:-1] if word)


def whole(written: str) -> Pattern:
    """A pattern for whole values, as in `*@*.example.com`."""
    return Pattern(tuple(_plain(written).split(STAR)))


def among_words(written: str) -> Pattern:
    """A pattern for the words of a text, as in `invoice* overdue`; a star stands for anything, blanks included.

    Args:
        written: words; what is between them (a comma, a hyphen) makes no difference.
    """
    wanted = " ".join(_BETWEEN.sub(" ", _plain(written)).split())
    return Pattern(tuple(f"{STAR} {wanted} {STAR}".split(STAR)))
