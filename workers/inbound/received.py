"""A stored mail with what was read in it: what every step of the inbound leg is about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from models.raw_mail import IMPORTS
from workers.inbound.mail import Mail
from workers.inbound.screening import Caller, caller
from workers.inbound.spam.sight import Finding

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # no mail of today's form is older
OLD = timedelta(days=5)  # servers try for so long to deliver a mail (RFC 5321 section 4.5.4.1)


@dataclass(frozen=True, slots=True)
class Received:
    """A stored mail with what was read in it; `attempts` also fences off a worker that was thought dead.

    `peer` is the address of who handed it in, '' for nobody; `released` says why it was let out of quarantine, '' if it
    was not in there; `scanned` is what scanners outside say of it.
    """

    id: UUID
    mailbox_id: UUID
    mail_from: str
    recipients: tuple[str, ...]
    received_at: datetime
    attempts: int
    mail: Mail
    content: bytes
    protocol: str = ""
    peer: str = ""
    released: str = ""
    scanned: tuple[Finding, ...] = ()

    @property
    def caller(self) -> Caller:
        """Who hands it in, for the screens."""
        return caller(self.mail.sender.address if self.mail.sender else "", self.mail_from, self.peer)

    @property
    def imported(self) -> bool:
        """Whether an operator imported it: what it tells is the past, and nobody is written to about it."""
        return self.protocol in IMPORTS

    @property
    def closed(self) -> bool:
        """Whether the matter was closed when it was imported."""
        return IMPORTS.get(self.protocol, False)

    @property
    def is_old(self) -> bool:
        """Whether it had lain at its provider for long before it was fetched; what comes by SMTP is of now."""
        written = self.mail.date if self.protocol.startswith(("imap", "pop3")) else None
        return written is not None and self.received_at - written > OLD

    @property
    def at(self) -> datetime:
        """When it was said: an imported mail is as old as it claims, if that can be; any other is of now."""
        written = self.mail.date if self.imported else None
        return min(written, self.received_at) if written and written > EARLIEST else self.received_at
