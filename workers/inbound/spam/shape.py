"""How a text looks, as tokens: capitals, marks, money, telephones, quotes, links. It often tells more than words do."""

import re
from collections.abc import Iterator
from string import ascii_letters, ascii_uppercase, digits, punctuation

from workers.inbound.mail import Mail
from workers.inbound.spam.links import site
from workers.inbound.spam.sight import Sight

CHARACTERS = 3_000  # of the text
_MONEY = re.compile(r"[$£€]\s?\d")
_TOLL_FREE = re.compile(r"\b1?[-. (]{0,2}8(?:00|88|77|66)[-. )]{0,2}\d{3}[-. ]?\d{4}")
_TELEPHONE = re.compile(r"\b\d{3}[-. )]{1,2}\d{3}[-. ]\d{4}\b")
_DIALLED = 10  # digits of a telephone
_SHOUTED = re.compile(r"\b[A-Z]{4,}\b")
_QUOTED = ("\n>", "\n|", "wrote:", "writes:", "\n-- \n")
_ANSWER = re.compile(r"(?:re|aw|fwd?):", re.IGNORECASE)
_RUN = re.compile(r"([a-z]+)|([A-Z]+)|(\d+)")
_ALL = bytes(range(128))
_BUT_LETTERS, _BUT_CAPITALS, _BUT_DIGITS, _BUT_MARKS = (
    _ALL.translate(None, kept.encode()) for kept in (ascii_letters, ascii_uppercase, digits, punctuation)
)
_LEAVING = ("unsubscribe", "remove", "privacy")


def shape(sight: Sight) -> Iterator[str]:
    """Tokens of the looks of a mail."""
    mail = sight.mail
    text, subject = mail.text[:CHARACTERS], mail.subject
    start = text[:1_000]
    plain = start.encode("ascii", "ignore")
    foreign = len(start) - len(plain)
    letters = max(1, foreign + len(plain.translate(None, _BUT_LETTERS)))
    yield f"caps:{20 * len(plain.translate(None, _BUT_CAPITALS)) // letters}"
    yield f"foreign:{10 * foreign // letters}"
    yield f"marks:{text.count('!').bit_length()}"
    yield f"money:{len(_MONEY.findall(text)).bit_length()}"
    yield f"shouted:{len(_SHOUTED.findall(text)).bit_length()}"
    yield f"length:{len(mail.text).bit_length()}"
    yield f"subject:{len(subject) // 15}"
    yield f"answer:{bool(_ANSWER.match(subject))}"
    yield f"quotes:{any(mark in text for mark in _QUOTED)}"
    calls = len(text.encode("ascii", "ignore").translate(None, _BUT_DIGITS)) >= _DIALLED
    yield f"calls:{calls and bool(_TELEPHONE.search(text))}"
    yield f"calls:free:{calls and bool(_TOLL_FREE.search(text))}"
    yield f"dear:{text[:200].lstrip().lower().startswith('dear')}"
    yield f"leaving:{'|'.join(str(word in sight.words) for word in _LEAVING)}"
    yield f"links:{len(sight.links).bit_length()}"
    yield f"sites:{min(len({site(link.host) for link in sight.links}), 5)}"
    yield from _of_lines(mail, text)


def _of_lines(mail: Mail, text: str) -> Iterator[str]:
    lines, words, size = text.splitlines() or [""], text.lower().split(), max(1, len(text))
    plain = text.encode("ascii", "ignore")
    yield f"widest:{max(map(len, lines)).bit_length()}"
    yield f"blank:{10 * sum(not line.strip() for line in lines) // len(lines)}"
    yield f"asks:{min(text.count('?').bit_length(), 4)}"
    yield f"digits:{min(20 * len(plain.translate(None, _BUT_DIGITS)) // size, 5)}"
    yield f"signs:{min(40 * len(plain.translate(None, _BUT_MARKS)) // size, 12)}"
    yield f"mails:{min(text.count('@').bit_length(), 4)}"
    yield f"word:{min(2 * sum(map(len, words)) // max(1, len(words)), 16)}"
    yield f"again:{10 * len(set(words)) // max(1, len(words))}"
    yield f"page:{len(mail.html or '').bit_length()}"


def outline(value: str) -> str:
    """Runs of letters and digits made one each: how a program makes identifiers."""
    return _RUN.sub(lambda found: "a" if found[1] else "A" if found[2] else "0", value)
