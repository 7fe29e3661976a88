"""A mailbox's secrets: what was put is taken, nothing of it lies in the database as it was, others see nothing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import drop_secrets, put_secret, take_secret
from models.seal import Broken
from tests.conftest import Tenant

ROWS = text("SELECT kind, sealed, expires_at FROM mailbox_tokens ORDER BY kind")


def test_a_secret_replaces_the_one_before(tenant: Tenant):
    ends = datetime(2030, 1, 1, tzinfo=UTC)
    with transaction(tenant.id, role="admin") as connection:
        for secret, end in (("the first", None), ("the second", ends)):
            put_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD, secret, end)
            assert take_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD) == secret
        (row,) = connection.execute(ROWS).all()
        assert (row.kind, row.expires_at) == ("imap_password", ends)
        assert b"second" not in bytes(row.sealed)
        assert take_secret(connection, tenant.id, tenant.mailbox, TokenKind.SMTP_PASSWORD) is None


def test_a_row_that_was_given_another_kind_does_not_open(tenant: Tenant):
    with transaction(tenant.id) as connection:
        put_secret(connection, tenant.id, tenant.mailbox, TokenKind.OAUTH_REFRESH, "secret")
        connection.execute(text("UPDATE mailbox_tokens SET kind = 'imap_password'"))
        with pytest.raises(Broken, match="copied from another row"):
            take_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD)


def test_they_are_forgotten_by_kind_or_all(tenant: Tenant):
    with transaction(tenant.id, role="admin") as connection:
        for kind in TokenKind:
            put_secret(connection, tenant.id, tenant.mailbox, kind, "secret")
        drop_secrets(connection, tenant.id, tenant.mailbox, TokenKind.OAUTH_ACCESS, TokenKind.OAUTH_REFRESH)
        left = {row.kind for row in connection.execute(ROWS)}
        assert left == {"imap_password", "smtp_password", "oauth_client"}
        drop_secrets(connection, tenant.id, tenant.mailbox)
        assert connection.execute(ROWS).all() == []


def test_a_neighbour_takes_nothing(tenant: Tenant, neighbour: Tenant):
    with transaction(tenant.id) as connection:
        put_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD, "secret")
    with transaction(neighbour.id) as connection:
        assert take_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD) is None
        drop_secrets(connection, tenant.id, tenant.mailbox)
    with transaction(tenant.id) as connection:
        assert take_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD) == "secret"
