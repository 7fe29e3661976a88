"""Reports that were made at home: what a mail system tells in its own words, read line by line.

The letter that came back often stands below the words about it; nothing below its beginning is read as news.
"""

import re

from workers.inbound.mail import Failure
from workers.inbound.notice import fields
from workers.inbound.notice.phrases import plain, sections
from workers.inbound.notice.seen import Seen, addresses
from workers.inbound.notice.severity import severity, tells
from workers.inbound.notice.told import the_letter

MOST = 20  # recipients
_BEGINS = sections("original")["begins"]
_DELAYED, _GIVEN_UP = sections("delay")["delayed"], sections("delay")["over"]
_LABELLED = re.compile(
    r"recipients?|address(?:es|ee|ed)?\b|rcpt to|user\b|unknown|not deliver|undeliver|mailbox|failed|reject|\bto:|for "
    r"|delivery to|sent to|message to|mail to|account|destinataire|empfänger|adresse|destinatario|宛先|адрес",
    re.IGNORECASE,
)
_NOT_ALONE = re.compile(
    r"from:|sender|message-id|contact|postmaster|abuse@|support@|helpdesk|mailto:|https?:|reply-to", re.IGNORECASE
)
_READ = 1_000  # characters of a line
_SURE, _IN_SUBJECT = 3, 2
_QUOTED = re.compile(r"[\"'<(]([^\"'<>() ]{1,254})[\"'>)]")
_LIST_FOLLOWS = re.compile(r"(?:following (?:recipient|address|user)|fatal errors)[^@]{0,200}[:-]\s*$", re.IGNORECASE)
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{1,63}")
_SENTENCE = 300  # characters
_EDGE = " \t<>\"'*:;,.()[]=-|`"
_CODE = re.compile(r"(?<![\d.])(?:[45]\d\d[ \-#]|[45]\.\d{1,3}\.\d{1,3}|#[45]\.)")


def news(text: str) -> list[str]:
    """The lines before the letter that came back."""
    rows = text.split("\n")
    for number, row in enumerate(rows):
        start = row.strip(" \t>|*").lower()
        if number and start.startswith(_BEGINS):
            return rows[:number]
    return rows


def failures(seen: Seen) -> tuple[Failure, ...]:
    """The recipients that a text names as not reached, with what it says about them."""
    rows = news(seen.body)
    named = _named(seen, rows)
    if not named and not seen.reports:
        if passed_on := _passed_on(seen):
            return passed_on
        named = _sent_to(seen) or _local(seen, rows)
    found: dict[str, Failure] = {}
    delayed = _only_delayed(seen, rows)
    for number, address in named:
        if address.lower() not in found and len(found) < MOST:
            said = about(rows, number)
            action = "delayed" if delayed else "failed"
            told = severity("", said, action)
            hard = told.hard and not the_letter(rows, told.status)
            found[address.lower()] = Failure(address, told.status, action, hard, told.reason)
    return tuple(found.values())


def _passed_on(seen: Seen) -> tuple[Failure, ...]:
    """The recipients of a report that it carries as a whole, without words of its own about them."""
    return next((found for one in seen.originals if (found := fields.within(one))), ())


def _named(seen: Seen, rows: list[str]) -> list[tuple[int, str]]:
    """The addresses in question, each with its line; from where they are told most surely."""
    if given := addresses(seen.headers.text("x-failed-recipients")):
        return [(_row_of(rows, one), one) for one in given]
    avoided = _avoided(seen)
    ranked = _ranked(rows, avoided)
    ranked += [(_IN_SUBJECT, len(rows), one) for one in addresses(seen.mail.subject) if _is_other(one, avoided)]
    if not any(rank for rank, _, _ in ranked):  # somebody who wrote to themselves
        ranked = [one for one in _ranked(rows, set()) if one[0] > _SURE]
    best = max((rank for rank, _, _ in ranked), default=0)
    return _meant(seen.subject, [(number, one) for rank, number, one in ranked if rank == best > 0])


