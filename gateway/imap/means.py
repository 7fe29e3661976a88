"""What all mailboxes of a process work with, and what one mailbox remembers from one connection to the next."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from gateway.accept import Acceptor
from gateway.imap.crew import Crew
from gateway.imap.room import Room
from gateway.imap.values import Waiting
from models.mailbox_login import Mark, Place
from models.settings import Settings

PATIENCE_WITH_ONE = 3  # times that a mail may break the connection before it is set aside


@dataclass(frozen=True, slots=True)
class Means:
    """What is shared.

    Attributes:
        settings: of the process.
        crew: threads. room: memory. acceptor: the commit.
    """

    settings: Settings
    crew: Crew
    room: Room
    acceptor: Acceptor


class Memory:
    """What is known of a mailbox while this process has it; all of it may be lost.

    Attributes:
        careful: the connection broke while mails came, so they are fetched one by one.
        owed: mails whose commit failed, so that their gap is no surprise.
        gaps: mails that were missing, not yet told.
        lag: seconds that the newest mail took, not yet told.
        oldest: the server's date of the oldest mail that waits.
        set_aside: mails of each folder that could not be taken.
        withheld, deleted: by POP3, mails that the server did not give out, and that it said it had deleted.
    """

    def __init__(self) -> None:
        self.careful = False
        self.owed: set[Mark] = set()
        self.gaps = 0
        self.lag: float | None = None
        self.oldest: datetime | None = None
        self.set_aside: dict[str, int] = {}
        self.withheld: frozenset[Mark] = frozenset()
        self.deleted: frozenset[Mark] = frozenset()
        self._broke: Counter[Mark] = Counter()

    def broke(self, place: Place, batch: tuple[Waiting, ...]) -> None:
        """The connection ended while these were fetched; alone, a mail is to blame."""
        if self.careful and len(batch) == 1:
            self._broke[batch[0].mark(place)] += 1
        self.careful = True

    def gave_up(self, mail: Mark) -> bool:
        """Whether a mail broke the connection too often."""
        return self._broke[mail] >= PATIENCE_WITH_ONE
