"""Rows are sealed anew in batches; each opens afterwards, and what does not open stays as it is and stops nothing."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from models import reseal as module
from models import seal_keys
from models.base import uuid7
from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret, take_secret
from models.reseal import FIRST, SHELVES, Shelf, reseal, used_keys
from models.seal import seal, signing_key_row, unseal
from models.tenancy import add_mailbox
from models.webhook import new_secret, open_secret
from tests.conftest import Tenant

TOKENS, KEYS, WEBHOOKS = SHELVES
SIGNING = text(
    "INSERT INTO signing_keys (org_id, id, domain, selector, algorithm, sealed, key_id, public_key)"
    " VALUES (:org, :id, 'x.test', :selector, 'ed25519-sha256', :sealed, :key_id, 'p')"
)


@pytest.fixture(autouse=True)
def own_file(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Keys of this test's own, so that no other test meets the new one."""
    monkeypatch.setattr(seal_keys, "_path", lambda: tmp_path / "seal.json")
    seal_keys.keys()


def all_of(tenant: Tenant, shelf: Shelf) -> tuple[int, list[str], int]:
    """Everything, as the desk does it: how many, why others not, and in how many batches."""
    sealed, broken, last, batches = 0, list[str](), FIRST, 0
    while True:
        with transaction(tenant.id) as connection:
            batch = reseal(connection, tenant.id, shelf, last)
        if batch.last is None:
            return sealed, broken, batches
        sealed, last, batches = sealed + batch.sealed, batch.last, batches + 1
        broken += batch.broken


def fill(tenant: Tenant, mailboxes: int) -> dict[tuple[UUID, TokenKind], str]:
    put = {}
    with transaction(tenant.id) as connection:
        for number in range(mailboxes):
            box = add_mailbox(connection, tenant.id, f"m{number}@{tenant.domain}", "M")
            for kind in (TokenKind.IMAP_PASSWORD, TokenKind.OAUTH_ACCESS):
                put[box, kind] = f"secret {number} {kind}"
                put_secret(connection, tenant.id, box, kind, put[box, kind])
    return put


def test_every_token_has_the_new_key_and_opens(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    put = fill(tenant, 5)
    monkeypatch.setattr(module, "BATCH", 3)
    newest = next(iter(seal_keys.rotate()))
    assert all_of(tenant, TOKENS) == (10, [], 4)
    assert all_of(tenant, TOKENS) == (0, [], 0)
    with transaction(tenant.id) as connection:
        assert used_keys(connection, tenant.id) == {newest: 10}
        assert {found: take_secret(connection, tenant.id, *found) for found in put} == put


def test_signing_keys_too(tenant: Tenant):
    ids = [uuid7() for _ in range(3)]
    with transaction(tenant.id) as connection:
        for place, key in enumerate(ids):
            made = seal(f"key {place}", tenant.id, signing_key_row(key))
            said = {"org": tenant.id, "id": key, "selector": f"s{place}"}
            connection.execute(SIGNING, {**said, "sealed": made.sealed, "key_id": made.key_id})
    newest = next(iter(seal_keys.rotate()))
    assert all_of(tenant, KEYS) == (3, [], 1)
    with transaction(tenant.id) as connection:
        rows = connection.execute(text("SELECT id, sealed, key_id FROM signing_keys ORDER BY id")).all()
    assert {row.key_id for row in rows} == {newest}
    opened = [unseal(row.sealed, row.key_id, tenant.id, signing_key_row(row.id)) for row in rows]
    assert opened == ["key 0", "key 1", "key 2"]


def test_what_does_not_open_stays_and_stops_nothing(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    put = fill(tenant, 3)
    monkeypatch.setattr(module, "BATCH", 1)
    bad = min(put)
    with transaction(tenant.id) as connection:
        spoil = (
            "UPDATE mailbox_tokens SET sealed = sealed || 'x' WHERE mailbox_id = :id AND kind = :kind RETURNING sealed"
        )
        before = connection.scalar(text(spoil), {"id": bad[0], "kind": bad[1]})
    seal_keys.rotate()
    sealed, broken, _ = all_of(tenant, TOKENS)
    assert (sealed, len(broken)) == (5, 1)
    assert str(bad[0]) in broken[0]
    with transaction(tenant.id) as connection:
        kept = "SELECT sealed FROM mailbox_tokens WHERE mailbox_id = :id AND kind = :kind"
        assert connection.scalar(text(kept), {"id": bad[0], "kind": bad[1]}) == before


def test_a_neighbours_rows_are_not_touched(tenant: Tenant, neighbour: Tenant):
    fill(neighbour, 1)
    older = next(iter(seal_keys.keys()))
    seal_keys.rotate()
    assert all_of(tenant, TOKENS) == (0, [], 0)
    with transaction(neighbour.id) as connection:
        assert used_keys(connection, neighbour.id) == {older: 2}


def test_secrets_of_webhooks_too(tenant: Tenant):
    put = text("INSERT INTO webhooks (org_id, id, name, url) VALUES (:org, :id, :name, 'https://x.test')")
    ids = [uuid7() for _ in range(3)]
    with transaction(tenant.id) as connection:
        for place, webhook in enumerate(ids):
            connection.execute(put, {"org": tenant.id, "id": webhook, "name": f"w{place}"})
        secrets = {webhook: new_secret(connection, tenant.id, webhook) for webhook in ids[1:]}
    newest = next(iter(seal_keys.rotate()))
    assert all_of(tenant, WEBHOOKS) == (2, [], 1)
    with transaction(tenant.id) as connection:
        rows = connection.execute(text("SELECT id, sealed_secret, key_id FROM webhooks ORDER BY id")).all()
        assert used_keys(connection, tenant.id) == {newest: 2}
    assert {row.id: open_secret(tenant.id, row.id, row) for row in rows} == {ids[0]: None, **secrets}
