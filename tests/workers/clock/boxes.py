"""Mailboxes that break and recover, and the letters that follow."""

import email
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

from sqlalchemy import text

from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.imap import Access, mailbox
from workers.outbound.task import send


def change(tenant: Tenant, changes: str, box: UUID) -> None:
    with transaction(tenant.id) as connection:
        connection.exec_driver_sql(f"UPDATE mailboxes SET {changes} WHERE id = '{box}'")


def broken(tenant: Tenant, name: str = "fetched") -> UUID:
    """A mailbox that has failed for long; nobody fetches from it."""
    box = mailbox(tenant, Access(1), name=name)
    change(tenant, "failing_since = now() - interval '1 hour', last_error_at = now(), last_error = 'it is gone'", box)
    return box


def recover(tenant: Tenant, box: UUID) -> None:
    """It is well, and has been for a while."""
    change(tenant, "failing_since = NULL, last_error_at = now() - interval '11 minutes', last_seen_at = now()", box)


def letters(tenant: Tenant) -> list[tuple[str, str]]:
    """What was queued: which letter and for whom, oldest first."""
    return [(row["letter"], row["recipient"]) for row in outbox(tenant)]


def outbox(tenant: Tenant) -> list[dict[str, Any]]:
    with transaction(tenant.id) as connection:
        return [dict(row) for row in connection.execute(text("SELECT * FROM outgoing ORDER BY id")).mappings()]


def sent(instance: Settings, row: dict[str, Any]) -> EmailMessage:
    """The letter as it went out; there is no relay, so it is a file."""
    send([str(row["id"])])
    content = (instance.home / "capture" / f"{row['id']}.eml").read_bytes()
    found = email.message_from_bytes(content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def words(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert isinstance(part, EmailMessage)
    found: str = part.get_content()
    return found
