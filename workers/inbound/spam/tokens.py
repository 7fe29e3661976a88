"""What a mail is made of, as short words that can be counted: people, program, way, looks, links, subject and text.

Many words that say the same (the headers of a list, the tags of a page) would outvote all others, so each such thing is
one token, and of a text the beginning counts.
"""

import re
from collections.abc import Iterator

from workers.inbound.mail import Mail
from workers.inbound.spam.links import Link, site
from workers.inbound.spam.program import program
from workers.inbound.spam.shape import shape
from workers.inbound.spam.sight import Sight
from workers.inbound.spam.signals import SIGNALS
from workers.inbound.spam.way import way
from workers.inbound.spam.who import who

TOKENS = 400  # of one mail; the order below is that of worth
WORDS = 200  # of a text
LONGEST = 60  # characters of a token
_GIVEN_BY_LISTS = ("way:", "net:", "site:", "hops:", "return-path:", "sender:", "errors-to:", "list:", "bulk:")
_ANSWERS = frozenset(("RE", "AW", "FW", "FWD", "WG", "SV", "TR"))  # in capitals, as programs write them
_LONG_WORD = 14
_WORD = re.compile(r"[^\W_][\w'$%-]+")
_DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")  # scripts without blanks


def words_of(sight: Sight) -> tuple[str, ...]:
    """The distinct tokens of a mail, at most `TOKENS`; what no database takes (a header may hold it) is left out.

    Args:
        sight: the mail as the signals see it.
    """
    found: dict[str, None] = {}
    for token in _all(sight):
        if token.isprintable():
            found[token[:LONGEST]] = None
        if len(found) == TOKENS:
            break
    return tuple(found)


def judged_by(sight: Sight) -> tuple[str, ...]:
    """The tokens by which a mail is judged: all but those that a list gave it, which passes on spam and ham alike.

    Args:
        sight: the mail as the signals see it.
    """
    words = words_of(sight)
    return tuple(one for one in words if not one.startswith(_GIVEN_BY_LISTS)) if sight.head.by_list else words


def _all(sight: Sight) -> Iterator[str]:
    mail = sight.mail
    yield from who(sight)
    yield from _of_structure(mail)
    yield from program(mail, sight.head)
    yield from shape(sight)
    yield from (f"sign:{signal.__name__}" for signal in SIGNALS if signal(sight))
    yield from (f"theme:{theme}" for theme in sight.themes)
    yield from _of_links(sight.links)
    yield from _of_subject(mail)
    yield from way(sight.head)
    yield from _of_text(sight)


def _of_structure(mail: Mail) -> Iterator[str]:
    if mail.list_id:
        yield f"list:{mail.list_id[-40:].lower()}"
    yield f"bulk:{mail.precedence}"
    yield f"to:{min(len(mail.to) + len(mail.cc), 10)}"
    yield f"cited:{bool(mail.cited)}"
    yield f"form:{'html' if mail.html else 'text'}"
    for file in mail.attachments[:10]:
        yield f"file:{file.content_type}"
        yield f"file:.{file.name.rpartition('.')[2].lower()}"


def _of_links(links: tuple[Link, ...]) -> Iterator[str]:
    for link in links[:10]:
        yield f"url:{link.host}"
        yield f"url:{site(link.host)}"
        yield from (f"path:{word}" for word in _WORD.findall(link.path.lower()[:200])[:4])


def _of_subject(mail: Mail) -> Iterator[str]:
    said = _WORD.findall(mail.subject)[:40]
    yield from (f"subject:{word.lower()}" for word in said)
    yield from (f"shouts:{word}" for word in said if word.isupper() and word.isalpha() and word not in _ANSWERS)
    yield from (f"subject:{mark}" for mark in "!?$%" if mark in mail.subject)


def _of_text(sight: Sight) -> Iterator[str]:
    """Short words, too: who speaks of himself and who of his reader differ in them."""
    for word in list(dict.fromkeys(_WORD.findall(sight.words)))[:WORDS]:
        yield word if len(word) <= _LONG_WORD else f"long:{word[0]}{len(word) // 10}"
    for run in () if sight.words.isascii() else _DENSE.findall(sight.words)[:50]:
        yield from (run[place : place + 2] for place in range(min(len(run), 50) - 1))
