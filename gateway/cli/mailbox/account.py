"""A mailbox at a provider while the desk deals with it: where it is, who we are there, and what opens it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from gateway.cli import find
from gateway.discovery.values import Protocol, Server
from gateway.imap.values import Lease, Login
from gateway.oauth.answers import Tokens
from gateway.oauth.client import Client
from models.base import uuid7
from models.fetching import After, Fetching
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret
from models.mailbox_uidls import leave_alone, take_all

_SET = text(
    "UPDATE mailboxes SET kind = :kind, imap_settings = CAST(:imap AS jsonb), smtp_settings = CAST(:smtp AS jsonb),"
    " settings = settings || jsonb_build_object('fetch', CAST(:fetch AS jsonb)) WHERE id = :mailbox"
)
_SAME = text(
    "SELECT count(*) FROM mailboxes WHERE id = :mailbox AND kind = 'pop3'"
    " AND imap_settings ->> 'host' = :host AND imap_settings ->> 'user' = :user"
)
TAKE = "take"  # what `fetch.old` may say


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens a mailbox.

    Attributes:
        password: told by a person, or
        client, tokens: of a sign-in by OAuth.
    """

    password: str = field(default="", repr=False)
    client: Client | None = None
    tokens: Tokens | None = None

    @property
    def shown(self) -> str:
        """What the server is told: the password, or an access token."""
        return self.tokens.access if self.tokens else self.password


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox at a provider.

    Attributes:
        address: what customers write to.
        imap: where its mail is. smtp: where its owner hands mail in, None for nowhere.
        auth: `password`, `xoauth2` or `oauthbearer`.
        secret: what opens it.
        folders: that are read.
        fetch: what is done with mails, as in `models.fetching`; `old` says what about those in a maildrop by now.
        advice: what its provider wants before a login works.
        protocol: how mail is read.
        there: sizes by unique-id of what lay in the maildrop when it was tried out (POP3).
    """

    address: str
    imap: Server
    smtp: Server | None
    auth: str
    secret: Secret
    folders: tuple[str, ...] = ("INBOX",)
    fetch: Mapping[str, str] = field(default_factory=dict)
    advice: str = ""
    protocol: Protocol = "imap"
    there: dict[str, int] = field(default_factory=dict)

    def login(self) -> Login:
        """As the IMAP door logs in; nothing of it is leased."""
        nobody, now = uuid7(), datetime.now(UTC)
        return Login(
            lease=Lease(nobody, nobody, ""),
            address=self.address,
            host=self.imap.host,
            port=self.imap.port,
            starttls=self.imap.tls == "starttls",
            user=self.imap.user,
            auth=self.auth,
            folders=self.folders,
            secrets=(),
            fetching=Fetching(After.LEAVE, "", now),
            protocol=self.protocol,
        )

    def as_user(self, user: str) -> "Account":
        """The same with another login."""
        return replace(self, imap=replace(self.imap, user=user), smtp=self.smtp and replace(self.smtp, user=user))

    def store(self, connection: Connection, org: find.Org, mailbox: UUID) -> None:
        """Write down where the mailbox is and what opens it; the caller ends the transaction.

        The servers come first: a change of theirs forgets the secrets there were. What lies in a maildrop by then is
        left alone, but not what came to one that was fetched before.

        Args:
            connection: in the context of `org`, as admin.
            org: whose mailbox it is.
            mailbox: its identifier.
        """
        imap = {**_said(self.imap, self.auth), "folders": list(self.folders)}
        smtp = _said(self.smtp, self.auth) if self.smtp else {}
        said = {"imap": json.dumps(imap), "smtp": json.dumps(smtp), "fetch": json.dumps(dict(self.fetch))}
        same = connection.scalar(_SAME, {"mailbox": mailbox, "host": self.imap.host, "user": self.imap.user})
        connection.execute(_SET, {**said, "kind": self.protocol, "mailbox": mailbox})
        if self.protocol == "pop3" and self.fetch.get("old") == TAKE:
            take_all(connection, mailbox)
        elif self.protocol == "pop3" and not same:
            leave_alone(connection, org.id, mailbox, self.there)
        self.store_secret(connection, org, mailbox)

    def store_secret(self, connection: Connection, org: find.Org, mailbox: UUID) -> None:
        """Write down what opens the mailbox; arguments as `store`."""
        secret = self.secret
        if secret.client and secret.tokens:
            tokens = secret.tokens
            put_secret(connection, org.id, mailbox, TokenKind.OAUTH_CLIENT, secret.client.text())
            if tokens.refresh:
                end = tokens.refresh_expires_at
                put_secret(connection, org.id, mailbox, TokenKind.OAUTH_REFRESH, tokens.refresh, end)
            put_secret(connection, org.id, mailbox, TokenKind.OAUTH_ACCESS, tokens.access, tokens.expires_at)
            return
        put_secret(connection, org.id, mailbox, TokenKind.IMAP_PASSWORD, secret.password)
        if self.smtp:
            put_secret(connection, org.id, mailbox, TokenKind.SMTP_PASSWORD, secret.password)


def _said(server: Server, auth: str) -> dict[str, object]:
    return {"host": server.host, "port": server.port, "tls": server.tls, "user": server.user, "auth": auth}
