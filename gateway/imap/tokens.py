"""Tokens that were renewed are kept before they are used: the server may have withdrawn the old ones."""

from collections.abc import Iterable

from gateway.imap.values import Lease
from gateway.oauth.renew import Kept, store
from models.database import transaction


def keep(lease: Lease, rows: Iterable[Kept]) -> None:
    """Store them, all or none; in a thread.

    Args:
        lease: of their mailbox.
        rows: sealed.
    """
    with transaction(login="fetcher") as connection:
        store(connection, lease.mailbox, lease.holder, rows)
