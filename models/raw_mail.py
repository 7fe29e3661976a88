"""A mail as it came: envelope and bytes, kept until retention ends, and what was decided about it."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization

TRACE = (
    b"return-path", b"received", b"x-received", b"delivered-to", b"x-delivered-to", b"x-original-to", b"envelope-to",
    b"x-envelope-to", b"x-envelope-from", b"received-spf", b"authentication-results", b"arc-seal",
    b"arc-message-signature", b"arc-authentication-results",
)  # fmt: skip
IMPORTS = {"import": False, "import-closed": True}  # protocol of what an operator imported: are its tickets closed?
_TRACE_RUN = re.compile(
    rb"(?:From [^\n]*\n)?(?:(?:" + b"|".join(TRACE) + rb"):[^\n]*\n(?:[ \t][^\n]*\n)*)*", re.IGNORECASE
)


class Stage(StrEnum):
    """Where a mail is.

    `received` is what the door stores and what 250 promises. A worker counts an attempt and takes a lease, still
    `received`; in one transaction it then makes the ticket or comment and the mail is `filed`. After three attempts, or
    when it must not be filed, it is `quarantined` with its reason; a person releases it (`received` again) or makes it
    `dropped`, which still keeps the row. An agent's answer to a digest is `dropped`, too, once it is carried out.
    """

    RECEIVED = "received"
    FILED = "filed"
    QUARANTINED = "quarantined"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail for one mailbox, as the door hands it to the commit.

    Attributes:
        id: made at the door (uuidv7), since the door may not read back.
        org_id, mailbox_id: whose it is, as the resolver said.
        digest: its identity, see `digest`.
        content: the bytes exactly as received.
        mail_from: return path of the envelope, '' for `<>`.
        recipients: the raw RCPT addresses that led to this mailbox.
        peer: address of the client, None where nobody handed it in. helo: what it called itself, or where it was
            fetched from, None where neither is so.
        protocol: `esmtp`, `esmtps`, `lmtp`, `imaps`, `pop3s`, `pipe`, …, or one of `IMPORTS`.
    """

    id: UUID
    org_id: UUID
    mailbox_id: UUID
    digest: bytes
    content: bytes
    mail_from: str
    recipients: tuple[str, ...]
    peer: str | None
    helo: str | None
    protocol: str


def digest(mailbox_id: UUID, tag: str, content: bytes) -> bytes:
    """The identity of a mail: SHA-256 over mailbox, signed tag and the bytes below the leading trace headers.

    Transport writes `TRACE` headers on top, differently on every way the same mail takes (a second delivery, IMAP
    beside SMTP), so the unbroken run of them at the very top is left out. The same names further down belong to the
    message and count. The tag counts because one mail to two reply addresses is an answer in two tickets.

    Args:
        mailbox_id: the mailbox it came to.
        tag: `models.marks.tag_of` of its recipient.
        content: the bytes as received.
    """
    run = _TRACE_RUN.match(content)
    assert run is not None
    seen = hashlib.sha256(mailbox_id.bytes + tag.encode())
    seen.update(memoryview(content)[run.end() :])
    return seen.digest()


class RawMail(Base):
    """A stored mail; unique per mailbox and digest, its repeats counted instead of stored."""

    __tablename__ = "raw_mail"
    __table_args__ = (
        belongs_to("mailboxes", "mailbox_id"),
        Index("uq_raw_mail_digest", "org_id", "mailbox_id", "digest", unique=True),
        Index("ix_raw_mail_waiting", "ring_at", postgresql_where=text("stage = 'received'")),
        Index("ix_raw_mail_claimed", "id", postgresql_where=text("stage = 'received'")),  # over all organizations
        Index("ix_raw_mail_stage", "org_id", "stage", postgresql_where=text("stage <> 'filed'")),
        Index("ix_raw_mail_ticket_id", "org_id", "ticket_id"),
        # What is filed under a ticket outlives neither it nor the mail: no foreign key, since comments point back here.
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    mailbox_id: Mapped[UUID]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    mail_from: Mapped[str]
    recipients: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    peer: Mapped[str | None] = mapped_column(INET())
    helo: Mapped[str | None]
    protocol: Mapped[str]
    received_at: Mapped[datetime] = now()
    stage: Mapped[str] = mapped_column(domain("mail_stage", *Stage), server_default=text("'received'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    leased_until: Mapped[datetime | None]
    ring_at: Mapped[datetime] = mapped_column(server_default=text("now() + interval '10 seconds'"))
    reason: Mapped[str | None]
    trace: Mapped[list[dict[str, Any]]] = mapped_column(JSONB(), server_default=text("'[]'"))
    repeats: Mapped[int] = mapped_column(server_default=text("0"))
    last_repeat_at: Mapped[datetime | None]
    ticket_id: Mapped[UUID | None]
    comment_id: Mapped[UUID | None]
    processed_at: Mapped[datetime | None]
