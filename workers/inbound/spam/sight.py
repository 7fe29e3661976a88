"""A mail as the signals see it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from workers.inbound.mail import Mail
from workers.inbound.spam import head as heads
from workers.inbound.spam.head import Head
from workers.inbound.spam.links import Link, links
from workers.inbound.spam.themes import themes_of

CHARACTERS = 16_000  # of the text that signals look at


class Relation(IntEnum):
    """How the sender stands to the organization, as the ledger knows it; the address itself is not proven.

    A STRANGER or somebody only met; ANSWERED by an agent before; STAFF; it ANSWERS a letter or a ticket of ours in
    which the sender takes part.
    """

    STRANGER = 0
    ANSWERED = 1
    STAFF = 2
    ANSWERS = 3


@dataclass(frozen=True, slots=True)
class Sight:
    """What the signals look at.

    Attributes:
        words: the beginning of the text in lower case, on one line.
        themes: what it talks about that hardly anybody writes to a helpdesk.
        at: when the mail came.
        scanned: what scanners outside say of it.
    """

    mail: Mail
    head: Head
    links: tuple[Link, ...]
    words: str
    themes: tuple[str, ...]
    at: datetime
    relation: Relation = Relation.STRANGER
    scanned: tuple["Finding", ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a scanner outside said.

    Attributes:
        by: its name. share: of what it takes to be spam there, so 1 or more is; None where it did not answer.
        told: its own words, on one line, or why there are none.
    """

    by: str
    share: float | None
    told: str


@dataclass(frozen=True, slots=True)
class Hint:
    """One reason: how much it speaks for spam (above 0) or against it, in logits, and the words for it."""

    weight: float
    reason: str


Signal = Callable[[Sight], Hint | None]


def look(mail: Mail, content: bytes, at: datetime) -> Sight:
    """A mail of a stranger, as the signals see it.

    Args:
        mail: as parsed.
        content: its bytes.
        at: when it came.
    """
    words = " ".join(mail.text[:CHARACTERS].lower().split())
    themes = themes_of(f"{mail.subject.lower()} {words}")
    return Sight(mail, heads.read(content), links(mail.text, mail.html), words, themes, at)
