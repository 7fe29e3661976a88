"""The outbox: one row for each letter and recipient, and what each try to send it became."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class State(StrEnum):
    """The life of a letter.

    `queued` is what filing writes. A worker counts the attempt and takes a lease: `sending`. The relay's answer makes
    it `sent`; a 4xx or an unreachable relay makes it `deferred` until `next_try_at`; a 5xx, or five days without
    success, `failed`. With no relay it is `captured` as a file. Silence after the final dot is `unknown`: it is shown
    and not sent again by itself, while a lease that ran out with nothing recorded is sent again under the same
    Message-ID. Later news makes a sent letter `delivered` or `bounced`. One that would keep programs writing to each
    other, or go to a suppressed address, is not sent but `withheld`. A person may put `failed`, `deferred`, `unknown`
    or `withheld` to `queued`.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    FAILED = "failed"
    CAPTURED = "captured"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"


class Letter(StrEnum):
    """The letters that Postern writes; each is a folder under `templates/letters/`. The last five have no ticket."""

    ACKNOWLEDGEMENT = "acknowledgement"
    NOTIFICATION = "notification_to_agent"
    REPLY = "reply_to_customer"
    HELD = "reply_held"
    RETURNED = "letter_returned"
    STAGE = "letter_of_stage"
    NOTICES = "notices"
    FIELDS = "fields_to_correct"
    BROKEN = "mailbox_broken"
    WELL = "mailbox_well"
    VERIFICATION = "verification"
    DIGEST = "quarantine_digest"
    DIGEST_ANSWERED = "digest_answered"


STATE = domain("outgoing_state", *State)
OPEN = "state IN ('queued', 'sending', 'deferred')"


class Outgoing(Base):
    """A letter to one recipient; its Message-ID and handle are fixed when the row is made.

    What we write of our own accord, to the admins, is about no ticket.
    `depth` counts the mails by programs since a person last wrote, this one included; 0 for a person's own words.
    `correspondent_id` is whose mail made a program of ours write, where such letters are counted.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        CheckConstraint("depth >= 0", name="depth"),
        belongs_to("mailboxes", "mailbox_id"),
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("ticket_comments", "comment_id", "CASCADE"),
        belongs_to("profiles", "profile_id", "CASCADE"),
        CheckConstraint("comment_id IS NULL OR ticket_id IS NOT NULL", name="about"),
        belongs_to("profiles", "correspondent_id", "SET NULL"),
        Index("uq_outgoing_handle", "org_id", "handle", unique=True),
        Index("ix_outgoing_due", "next_try_at", postgresql_where=text(OPEN)),
        Index("ix_outgoing_claimed", "id", postgresql_where=text(OPEN)),  # over all organizations
        Index("ix_outgoing_state", "org_id", "state"),
        Index("ix_outgoing_mailbox_id", "org_id", "mailbox_id"),
        Index("ix_outgoing_ticket_id", "org_id", "ticket_id"),
        Index("ix_outgoing_comment_id", "org_id", "comment_id"),
        Index("ix_outgoing_profile_id", "org_id", "profile_id"),
        Index(
            "ix_outgoing_correspondent_id",
            "org_id",
            "correspondent_id",
            "created_at",
            postgresql_where=text("correspondent_id IS NOT NULL"),
        ),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    handle: Mapped[int] = mapped_column(BigInteger)
    mailbox_id: Mapped[UUID]
    ticket_id: Mapped[UUID | None]
    comment_id: Mapped[UUID | None]
    profile_id: Mapped[UUID]
    letter: Mapped[str]
    recipient: Mapped[str]
    recipient_name: Mapped[str] = mapped_column(server_default=text("''"))
    sender_name: Mapped[str] = mapped_column(server_default=text("''"))
    message_id: Mapped[str]
    context: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    state: Mapped[str] = mapped_column(STATE, server_default=text("'queued'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_try_at: Mapped[datetime] = now()
    leased_until: Mapped[datetime | None]
    answer: Mapped[str | None]
    created_at: Mapped[datetime] = now()
    sent_at: Mapped[datetime | None]
    depth: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    correspondent_id: Mapped[UUID | None]


class Delivery(Base):
    """One try to deliver a letter, or a webhook's call, and the server's answer to it."""

    __tablename__ = "deliveries"
    __table_args__ = (
        belongs_to("outgoing", "outgoing_id", "CASCADE"),
        belongs_to("webhook_calls", "call_id", "CASCADE"),
        CheckConstraint("num_nonnulls(outgoing_id, call_id) = 1", name="of_one"),
        Index("ix_deliveries_outgoing_id", "org_id", "outgoing_id"),
        Index("ix_deliveries_call_id", "org_id", "call_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    outgoing_id: Mapped[UUID | None]
    call_id: Mapped[UUID | None]
    at: Mapped[datetime] = now()
    outcome: Mapped[str] = mapped_column(STATE)
    answer: Mapped[str | None]
