"""A mail as the signals see it: what it is by itself, and how it stands here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from workers.inbound.mail import Mail
from workers.inbound.spam import head as heads
from workers.inbound.spam.head import Head
from workers.inbound.spam.hint import Hint
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
    """What its bytes tell.

    Attributes:
        words: the beginning of the text in lower case, on one line.
        themes: what it talks about that hardly anybody writes to a helpdesk.
    """

    mail: Mail
    head: Head
    links: tuple[Link, ...]
    words: str
    themes: tuple[str, ...]


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
class Standing:
    """How it stands here.

    Attributes:
        date: when it says that it was written. at: when it came.
    """

    date: datetime | None
    at: datetime
    relation: Relation = Relation.STRANGER


Signal = Callable[[Sight], Hint | None]
StandingSignal = Callable[[Standing], Hint | None]


def look(mail: Mail, content: bytes) -> Sight:
    """A mail as the signals see it.

    Args:
        mail: as parsed.
        content: its bytes.
    """
    words = " ".join(mail.text[:CHARACTERS].lower().split())
    themes = themes_of(f"{mail.subject.lower()} {words}")
    return Sight(mail, heads.read(content), links(mail.text, mail.html), words, themes)
