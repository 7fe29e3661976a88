"""How a mailbox is logged in to, how its letters are signed, and how far it has been read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization
from models.blocking import DOMAIN

LEAST_SEALED = 28  # bytes of nonce and tag; what is shorter was never sealed
GREATEST_UID = 4_294_967_295  # UIDs and UIDVALIDITY are unsigned 32-bit numbers, never 0 (RFC 3501)

ALGORITHM = domain("signing_algorithm", "rsa-sha256", "ed25519-sha256")


class TokenKind(StrEnum):
    """What a sealed secret opens; `smtp_password` is for sending and never given to the fetcher.

    `imap_password` is that of where mail is fetched, also where that is done by POP3.
    """

    IMAP_PASSWORD = "imap_password"  # noqa: S105  the name of a kind
    SMTP_PASSWORD = "smtp_password"  # noqa: S105  the name of a kind
    OAUTH_CLIENT = "oauth_client"
    OAUTH_REFRESH = "oauth_refresh"
    OAUTH_ACCESS = "oauth_access"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a leased mailbox as it is numbered now.

    Attributes:
        mailbox, holder: which, and under what name it is leased.
        folder: its name. uidvalidity: what its UIDs count under (RFC 3501 section 2.3.1.1); 0 in a maildrop (POP3),
            which has none.
    """

    mailbox: UUID
    holder: str
    folder: str
    uidvalidity: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What the commit of a fetched mail writes into the ledger of its folder."""

    place: Place
    uid: int


@dataclass(frozen=True, slots=True)
class TakenUidl:
    """As `Taken`, for a mail fetched by POP3.

    Attributes:
        place: its maildrop.
        uidl: its unique-id (RFC 1939 section 7), '' where the server has none: then nothing is written down.
        size: in bytes, as the server says.
        number: in this session, of those without an id, to tell them apart; else 0.
    """

    place: Place
    uidl: str
    size: int
    number: int = 0


Mark = Taken | TakenUidl


class MailboxToken(Base):
    """A secret of a mailbox, sealed with a key from outside the database; `key_id` says with which."""

    __tablename__ = "mailbox_tokens"
    __table_args__ = (
        belongs_to("mailboxes", "mailbox_id", "CASCADE"),
        CheckConstraint(f"octet_length(sealed) BETWEEN {LEAST_SEALED} AND 65536", name="is_sealed"),
    )

    org_id: Mapped[UUID] = organization()
    mailbox_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(domain("token_kind", *TokenKind), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class SigningKey(Base):
    """A DKIM key of a domain; a selector is never used for a second key, since resolvers remember the first."""

    __tablename__ = "signing_keys"
    __table_args__ = (
        UniqueConstraint("org_id", "domain", "selector"),
        CheckConstraint(f"domain = lower(domain) AND domain ~ '{DOMAIN}'", name="domain"),
        CheckConstraint("selector ~ '^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$'", name="selector"),
        CheckConstraint(f"octet_length(sealed) BETWEEN {LEAST_SEALED} AND 65536", name="is_sealed"),
        Index(
            "uq_signing_keys_active",
            "org_id",
            "domain",
            "algorithm",
            unique=True,
            postgresql_where=text("is_active"),
        ),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    domain: Mapped[str]
    selector: Mapped[str]
    algorithm: Mapped[str] = mapped_column(ALGORITHM)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str]
    public_key: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class MailboxCursor(Base):
    """How far a folder has been read: the ledger holds every UID that was taken, so its gaps are what to look for.

    All that the server dated since `complete_since` is in the ledger or in `set_aside`, which holds what could not be
    taken (too large, or not given out by the server) and is looked at again; no such time: the folder was not yet gone
    through.

    Every IMAP mailbox has an INBOX (RFC 3501), whose cursor carries the lease of the whole mailbox; a maildrop's (POP3)
    bears that name, too, and carries nothing else. A lease is running while it has a holder and `leased_until` lies
    ahead; given back, it keeps the time, so that the longest neglected mailbox is leased next.
    """

    __tablename__ = "mailbox_cursors"
    __table_args__ = (
        belongs_to("mailboxes", "mailbox_id", "CASCADE"),
        CheckConstraint("folder <> '' AND (lower(folder) <> 'inbox' OR folder = 'INBOX')", name="folder"),
        CheckConstraint(f"uidvalidity BETWEEN 1 AND {GREATEST_UID}", name="uidvalidity"),
        CheckConstraint(f"highest_uid BETWEEN 0 AND {GREATEST_UID}", name="highest_uid"),
        CheckConstraint(f"ledger <@ '{{[1, {GREATEST_UID}]}}'::int8multirange", name="ledger"),
        CheckConstraint(f"set_aside <@ '{{[1, {GREATEST_UID}]}}'::int8multirange", name="set_aside"),
        CheckConstraint(
            "leased_by IS NULL OR leased_by <> '' AND folder = 'INBOX' AND leased_until IS NOT NULL", name="lease"
        ),
        Index("ix_mailbox_cursors_leased_until", "leased_until", postgresql_where=text("folder = 'INBOX'")),
    )

    org_id: Mapped[UUID] = organization()
    mailbox_id: Mapped[UUID] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(primary_key=True)
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    highest_uid: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    ledger: Mapped[Any] = mapped_column(INT8MULTIRANGE(), server_default=text("'{}'"))
    set_aside: Mapped[Any] = mapped_column(INT8MULTIRANGE(), server_default=text("'{}'"))
    complete_since: Mapped[datetime | None]
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
