"""What a mail is made of, as short words that can be counted: sender, structure, way, looks, links, subject and text.

Many words that say the same (the headers of a list, the tags of a page) would outvote all others, so each such thing is
one token, and of a text the beginning counts.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from workers.inbound.mail import Mail
from workers.inbound.spam.head import Head
from workers.inbound.spam.links import Link, site
from workers.inbound.spam.shape import outline, shape
from workers.inbound.spam.sight import Sight
from workers.inbound.spam.signals import SIGNALS

TOKENS = 400  # of one mail; the order below is that of worth
WORDS = 150  # of a text
LONGEST = 60  # characters of a token
TEXT_CHARACTERS = 16_000
_LONG_WORD = 14
_SHORT_WORD = 3
_WORD = re.compile(r"[^\W_][\w'$%-]+")
_DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")  # scripts without blanks
_PARAMETER = re.compile(r"[\w.+-]+/[\w.+-]+|charset=[\"']?[\w-]+", re.IGNORECASE)
_ZONE = re.compile(r"([+-]\d{4})")
_WAY = re.compile(r"[\w.@+-]{3,40}")
_NETWORK = re.compile(r"\b(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}\b")
_WAY_TOKENS = 60
_OF_THE_WAY = frozenset({
    "received", "delivered-to", "return-path", "x-original-to", "envelope-to", "delivery-date", "status", "x-status",
    "x-uid", "lines", "x-keywords", "from", "x-received", "x-delivered-to", "x-envelope-to", "x-envelope-from",
    "received-spf", "authentication-results", "arc-seal", "arc-message-signature", "arc-authentication-results",
})  # fmt: skip
_OF_LISTS = (
    "list-", "x-list", "x-beenthere", "x-mailman", "errors-to", "precedence", "sender", "x-original-date",
    "mailing-list", "x-mailing", "x-egroups", "x-apparently", "x-reply-to", "x-loop", "x-precedence", "x-spam",
    "x-postern",
)  # fmt: skip


def words_of(sight: Sight) -> tuple[str, ...]:
    """The distinct tokens of a mail, at most `TOKENS`; what no database takes (a header may hold it) is left out.

    Args:
        sight: the mail as the signals see it.
    """
    found: dict[str, None] = {}
    for token in _all(sight):
        if token.isprintable():
            found.setdefault(token[:LONGEST])
        if len(found) == TOKENS:
            break
    return tuple(found)


def _all(sight: Sight) -> Iterator[str]:
    mail = sight.mail
    yield from _of_sender(mail)
    yield from _of_structure(mail, sight.head)
    yield from _of_program(sight.head)
    yield from shape(mail)
    yield from (f"sign:{signal.__name__}" for signal in SIGNALS if signal(sight))
    yield from (f"theme:{theme}" for theme in sight.themes)
    yield from _of_links(sight.links)
    yield from _of_subject(mail)
    yield from _of_text(mail)
    yield from _of_way(sight.head)


def _of_sender(mail: Mail) -> Iterator[str]:
    if mail.sender is None:
        yield "from:unknown"
        return
    address = mail.sender.address.lower()
    yield f"from:{address}"
    yield f"from:@{address.rpartition('@')[2]}"
    yield from (f"name:{word}" for word in _words(mail.sender.name))
    for other in mail.reply_to[:2]:
        same = other.address.lower() == address
        yield "reply:same" if same else f"reply:@{other.address.lower().rpartition('@')[2]}"


def _of_structure(mail: Mail, head: Head) -> Iterator[str]:
    if mail.list_id:
        yield f"list:{mail.list_id[-40:].lower()}"
    for name in ("x-mailer", "user-agent", "organization", "importance", "x-priority"):
        yield from (f"{name}:{word}" for word in _words(head.first(name))[:6])
    kind, coding = head.first("content-type"), head.first("content-transfer-encoding")
    yield from (f"type:{one.lower()}" for one in _PARAMETER.findall(kind)[:3])
    yield f"coding:{coding[:20].lower()}"
    if found := _ZONE.search(head.first("date")):
        yield f"zone:{found[1]}"
    yield f"to:{min(len(mail.to) + len(mail.cc), 10)}"
    yield f"cited:{bool(mail.cited)}"
    yield f"form:{'html' if mail.html else 'text'}"
    for file in mail.attachments[:10]:
        yield f"file:{file.content_type}"
        yield f"file:.{file.name.rpartition('.')[2].lower()}"


def _of_program(head: Head) -> Iterator[str]:
    """What wrote it: how it spells the names of headers, in which order, and how it makes identifiers."""
    names = [one for one in head.names if not _is_of_others(one.lower())]
    yield from (f"has:{name}" for name in names)
    yield from (f"then:{one}>{other}".lower() for one, other in pairwise(names))
    local, _, host = head.first("message-id").strip("<> ").partition("@")
    yield f"id:@{host.lower()[:40]}"
    yield f"id:{outline(local[:60])[:30]}"


def _is_of_others(name: str) -> bool:
    return name in _OF_THE_WAY or name.startswith(_OF_LISTS)


def _of_way(head: Head) -> Iterator[str]:
    """Where it came from, as the servers on the way say; those near to us are in every mail, and say nothing."""
    way = " ".join(head.values.get("received", ())[:12])
    said = [f"net:{network}" for network in _NETWORK.findall(way)] + [f"way:{one.lower()}" for one in _WAY.findall(way)]
    yield from list(dict.fromkeys(said))[:_WAY_TOKENS]


def _of_links(links: tuple[Link, ...]) -> Iterator[str]:
    for link in links[:10]:
        yield f"url:{link.host}"
        yield f"url:{site(link.host)}"
        yield from (f"path:{word}" for word in _words(link.path)[:4])


def _of_subject(mail: Mail) -> Iterator[str]:
    said = _WORD.findall(mail.subject)[:40]
    yield from (f"subject:{word.lower()}" for word in said)
    yield from (f"shouts:{word}" for word in said if word.isupper() and word.isalpha())
    yield from (f"subject:{mark}" for mark in "!?$%" if mark in mail.subject)


def _of_text(mail: Mail) -> Iterator[str]:
    text = mail.text[:TEXT_CHARACTERS]
    for word in _words(text)[:WORDS]:
        yield word if len(word) <= _LONG_WORD else f"long:{word[0]}{len(word) // 10}"
    for run in () if text.isascii() else _DENSE.findall(text)[:50]:
        yield from (run[place : place + 2] for place in range(min(len(run), 50) - 1))


def _words(text: str) -> list[str]:
    return [word for word in dict.fromkeys(_WORD.findall(text.lower())) if len(word) >= _SHORT_WORD]
