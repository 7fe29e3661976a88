"""In which language is a mail written? By its letters where only one is written in them, else by its smallest words."""

import re
from collections import Counter
from operator import itemgetter
from pathlib import Path

from workers.inbound import tables

LONGEST = 4_096  # characters that are looked at
FEWEST = 2  # known words; one alone may be anybody's
ENOUGH, SURE = 1_024, 12  # characters that are looked at first, and known words among them with which that is enough
_WORD = re.compile(r"[^\W\d_]+")
_WORDS: dict[str, tuple[str, ...]] = {}
for _code, _rows in tables.sections(Path(__file__).parent / "languages.txt").items():
    for _word in (word for row in _rows for word in row.split()):
        _WORDS[_word] = (*_WORDS.get(_word, ()), _code)
# Blocks of Unicode and the language, where it is (nearly) the only one that is written with these letters.
_LETTERS = (
    (re.compile("[\u3041-\u30ff]"), "ja"),
    (re.compile("[\uac00-\ud7a3]"), "ko"),
    (re.compile("[\u4e00-\u9fff]"), "zh"),
    (re.compile("[\u0370-\u03ff]"), "el"),
    (re.compile("[\u0590-\u05ff]"), "he"),
    (re.compile("[\u0e00-\u0e7f]"), "th"),
    (re.compile("[\u0600-\u06ff]"), "ar"),
    (re.compile("[\u0900-\u097f]"), "hi"),
    (re.compile("[іїєґІЇЄҐ]"), "uk"),
    (re.compile("[\u0400-\u04ff]"), "ru"),
)
_BLANKS = {code: " " for code in range(128) if not chr(code).isalpha()}
_SIGNS = 4  # letters of a script that make a text its language; a name alone does not


def of(text: str) -> str:
    """Its ISO 639-1 code, '' where it cannot be told.

    Args:
        text: of a mail; its beginning is enough.
    """
    return _of(text[:ENOUGH], SURE) or _of(text[:LONGEST], FEWEST)


def _of(start: str, fewest: int) -> str:
    if not start.isascii():
        for letters, code in _LETTERS:
            if len(letters.findall(start)) >= _SIGNS:
                return code
    words, counted = Counter(_words(start)), dict[str, int]()
    for word in words.keys() & _WORDS.keys():
        for code in _WORDS[word]:
            counted[code] = counted.get(code, 0) + words[word]
    first, second, *_ = (*sorted(counted.items(), key=itemgetter(1), reverse=True), ("", 0), ("", 0))
    return first[0] if first[1] >= fewest and first[1] > second[1] else ""


def _words(text: str) -> list[str]:
    plain = text.casefold()
    return plain.translate(_BLANKS).split() if plain.isascii() else _WORD.findall(plain)
