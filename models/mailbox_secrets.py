"""The secrets of one mailbox for who acts in its organization (the desk, the workers): sealed in, opened out.

What fetches goes another way: it may only ask for a leased mailbox's, see the functions `mailbox_login` and
`store_access_token`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from models.mailbox_login import TokenKind
from models.seal import seal, token_row, unseal

_PUT = text(
    "INSERT INTO mailbox_tokens (org_id, mailbox_id, kind, sealed, key_id, expires_at)"
    " VALUES (:org, :mailbox, :kind, :sealed, :key_id, :expires_at)"
    " ON CONFLICT (org_id, mailbox_id, kind) DO UPDATE"
    " SET sealed = EXCLUDED.sealed, key_id = EXCLUDED.key_id, expires_at = EXCLUDED.expires_at"
)
_TAKE = text("SELECT sealed, key_id FROM mailbox_tokens WHERE org_id = :org AND mailbox_id = :mailbox AND kind = :kind")
_DROP = text("DELETE FROM mailbox_tokens WHERE org_id = :org AND mailbox_id = :mailbox AND kind = ANY (:kinds)")


def put_secret(
    connection: Connection, org: UUID, mailbox: UUID, kind: TokenKind, secret: str, expires_at: datetime | None = None
) -> None:
    """Store a secret of a mailbox, over the one it had.

    Args:
        connection: in the context of `org`, as admin or system; the caller ends it.
        org: whose mailbox it is.
        mailbox: which.
        kind: what the secret opens.
        secret: as it was given.
        expires_at: when it stops being of use, if that is known.
    """
    made = seal(secret, org, token_row(mailbox, kind))
    said = {"org": org, "mailbox": mailbox, "kind": kind, "expires_at": expires_at}
    connection.execute(_PUT, {**said, "sealed": made.sealed, "key_id": made.key_id})


def take_secret(connection: Connection, org: UUID, mailbox: UUID, kind: TokenKind) -> str | None:
    """A secret of a mailbox, None if it has none of that kind; arguments as `put_secret`.

    Raises:
        Broken: it cannot be opened.
    """
    row = connection.execute(_TAKE, {"org": org, "mailbox": mailbox, "kind": kind}).one_or_none()
    return None if row is None else unseal(row.sealed, row.key_id, org, token_row(mailbox, kind))


def drop_secrets(connection: Connection, org: UUID, mailbox: UUID, *kinds: TokenKind) -> None:
    """Forget secrets of a mailbox: all of them unless kinds are named; arguments as `put_secret`.

    Who changes the host of a mailbox does this first, or the new host would be told the password of the old one.
    """
    connection.execute(_DROP, {"org": org, "mailbox": mailbox, "kinds": [str(kind) for kind in kinds or TokenKind]})
