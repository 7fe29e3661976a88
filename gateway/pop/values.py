"""What lies in a maildrop."""

from dataclasses import dataclass

from gateway.imap.values import Waiting
from models.mailbox_login import Mark, Place, TakenUidl


@dataclass(frozen=True, slots=True)
class Drop(Waiting):
    """A mail in a maildrop; its `uid` is its number in this session, its `dated` the time of our look.

    Attributes:
        uidl: its unique-id (RFC 1939 section 7), '' if the server gives none.
    """

    uidl: str = ""

    def mark(self, place: Place) -> Mark:
        """What the ledger is told of it."""
        return TakenUidl(place, self.uidl, self.size, 0 if self.uidl else self.uid)
