"""What wrote a mail, as tokens: what the program says it is, and how it spells, orders and numbers things."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from workers.inbound.mail import Mail
from workers.inbound.spam.head import Head
from workers.inbound.spam.shape import outline

_WORD = re.compile(r"[^\W_][\w'$%-]{2,}")
_PARAMETER = re.compile(r"[\w.+-]+/[\w.+-]+|charset=[\"']?[\w-]+", re.IGNORECASE)
_BOUNDARY = re.compile(r"boundary=\"?([^\";\s]+)\"?", re.IGNORECASE)
_ZONE = re.compile(r"([+-]\d{4})")
_LETTER, _NUMBER = re.compile(r"[A-Za-z]"), re.compile(r"[\d.]+")
_LATE = ((600, "minutes"), (7_200, "hours"), (86_400, "day"), (604_800, "week"))  # seconds
_SAID = ("x-mailer", "user-agent", "organization", "importance", "x-priority", "mime-version")
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


def program(mail: Mail, head: Head) -> Iterator[str]:
    """Tokens of the program that wrote a mail."""
    yield from _of_name(head)
    yield from _of_fields(head)
    yield from _of_type(head)
    yield from _of_date(mail, head)


def _of_name(head: Head) -> Iterator[str]:
    for name in _SAID:
        yield from (f"{name}:{word}" for word in dict.fromkeys(_WORD.findall(head.first(name).lower()[:200])))
    mailer = head.first("x-mailer") or head.first("user-agent")
    kind = _NUMBER.sub("0", mailer).lower()
    local, _, host = head.first("message-id").strip("<> ").partition("@")
    form = outline(local[:60])[:30]
    yield f"mailer:{mailer[:50].lower()}"
    yield f"mailer:{kind[:40]}"
    yield f"id:@{host.lower()[:40]}"
    yield f"id:{form}"
    yield f"mailer:id:{kind[:20]}|{form}"  # who pretends to be another program seldom makes its identifiers
    yield f"priority:{head.first('x-priority')[:12]}|{head.first('x-msmail-priority')[:8]}"


def _of_fields(head: Head) -> Iterator[str]:
    names = [one for one in head.names if not _is_of_others(one.lower())]
    yield from (f"has:{name}" for name in names)
    yield from (f"then:{one}>{other}".lower() for one, other in pairwise(names))


def _is_of_others(name: str) -> bool:
    return name in _OF_THE_WAY or name.startswith(_OF_LISTS)


def _of_type(head: Head) -> Iterator[str]:
    kind = head.first("content-type")
    yield from (f"type:{one.lower()}" for one in _PARAMETER.findall(kind)[:3])
    yield f"type=:{_BOUNDARY.sub('', ' '.join(kind.lower().split())).strip()[:50]}"
    if found := _BOUNDARY.search(kind):
        yield f"boundary:{outline(found[1])[:40]}"
    yield f"coding:{head.first('content-transfer-encoding')[:20].lower()}"


def _of_date(mail: Mail, head: Head) -> Iterator[str]:
    said = head.first("date")
    if found := _ZONE.search(said):
        yield f"zone:{found[1]}"
    yield f"date:{_LETTER.sub('a', _NUMBER.sub('0', said))[:40]}"
    yield f"date:ends:{'gmt' if said.endswith('GMT') else said[-1:] if said.endswith(')') else 'else'}"
    if mail.date:
        yield f"late:{_late(mail.date, head.taken(0))}"


def _late(date: datetime, taken: datetime | None) -> str:
    """How long after it was written the last server says to have taken it."""
    if taken is None:
        return "unknown"
    seconds = (taken - date).total_seconds()
    sign = "-" if seconds < 0 else "+"
    return sign + next((word for most, word in _LATE if abs(seconds) < most), "long")
