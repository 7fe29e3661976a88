"""How a text looks, as tokens: capitals, marks, money, telephones, quotes. It often tells more than words do."""

import re
from collections.abc import Iterator

from workers.inbound.mail import Mail

CHARACTERS = 3_000  # of the text
_MONEY = re.compile(r"[$£€]\s?\d")
_TOLL_FREE = re.compile(r"\b1?[-. (]{0,2}8(?:00|88|77|66)[-. )]{0,2}\d{3}[-. ]?\d{4}")
_TELEPHONE = re.compile(r"\b\d{3}[-. )]{1,2}\d{3}[-. ]\d{4}\b")
_SHOUTED = re.compile(r"\b[A-Z]{4,}\b")
_QUOTED = ("\n>", "\n|", "wrote:", "writes:", "\n-- \n")
_ANSWER = re.compile(r"(?:re|aw|fwd?):", re.IGNORECASE)
_RUN = re.compile(r"([a-z]+)|([A-Z]+)|(\d+)")


def shape(mail: Mail) -> Iterator[str]:
    """Tokens of the looks of a mail."""
    text, subject = mail.text[:CHARACTERS], mail.subject
    letters = [one for one in text[:1_000] if one.isalpha()]
    yield f"caps:{20 * sum(map(str.isupper, letters)) // max(1, len(letters))}"
    yield f"foreign:{10 * sum(not one.isascii() for one in letters) // max(1, len(letters))}"
    yield f"marks:{text.count('!').bit_length()}"
    yield f"money:{len(_MONEY.findall(text)).bit_length()}"
    yield f"shouted:{len(_SHOUTED.findall(text)).bit_length()}"
    yield f"length:{len(mail.text).bit_length()}"
    yield f"subject:{len(subject) // 15}"
    yield f"answer:{bool(_ANSWER.match(subject))}"
    yield f"quotes:{any(mark in text for mark in _QUOTED)}"
    yield f"calls:{bool(_TELEPHONE.search(text))}"
    yield f"calls:free:{bool(_TOLL_FREE.search(text))}"
    yield f"dear:{text[:200].lstrip().lower().startswith('dear')}"


def outline(value: str) -> str:
    """Runs of letters and digits made one each: how a program makes identifiers."""
    return _RUN.sub(lambda found: "a" if found[1] else "A" if found[2] else "0", value)
