"""A valid access token for a leased mailbox, renewed some minutes before it ends, by the one process with the lease.

The lease is the lock: nobody else may renew, since a server that rotates refresh tokens takes a second use of an old
one for theft. A new refresh token is stored together with its access token, over the old one, in one transaction; only
then is the access token used. Storing is tried several times, because the old refresh token may be worthless by then.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from gateway.failures import Permanent
from gateway.oauth.answers import Tokens, tokens
from gateway.oauth.client import read
from gateway.oauth.wire import post
from models.mailbox_login import TokenKind
from models.seal import Broken, seal, token_row, unseal

EARLY = timedelta(minutes=5)  # longer than a login and a long fetch take
PAUSES = (1.0, 3.0, 10.0)  # seconds between tries to store
_NEVER = threading.Event()
STORE = text("SELECT store_access_token(:mailbox, :holder, :kind, :sealed, :key_id, :expires_at)")


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of `mailbox_tokens`, as `mailbox_login` hands it out and `store_access_token` takes it.

    Attributes:
        kind: of `TokenKind`.
        sealed, key_id: as stored.
        expires_at: when it stops being of use; None is not known or never.
    """

    kind: str
    sealed: bytes = field(repr=False)
    key_id: str
    expires_at: datetime | None


def access_token(
    org: UUID,
    mailbox: UUID,
    kept: Iterable[Kept],
    store: Callable[[tuple[Kept, ...]], None],
    *,
    anew: bool = False,
    pause: Callable[[float], object] = _NEVER.wait,
) -> str:
    """The access token to log in with.

    Args:
        org: whose mailbox it is.
        mailbox: which; the caller holds its lease for at least `wire.SECONDS` more.
        kept: the mailbox's rows.
        store: stores rows in one transaction, see `store`; called before a new token is returned.
        anew: also if the one that is kept looks valid, since the mail server did not take it.
        pause: waits for so many seconds.

    Raises:
        Permanent: a person has to log in again; the sentence says how.
        Temporary: the token server does not answer, or not with a token.
        sqlalchemy.exc.DBAPIError: what it answered cannot be stored.
    """
    rows = {row.kind: row for row in kept}
    held = rows.get(TokenKind.OAUTH_ACCESS)
    if held and held.expires_at and not anew and held.expires_at - EARLY > datetime.now(UTC):
        return _opened(org, mailbox, held)
    found = _renewed(org, mailbox, rows)
    _insist(lambda: store(to_keep(org, mailbox, found)), pause)
    return found.access


def to_keep(org: UUID, mailbox: UUID, found: Tokens) -> tuple[Kept, ...]:
    """Tokens as rows to store; the refresh token first, since it is the one that cannot be had again."""
    refresh = (TokenKind.OAUTH_REFRESH, found.refresh, found.refresh_expires_at)
    access = (TokenKind.OAUTH_ACCESS, found.access, found.expires_at)
    rows = [refresh, access] if found.refresh else [access]
    return tuple(_sealed(org, mailbox, kind, token, end) for kind, token, end in rows)


def store(connection: Connection, mailbox: UUID, holder: str, rows: Iterable[Kept]) -> None:
    """Store rows of a leased mailbox; the caller ends the transaction.

    Args:
        connection: of the login `fetcher`.
        mailbox: which.
        holder: of its lease.
        rows: access and refresh tokens.
    """
    for row in rows:
        said: dict[str, Any] = {"kind": row.kind, "sealed": row.sealed, "key_id": row.key_id}
        connection.execute(STORE, {"mailbox": mailbox, "holder": holder, "expires_at": row.expires_at, **said})


def _renewed(org: UUID, mailbox: UUID, rows: Mapping[str, Kept]) -> Tokens:
    if missing := {TokenKind.OAUTH_CLIENT, TokenKind.OAUTH_REFRESH} - rows.keys():
        raise Permanent(f"the mailbox has no {min(missing)}; log in again with `postern mailbox rotate-secret`")
    client = read(_opened(org, mailbox, rows[TokenKind.OAUTH_CLIENT]))
    secret = _opened(org, mailbox, rows[TokenKind.OAUTH_REFRESH])
    return tokens(post(client.provider.token, client.form(grant_type="refresh_token", refresh_token=secret)))


def _opened(org: UUID, mailbox: UUID, row: Kept) -> str:
    try:
        return unseal(row.sealed, row.key_id, org, token_row(mailbox, row.kind))
    except Broken as broken:
        raise Permanent(str(broken)) from None


def _sealed(org: UUID, mailbox: UUID, kind: str, token: str, expires_at: datetime | None) -> Kept:
    made = seal(token, org, token_row(mailbox, kind))
    return Kept(kind, made.sealed, made.key_id, expires_at)


def _insist(act: Callable[[], None], pause: Callable[[float], object]) -> None:
    for seconds in PAUSES:
        try:
            return act()
        except DBAPIError:
            pause(seconds)
    return act()
