"""Mails as the door stores them, from whom and whence a test wishes."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from models.raw_mail import digest
from tests.conftest import Tenant
from workers.inbound.task import receive

STORE = text(
    "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol)"
    " VALUES (:id, :org, :box, :digest, :content, :size, :path, :to, :peer, 'h', 'esmtp')"
)
SEEN = text("SELECT id, stage, reason, trace, ticket_id FROM raw_mail WHERE id = ANY (:ids) ORDER BY id")


def written(sender: str, *headers: str, words: str = "It does not boil.") -> bytes:
    """A mail that differs from every other."""
    head = (f"From: {sender}", "Subject: My kettle", f"Message-ID: <{uuid7().hex}@customer.test>", *headers)
    return "\r\n".join((*head, "", words, "")).encode()


def store(tenant: Tenant, content: bytes, *, path: str = "x@y.test", peer: str = "127.0.0.1", to: str = "") -> UUID:
    """Put a mail into the ledger as the door does."""
    row = {
        "id": uuid7(),
        "org": tenant.id,
        "box": tenant.mailbox,
        "digest": digest(tenant.mailbox, "", content),
        "content": content,
        "size": len(content),
        "path": path,
        "to": [to or tenant.address],
        "peer": peer,
    }
    with transaction(login="gateway") as connection:
        connection.execute(STORE, row)
    return UUID(str(row["id"]))


def file(tenant: Tenant, *ids: UUID) -> list[Any]:
    """Let mails be filed in one batch; what the ledger then says of them."""
    receive([str(one) for one in ids])
    with transaction(tenant.id) as connection:
        return list(connection.execute(SEEN, {"ids": list(ids)}))


def rows(tenant: Tenant, query: str, **values: object) -> list[Any]:
    """Look behind the scenes."""
    with transaction(tenant.id) as connection:
        return list(connection.execute(text(query), values))


def bound(tenant: Tenant, action: str, **bounds: str) -> None:
    """Give the organization bounds of its own."""
    with transaction(tenant.id, role="admin") as connection:
        connection.execute(
            text(
                "UPDATE organization_settings SET policies = jsonb_set(policies, '{limits}',"
                " coalesce(policies -> 'limits', '{}') || jsonb_build_object(CAST(:action AS text),"
                " CAST(:bounds AS jsonb)))"
            ),
            {"action": action, "bounds": json.dumps(bounds)},
        )
