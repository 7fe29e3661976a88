"""Which mails of a maildrop (POP3) are not fetched again; the fetcher writes them down by functions of its own."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Connection, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, now, organization

_LEAVE = text(
    "INSERT INTO mailbox_uidls (org_id, mailbox_id, uidl, size, taken)"
    " SELECT :org, :mailbox, t.uidl, t.size, false FROM unnest(CAST(:uidls AS text[]), CAST(:sizes AS bigint[]))"
    " AS t (uidl, size) ON CONFLICT DO NOTHING"
)
_TAKE = text("DELETE FROM mailbox_uidls WHERE mailbox_id = :mailbox AND NOT taken")


class MailboxUidl(Base):
    """A mail that lies in a maildrop (POP3) and is not fetched again, by the unique-id that the server gave it.

    It was `taken`, or it lay there when the mailbox was added and is left alone. The row goes when the mail does: a
    server may give the id to another one then. `size` is the server's word at the time.
    """

    __tablename__ = "mailbox_uidls"
    __table_args__ = (
        belongs_to("mailboxes", "mailbox_id", "CASCADE"),
        CheckConstraint("uidl ~ '^[!-~]{1,70}$'", name="uidl"),
        CheckConstraint("size >= 0", name="size"),
    )

    org_id: Mapped[UUID] = organization()
    mailbox_id: Mapped[UUID] = mapped_column(primary_key=True)
    uidl: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    taken: Mapped[bool] = mapped_column(server_default=text("true"))
    seen_at: Mapped[datetime] = now()


def leave_alone(connection: Connection, org: UUID, mailbox: UUID, there: Mapping[str, int]) -> None:
    """Have old mails left alone: they are neither fetched nor deleted.

    Args:
        connection: in the context of `org`, as admin or system; the caller ends it.
        org: whose mailbox it is.
        mailbox: which.
        there: sizes by unique-id of what lies in its maildrop.
    """
    said = {"org": org, "mailbox": mailbox, "uidls": list(there), "sizes": list(there.values())}
    connection.execute(_LEAVE, said)


def take_all(connection: Connection, mailbox: UUID) -> None:
    """Leave no old mail alone any more.

    Args:
        connection: as for `leave_alone`.
        mailbox: which.
    """
    connection.execute(_TAKE, {"mailbox": mailbox})
