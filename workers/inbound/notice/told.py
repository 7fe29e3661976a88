"""Is an address no good any more? What status codes (RFC 3463), SMTP replies and mail systems' own words tell of it.

An address is bad (hard) if nobody is there, or nobody takes mail there. It is good (soft) where the letter was refused,
or its sender, or where a mailbox, a server or a program beside it was in no state to take it. The first opinion is
believed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workers.inbound.notice.phrases import plain

_NOBODY = frozenset(("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.4", "5.2.5"))
_NOT_NOW = (
    "5.2.2",
    "5.2.3",
    "5.3.",  # the mail system, not the address
    "5.6.",  # what the letter holds
    "5.7.",
)
_GOOD = frozenset(("full", "size", "off", "relay"))  # topics of the phrase table
_BAD = frozenset(("unknown", "host", "moved"))
_READ = 8_000  # characters
_PROGRAM = re.compile(r"^x-unix *;")  # Postfix: the words of a program that was to deliver
_UNSURE = re.compile(r"unexpected name server reply|host not found, try again|my name was rejected")
_NO_MAIL = re.compile(r"(?<![\d.])521 |host does not accept|does not accept (?:any )?mail")  # RFC 7504
_NO_HOST = re.compile(r"(?<![\w@.])[a-z0-9-]+(?:\.[a-z0-9-]+)+ (?:does not|doesn't) exist")
_REFUSED = re.compile(r"(?<![\d.])(?:542|553 5\.1\.\d) ")
# The address itself was accepted before: what is refused then is the letter.
AFTER_DATA = re.compile(
    r"in reply to (?:end of )?data|after (?:end of )?data|end of data|smtp command:? data|>>> data <<< 55[0-3]"
)
_NONE_LEFT = re.compile(r"no valid recipients?\b|need rcpt")  # commands were sent ahead: the answer was to RCPT


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one recipient: its status, '' if none; what was said, normalised; which topic that is of."""

    status: str
    said: str
    topic: str


Opinion = Callable[[Told], bool | None]


def _by_place(told: Told) -> bool | None:
    """Who refused what: a program that delivers, or a server that had taken the address."""
    if _PROGRAM.search(told.said):
        return False
    return False if _is_the_letter(told.said, told.status) else None


def the_letter(rows: Sequence[str], status: str) -> bool:
    """Whether a report says that a letter was refused after its recipient had been taken, and no status denies it.

    Args:
        rows: its text.
        status: of the recipient.
    """
    return _is_the_letter(plain(" ".join(rows)[:_READ]), status)


def _is_the_letter(said: str, status: str) -> bool:
    after = AFTER_DATA.search(said) if status not in _NOBODY else None
    return after is not None and not _NO_HOST.search(said) and not _NONE_LEFT.search(said)


def _by_time(told: Told) -> bool | None:
    """It may work later."""
    if told.status == "4.1.1" and told.topic == "unknown":  # tried until it was given up
        return True
    return False if told.status.startswith("4.") else None


def _by_words(told: Told) -> bool | None:
    """Words that tell more than a code."""
    if told.topic in _GOOD or _UNSURE.search(told.said):
        return False
    return True if _NO_MAIL.search(told.said) else None


def _by_status(told: Told) -> bool | None:
    if told.status in _NOBODY:
        return True
    return False if told.status.startswith(_NOT_NOW) else None


def _by_topic(told: Told) -> bool | None:
    if told.topic in _BAD:
        return True
    return None if told.topic else told.status == "5.1.0" or _REFUSED.search(told.said) is not None


OPINIONS: tuple[Opinion, ...] = (_by_place, _by_time, _by_words, _by_status, _by_topic)


def is_hard(told: Told) -> bool:
    """Whether the address is no good any more; nobody is written off without a word that says so."""
    return next((said for opinion in OPINIONS if (said := opinion(told)) is not None), False)
