"""News about a letter as Amazon SES tells it by mail: one JSON object, passed on by its notification service.

Its form is that of "Amazon SNS notification contents for Amazon SES": `notificationType`, or `eventType` where a
configuration set publishes events; with the raw delivery of a topic turned off it lies within `Message`.
"""

import json
from collections.abc import Iterator
from typing import Any

from workers.inbound import scrub
from workers.inbound.limits import FIELD_CHARACTERS, RECIPIENTS
from workers.inbound.mail import Failure, Notice
from workers.inbound.notice import bounce
from workers.inbound.notice.seen import Seen, addresses
from workers.inbound.notice.severity import severity
from workers.inbound.parse import identifiers

HEADER = "x-amz-sns-message-id"
_READ = 262_144  # characters: the service sends no more
_STATUS = 12  # characters
_NEWS = {  # kind of news: where it stands, its recipients there, what became of the letter
    "bounce": ("bounce", "bouncedRecipients", "failed"),
    "complaint": ("complaint", "complainedRecipients", "complained"),
    "delivery": ("delivery", "recipients", "delivered"),
    "deliverydelay": ("deliveryDelay", "delayedRecipients", "delayed"),
}
_REFUSED = frozenset(("MessageTooLarge", "ContentRejected", "AttachmentRejected", "MailboxFull"))  # the address is good


def read(seen: Seen) -> Notice | None:
    """The news, if the mail has the service's header and such an object."""
    if not seen.headers.raw(HEADER):
        return None
    told = _object(seen.mail.text[:_READ])
    told = _object(told["Message"]) if isinstance(told.get("Message"), str) else told
    said = told.get("notificationType") or told.get("eventType")
    news = _NEWS.get(said.lower()) if isinstance(said, str) else None
    if news is None:
        return None
    about = _within(told, news[0])
    failures = tuple(_failures(about, news[1], news[2]))[:RECIPIENTS]
    kind = "feedback" if news[2] == "complained" else "bounce"
    return Notice(kind, f"Amazon SES tells of a {news[0]}", failures, _originals(_within(told, "mail")))


def _object(text: str) -> dict[str, Any]:
    try:
        found, _ = json.JSONDecoder().raw_decode(text.lstrip())  # a farewell follows
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _within(told: dict[str, Any], name: str) -> dict[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _line(value: object) -> str:
    """A value of the object, which may say anything by its escapes, on one line."""
    return scrub.line(str(value), FIELD_CHARACTERS) if value else ""


def _failures(about: dict[str, Any], name: str, action: str) -> Iterator[Failure]:
    """What is told of each recipient: an address, or an object with one."""
    listed = about.get(name)
    for one in listed if isinstance(listed, list) else ():
        given = one if isinstance(one, dict) else {"emailAddress": one}
        for address in addresses(_line(given.get("emailAddress")))[:1]:
            yield _failure(address, given, about, action)


def _failure(address: str, given: dict[str, Any], about: dict[str, Any], action: str) -> Failure:
    said = _line(given.get("diagnosticCode") or about.get("smtpResponse"))
    told = severity(_line(given.get("status"))[:_STATUS], said, action)
    kind, more = (_line(about.get(key)) for key in ("bounceType", "bounceSubType"))
    gone = kind == "Permanent" and more not in _REFUSED and not said
    topic = _line(about.get("complaintFeedbackType")) or f"{kind} {more}".strip()
    return Failure(address, told.status, action, told.hard or gone, told.reason or topic)


def _originals(mail: dict[str, Any]) -> tuple[str, ...]:
    """The Message-ID that the letter had, which is not the service's own one for it."""
    headers = mail.get("headers")
    pairs = [one for one in headers if isinstance(one, dict)] if isinstance(headers, list) else []
    written = [_line(one.get("value")) for one in pairs if _line(one.get("name")).lower() == "message-id"]
    written.append(_line(_within(mail, "commonHeaders").get("messageId")))
    return tuple(dict.fromkeys(found for one in written for found in identifiers.scan(one.encode())))[
        : bounce.ORIGINALS
    ]
