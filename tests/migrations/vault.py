"""The scene of secrets: a mailbox is given some, its fetcher renews a token, the desk seals all of them anew."""

from datetime import UTC, datetime

from sqlalchemy import text

from gateway.cli.find import organizations
from gateway.oauth.answers import Tokens
from gateway.oauth.renew import store, to_keep
from models.base import uuid7
from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import drop_secrets, put_secret, take_secret
from models.seal import seal, signing_key_row
from tests.migrations.props import Props

SIGNING = text(
    "INSERT INTO signing_keys (org_id, id, domain, selector, algorithm, sealed, key_id, public_key)"
    " VALUES (:org, :id, 'vault.test', 'one', 'ed25519-sha256', :sealed, :key_id, 'p')"
)
MADE = text(
    "INSERT INTO mailboxes (org_id, id, address, name, kind, imap_settings)"
    " VALUES (:org, :id, 'vault@vault.test', 'Vault', 'imap', CAST(:settings AS jsonb))"
)
SETTINGS = '{"host": "imap.test", "user": "vault", "auth": "xoauth2"}'
LEASE = text("SELECT mailbox_id FROM lease_mailbox('vault', '10 minutes')")


def secrets_are_kept(props: Props) -> None:
    """In a mailbox of the first organization; it is paused afterwards, so that no other scene leases it."""
    org, box = organizations()[0].id, uuid7()
    with transaction(org, role="admin") as connection:
        connection.execute(MADE, {"org": org, "id": box, "settings": SETTINGS})
        for kind in (TokenKind.OAUTH_CLIENT, TokenKind.OAUTH_REFRESH, TokenKind.SMTP_PASSWORD):
            put_secret(connection, org, box, kind, f"some {kind}")
        assert take_secret(connection, org, box, TokenKind.OAUTH_CLIENT)
        drop_secrets(connection, org, box, TokenKind.SMTP_PASSWORD)
        made = seal("a signing key", org, signing_key_row(box))
        connection.execute(SIGNING, {"org": org, "id": box, "sealed": made.sealed, "key_id": made.key_id})
    with transaction(login="fetcher") as connection:
        assert connection.scalars(LEASE).all() == [box]
        renewed = Tokens("access", datetime.now(UTC), "refresh")
        store(connection, box, "vault", to_keep(org, box, renewed))
    with transaction(org, role="admin") as connection:
        connection.execute(text("UPDATE mailboxes SET is_active = false WHERE id = :id"), {"id": box})
    assert props.json("keys", "rotate")["sealed"] == 5
    props.json("keys", "list")
