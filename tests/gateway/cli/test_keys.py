"""The desk rotates the keys of seals: every secret opens afterwards, no needed key goes, nothing has to restart."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli import find
from models import seal_keys
from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret, take_secret
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change

SECRET = "the secret"


@pytest.fixture
def own_keys(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Keys and an organization that are this test's own, since a rotation is about all of them."""
    ours = tuple(org for org in find.organizations() if org.id == tenant.id)
    monkeypatch.setattr(find, "organizations", lambda slug=None: ours)
    monkeypatch.setattr(seal_keys, "_path", lambda: tmp_path / "seal.json")
    with transaction(tenant.id) as connection:
        put_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD, SECRET)
    return tmp_path / "seal.json"


def opened(tenant: Tenant) -> str | None:
    with transaction(tenant.id) as connection:
        return take_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD)


def test_rotations_keep_what_is_needed_and_forget_the_rest(tenant: Tenant, desk: Desk, own_keys: Path):
    (first,) = desk.json("keys", "list")
    assert first == {"id": first["id"], "is_newest": True, "is_known": True, "rows": 1}
    made = desk.json("keys", "rotate")
    assert made == {"key": made["key"], "sealed": 1, "forgotten": [], "broken": []}
    assert [(one["id"], one["rows"]) for one in desk.json("keys", "list")] == [(made["key"], 1), (first["id"], 0)]
    again = desk.json("keys", "rotate")
    assert again["forgotten"] == [first["id"]]
    assert [one["id"] for one in desk.json("keys", "list")] == [again["key"], made["key"]]
    assert opened(tenant) == SECRET


def test_a_secret_that_does_not_open_keeps_its_key_and_is_said(tenant: Tenant, desk: Desk, own_keys: Path):
    change(tenant, "UPDATE mailbox_tokens SET sealed = sealed || 'x'")
    (first,) = desk.json("keys", "list")
    for _ in range(3):
        said = desk("keys", "rotate")
        assert said.code == 1
        assert "1 could not be opened and stay as they were" in said.err
        assert "`postern mailbox rotate-secret`" in said.err
    assert first in [one | {"is_newest": True} for one in desk.json("keys", "list")]  # known and in use still


def test_a_lost_key_is_seen_in_the_listing(tenant: Tenant, desk: Desk, own_keys: Path):
    (lost,) = desk.json("keys", "list")
    own_keys.unlink()
    new, old = desk.json("keys", "list")
    assert (new["is_newest"], new["is_known"], new["rows"]) == (True, True, 0)
    assert old == {"id": lost["id"], "is_newest": False, "is_known": False, "rows": 1}
    assert str(own_keys) in desk("keys", "list").out


def test_nothing_shows_a_key(tenant: Tenant, desk: Desk, own_keys: Path):
    said = [desk("keys", *words) for words in (("rotate",), ("rotate", "--json"), ("list",), ("list", "--json"))]
    for key in json.loads(own_keys.read_text()):
        assert all(key not in one.out + one.err for one in said)


def test_a_process_that_runs_seals_with_the_new_key(
    tenant: Tenant, desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("POSTERN_DATA", str(tmp_path))
    script = (
        "import uuid\nfrom models.seal import seal\n"
        "while input(): print(seal('x', uuid.UUID(int=0), 'row').key_id, flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1, text=True) as running:

        def sealed(say: str = "go") -> str:
            assert running.stdin
            assert running.stdout
            running.stdin.write(f"{say}\n")
            running.stdin.flush()
            return running.stdout.readline().strip()

        before = sealed()
        monkeypatch.setattr(seal_keys, "_path", lambda: tmp_path / "keys" / "seal.json")
        newest = next(iter(seal_keys.rotate()))
        assert sealed() == newest != before
        assert sealed(say="") == ""
