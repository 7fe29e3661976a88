"""Where an organization wants to be told by HTTP, and each call that is to be made, which is a row of the outbox."""

import secrets
from base64 import b64encode
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Connection,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Row,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization
from models.outgoing import OPEN, State
from models.seal import seal, unseal, webhook_row

PREFIX = "whsec_"
SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64
STAGE = "ticket.stage_entered"
TEST = "webhook.test"
_PUT = text("UPDATE webhooks SET sealed_secret = :sealed, key_id = :key_id WHERE org_id = :org AND id = :id")


class Event(StrEnum):
    """What a webhook may ask to be told of; a stage's hook calls it whatever it asks for.

    A ticket that comes in is `created`, and its first message is `commented`, too. `commented` says of an internal note
    that there is one. Nothing is told of what was imported.
    """

    CREATED = "ticket.created"
    COMMENTED = "ticket.commented"
    ASSIGNED = "ticket.assigned"
    RESOLVED = "ticket.resolved"
    CLOSED = "ticket.closed"


class Webhook(Base):
    """Where an organization wants to be told by HTTP; the secret that signs the calls is sealed."""

    __tablename__ = "webhooks"
    __table_args__ = (
        Index("uq_webhooks_name", "org_id", text("lower(name)"), unique=True),
        CheckConstraint("url ~ '^https?://'", name="url"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    url: Mapped[str]
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_id: Mapped[str | None]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class WebhookCall(Base):
    """One call of a webhook; its identifier is the Webhook-Id of each try, by which the receiver tells repeats.

    Its states are those of a letter (`models.outgoing.State`), but for what comes back later. What was said to it with
    2xx is `sent`. One that was refused, or got no answer, is `deferred` until `next_try_at`, for five days, then
    `failed`; so is one that hears 410. Since the receiver can tell repeats, silence after the request is tried again,
    and only the try is `unknown` (`deliveries`). While the webhook is paused its calls are `withheld`. A person may put
    what is `failed`, `deferred` or `withheld` to `queued`.

    What it tells is no part of the row: it is read from the revision that it is about, which stays as it was.
    """

    __tablename__ = "webhook_calls"
    __table_args__ = (
        belongs_to("webhooks", "webhook_id", "CASCADE"),
        ForeignKeyConstraint(
            ["org_id", "ticket_id", "history_id"],
            ["ticket_history.org_id", "ticket_history.ticket_id", "ticket_history.id"],
            ondelete="CASCADE",
        ),
        belongs_to("ticket_comments", "comment_id", "CASCADE"),
        belongs_to("workflow_stage_hooks", "hook_id", "SET NULL"),
        CheckConstraint("(ticket_id IS NULL) = (history_id IS NULL)", name="about"),
        Index("ix_webhook_calls_webhook_id", "org_id", "webhook_id"),
        Index("ix_webhook_calls_ticket_id", "org_id", "ticket_id", "history_id"),
        Index("ix_webhook_calls_comment_id", "org_id", "comment_id"),
        Index("ix_webhook_calls_hook_id", "org_id", "hook_id"),
        Index("ix_webhook_calls_due", "next_try_at", postgresql_where=text(OPEN)),  # over all organizations
        Index("ix_webhook_calls_open", "webhook_id", "id", postgresql_where=text(OPEN)),  # as above
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    webhook_id: Mapped[UUID]
    event: Mapped[str]
    ticket_id: Mapped[UUID | None]
    history_id: Mapped[UUID | None]
    comment_id: Mapped[UUID | None]
    hook_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(domain("outgoing_state", *State), server_default=text("'queued'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_try_at: Mapped[datetime] = now()
    leased_until: Mapped[datetime | None]
    answer: Mapped[str | None]
    created_at: Mapped[datetime] = now()
    sent_at: Mapped[datetime | None]


def new_secret(connection: Connection, org: UUID, webhook: UUID) -> str:
    """Make a secret for a webhook, over the one it had, and answer it this once.

    Args:
        connection: in the context of `org`, as admin or system; the caller ends it.
        org: whose webhook it is.
        webhook: which.

    Returns:
        It as Standard Webhooks writes it: `whsec_` and base64.
    """
    secret = PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    made = seal(secret, org, webhook_row(webhook))
    connection.execute(_PUT, {"org": org, "id": webhook, "sealed": made.sealed, "key_id": made.key_id})
    return secret


def open_secret(org: UUID, webhook: UUID, row: Row[Any]) -> str | None:
    """The secret of a webhook, None if it has none.

    Args:
        org: whose webhook it is.
        webhook: which.
        row: with its `sealed_secret` and `key_id`.

    Raises:
        models.seal.Broken: it cannot be opened.
    """
    if row.sealed_secret is None:
        return None
    return unseal(row.sealed_secret, row.key_id or "", org, webhook_row(webhook))
