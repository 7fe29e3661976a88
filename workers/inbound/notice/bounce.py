"""A letter did not arrive: a delivery report (RFC 3464, RFC 6522), or one of the home-made forms."""

import re
from dataclasses import replace

from workers.inbound.mail import Failure, Notice
from workers.inbound.notice import fields, text
from workers.inbound.notice.phrases import Phrases, plain, sections
from workers.inbound.notice.seen import LIST_MANAGER, Seen
from workers.inbound.notice.severity import severity
from workers.inbound.notice.told import the_letter

SUBJECT = Phrases(sections("bounce")["subject"])
_BODY = sections("bounce")["body"]
_IDENTIFIER = re.compile(r"^[> \t]*message-id:[ \t]*\n?[ \t]*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_SIGNED = re.compile(r"\+[rb][a-z2-7]{38}@[\w.-]{1,255}", re.IGNORECASE)  # what `marks.tag_of` reads
_ANSWERED = re.compile(r"^(?:re|aw|sv|antw|odp|fwd?|wg|tr|rv)\s*:", re.IGNORECASE)
_REPLY_CODE = re.compile(
    r"(?<![\d.])[45]\d\d[ -](?:#?[45]\.\d|[a-z<\"'])|(?<![\d.])[45]\.\d{1,2}\.\d{1,2}(?![\d.])", re.IGNORECASE
)
ORIGINALS = 10  # Message-IDs that are passed on, and as many addresses


def read(seen: Seen) -> Notice | None:
    """The notice, if enough speaks for it."""
    if "delivery" in seen.reports and (seen.mail.report or _speaks_for_itself(seen)):
        return _notice(seen, "it has a delivery-status part", fields.failures(seen.reports["delivery"]))
    if "feedback" in seen.reports or "receipt" in seen.reports:
        return None
    named = seen.headers.text("x-failed-recipients")
    if named:
        return _notice(seen, "it has an X-Failed-Recipients header", ())
    return _homemade(seen)


def _speaks_for_itself(seen: Seen) -> bool:
    """Somebody may pass on a report to ask about it; that is no report."""
    return seen.from_daemon or seen.mail.return_path == "" or SUBJECT.found(seen.subject) is not None


def _homemade(seen: Seen) -> Notice | None:
    """Two of: a mail system wrote it, its subject says so; and words about a failure in its text."""
    subject = None if _ANSWERED.match(seen.subject) else SUBJECT.found(seen.subject)
    system = seen.from_daemon or seen.mail.return_path == ""
    if not subject and not system and not seen.mail.report:
        return None
    if seen.mail.report and not seen.reports:
        return _notice(seen, "it is a delivery report without its machine-readable part", ())
    said = plain(" ".join(text.news(seen.body))[:8000])
    words = next((phrase for phrase in _BODY if phrase in said), None)
    coded = _REPLY_CODE.search(said) is not None
    if system and (words or coded or subject):
        return _notice(seen, f"a mail system wrote it, and says {(words or subject or 'a reply code')!r}", ())
    if subject and (words or coded) and (coded or _is_of_a_program(seen)):
        return _notice(seen, f"its subject says {subject!r}, its text {(words or 'a reply code')!r}", ())
    return None


def _is_of_a_program(seen: Seen) -> bool:
    """It carries a letter, says that nobody wrote it, or comes from whatever runs a mailing list."""
    if seen.originals or len(text.news(seen.body)) < seen.body.count("\n"):
        return True
    return seen.mail.auto_submitted not in ("", "no") or LIST_MANAGER.search(seen.author) is not None


def _notice(seen: Seen, reason: str, known: tuple[Failure, ...]) -> Notice:
    known = known or fields.within(seen.body)
    if not known:
        return Notice("bounce", reason, text.failures(seen), originals(seen))
    return Notice("bounce", reason, _completed(seen, known), originals(seen))


def _completed(seen: Seen, known: tuple[Failure, ...]) -> tuple[Failure, ...]:
    """What the machine-readable part leaves out is often told to people: addresses, and why."""
    if not any(one.address for one in known):
        addresses = [one.address for one in text.failures(seen)] or [""]
        known = tuple(replace(known[0], address=address) for address in addresses)
    rows = text.news(seen.body)
    known = tuple(replace(one, hard=one.hard and not the_letter(rows, one.status)) for one in known)
    return (*(one if one.reason else _explained(rows, one) for one in known[: text.MOST]), *known[text.MOST :])


def _explained(rows: list[str], one: Failure) -> Failure:
    wanted = one.address.lower()
    number = next((number for number, row in enumerate(rows) if wanted and wanted in row.lower()), None)
    if number is None:
        return one
    told = severity(one.status, text.about(rows, number), one.action)
    return replace(one, status=told.status, hard=told.hard, reason=told.reason)


def originals(seen: Seen) -> tuple[str, ...]:
    """Message-IDs of the letters that came back, then the ends of what may be signed addresses of ours.

    Many who cut a letter short leave its Reply-To or Return-Path and take its Message-ID.
    """
    pieces = (*seen.originals, *seen.reports.values(), seen.body)
    named = dict.fromkeys(found for piece in (*seen.originals, seen.body) for found in _IDENTIFIER.findall(piece))
    signed = dict.fromkeys(found for piece in pieces for found in _SIGNED.findall(piece))
    return (*tuple(named)[:ORIGINALS], *tuple(signed)[:ORIGINALS])
