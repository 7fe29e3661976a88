"""What the steps of fetching hand to each other."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.imap.uids import NONE, Uids
from models.fetching import Fetching
from models.mailbox_login import Mark, Place, Taken

if TYPE_CHECKING:
    from gateway.oauth.renew import Kept


@dataclass(frozen=True, slots=True)
class Lease:
    """A mailbox that this process, and no other, works on.

    Attributes:
        org, mailbox: whose and which.
        holder: the name under which it is leased, new for each lease.
    """

    org: UUID
    mailbox: UUID
    holder: str


@dataclass(frozen=True, slots=True)
class Login:
    """How to get into a mailbox, and what to do there.

    Attributes:
        address: the mailbox's own.
        host, port: the server. starttls: secured after a first word in clear, else from the first byte.
        user, auth: who we are there, and by `password`, `xoauth2` or `oauthbearer`.
        folders: to read, the first one is watched.
        secrets: sealed.
        fetching: what is done with a mail that was taken.
        protocol: `imap` or `pop3`.
    """

    lease: Lease
    address: str
    host: str
    port: int
    starttls: bool
    user: str
    auth: str
    folders: tuple[str, ...]
    secrets: "tuple[Kept, ...]"
    fetching: Fetching
    protocol: str = "imap"


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder was read, as in `mailbox_cursors`.

    Attributes:
        uidvalidity: what its UIDs count under; None: never read.
        highest: UID up to which was looked.
        ledger: what was taken. set_aside: what could not be.
        complete_since: all that the server dated since then is in one of them.
    """

    uidvalidity: int | None = None
    highest: int = 0
    ledger: Uids = NONE
    set_aside: Uids = NONE
    complete_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail on the server.

    Attributes:
        uid: its number.
        size: in bytes, as the server says.
        dated: when the server received it.
    """

    uid: int
    size: int
    dated: datetime

    def mark(self, place: Place) -> Mark:
        """What the ledger is told of it."""
        return Taken(place, self.uid)