def _meant(subject: str, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Of several the ones whose name the subject gives in quotes: others may be examples, or whom to ask."""
    quoted = {one.lower() for one in _QUOTED.findall(subject)}
    return [one for one in found if not quoted.isdisjoint({one[1].lower(), one[1].lower().partition("@")[0]})] or found


def _local(seen: Seen, rows: list[str]) -> list[tuple[int, str]]:
    """Users that a system lists without their domain, since it is its own."""
    domain = next((one.rpartition("@")[2] for one in addresses(seen.author)), "")
    first = next((number for number, row in enumerate(rows) if _LIST_FOLLOWS.search(row)), len(rows))
    listed = [(number, rows[number].strip(_EDGE)) for number in range(first + 1, min(first + 6, len(rows)))]
    return [(number, f"{name}@{domain}") for number, name in listed if domain and _USER.fullmatch(name)]


def _avoided(seen: Seen) -> set[str]:
    """Addresses that are not the one in question: the reporter's and the one who is told."""
    told = {one.address.lower() for one in (*seen.mail.to, *seen.mail.cc)}
    return told | {one.lower() for one in addresses(seen.author)}


def _ranked(rows: list[str], avoided: set[str]) -> list[tuple[int, int, str]]:
    """Each address with how surely it is one that failed, and its line."""
    found: list[tuple[int, int, str]] = []
    for number, row in enumerate(rows):
        if "@" not in row:
            continue
        row = row[:_READ]  # noqa: PLW2901  the rest of a longer one is not looked at
        found += [(_rank(row, one), number, one) for one in addresses(row) if _is_other(one, avoided)]
    return found


def _is_other(address: str, avoided: set[str]) -> bool:
    return address.lower() not in avoided and "." in address.rpartition("@")[2]


def _rank(row: str, address: str) -> int:
    bare = row.strip(_EDGE)
    if bare.lower().startswith(address.lower()):
        return (
            4 if bare.lower() == address.lower() or row.rstrip().endswith((":", ",", ">")) or _CODE.search(row) else 3
        )
    if _NOT_ALONE.search(row):
        return 0
    if bare.lower().startswith(("to:", "cc:", "subject:")):  # of the letter, as many reports repeat it
        return 1
    return 3 if _LABELLED.search(row) and len(row) < _SENTENCE else 1


def _row_of(rows: list[str], address: str) -> int:
    wanted = address.lower()
    return next((number for number, row in enumerate(rows) if wanted in row.lower()), len(rows))


def about(rows: list[str], number: int) -> str:
    """What is said about the recipient of a line: there and below; all of the text where that tells nothing."""
    near: list[str] = []
    for row in rows[number : number + 12]:
        if _is_another(row, near[0]) if near and row.strip() else near and tells(" ".join(near)):
            break
        near.append(row.strip())
    said = " ".join(near)[:1500]
    if tells(said):
        return said
    coded = " ".join(row.strip() for row in rows if _CODE.search(row))
    return f"{said[:300]} {coded or ' '.join(rows)}"[:2000]


def _is_another(row: str, first: str) -> bool:
    """Whether a line is about somebody else than the first one of these."""
    named = addresses(row.split(None, 1)[0])
    return bool(named) and named[0].lower() not in first.lower()


def _only_delayed(seen: Seen, rows: list[str]) -> bool:
    said = f"{seen.subject} {plain(' '.join(rows[:60]))}"
    return any(phrase in said for phrase in _DELAYED) and not any(phrase in said for phrase in _GIVEN_UP)


def _sent_to(seen: Seen) -> list[tuple[int, str]]:
    """Whom the letter that came back was addressed to."""
    rows, avoided = seen.body.split("\n"), _avoided(seen)
    below = rows[len(news(seen.body)) :]
    for text in (*seen.originals, "\n".join(below[:200])):
        for row in text.split("\n")[:200]:
            if row[:3].lower() == "to:" and (found := addresses(row)):
                return [(len(rows), one) for one in found[:MOST] if one.lower() not in avoided]
    return []
