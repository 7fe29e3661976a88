"""Sealed secrets open only where they were sealed for, with the key that sealed them, unchanged to the last bit."""

import secrets
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.cli.problems import sentence
from models import seal_keys
from models.base import uuid7
from models.mailbox_login import LEAST_SEALED, TokenKind
from models.seal import Broken, seal, signing_key_row, token_row, unseal
from models.settings import Settings
from tests.models.sealing import fresh_keys

ORG, ROW = uuid7(), token_row(uuid7(), TokenKind.IMAP_PASSWORD)
texts = st.text(st.characters(), max_size=200)  # surrogates too, as they come from a terminal
rows = st.builds(token_row, st.uuids(), st.sampled_from(TokenKind)) | st.builds(signing_key_row, st.uuids())


@given(secret=texts, org=st.uuids(), row=rows)
def test_round_trip(instance: Settings, secret: str, org, row):
    made = seal(secret, org, row)
    assert unseal(made.sealed, made.key_id, org, row) == secret
    assert len(made.sealed) == LEAST_SEALED + len(secret.encode("utf-8", "surrogatepass"))


@given(org=st.uuids(), row=rows, other=st.uuids(), another=rows)
def test_a_sealed_value_opens_nowhere_else(instance: Settings, org, row, other, another):
    assume(org != other and row != another)
    made = seal("secret", org, row)
    for owner, place in ((other, row), (org, another), (other, another)):
        with pytest.raises(Broken, match=f"{place} is broken"):
            unseal(made.sealed, made.key_id, owner, place)


def test_a_kind_is_a_row_of_its_own(instance: Settings):
    box = uuid7()
    made = seal("secret", ORG, token_row(box, TokenKind.OAUTH_REFRESH))
    with pytest.raises(Broken):
        unseal(made.sealed, made.key_id, ORG, token_row(box, TokenKind.OAUTH_ACCESS))


@given(secret=st.text(max_size=20), bit=st.integers(0))
def test_any_flipped_bit_is_refused(instance: Settings, secret: str, bit: int):
    made = seal(secret, ORG, ROW)
    changed = bytearray(made.sealed)
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    with pytest.raises(Broken):
        unseal(bytes(changed), made.key_id, ORG, ROW)


@given(kept=st.integers(0, LEAST_SEALED + 5))
def test_what_is_cut_short_is_refused(instance: Settings, kept: int):
    made = seal("secret", ORG, ROW)
    with pytest.raises(Broken):
        unseal(made.sealed[:kept], made.key_id, ORG, ROW)


def test_the_same_secret_never_looks_the_same(instance: Settings):
    assert len({seal("secret", ORG, ROW).sealed[:12] for _ in range(100)}) == 100


def test_an_unknown_key_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with fresh_keys(monkeypatch, tmp_path):
        made = seal("the secret", ORG, ROW)
        (tmp_path / "keys" / "seal.json").unlink()
        seal_keys.keys()  # a new installation makes its own, and they are not taken for the lost ones
        with pytest.raises(Broken) as refused:
            unseal(made.sealed, made.key_id, ORG, ROW)
    said = sentence(refused.value)
    assert said
    assert "restore that from its backup" in said
    assert "`postern mailbox rotate-secret`" in said
    assert str(tmp_path / "keys" / "seal.json") in said
    assert made.key_id in said


def test_keys_in_a_setting_open_what_the_same_keys_sealed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    first, second = secrets.token_hex(32), secrets.token_hex(32)
    with fresh_keys(monkeypatch, tmp_path, seal_keys=first):
        made = seal("secret", ORG, ROW)
    with fresh_keys(monkeypatch, tmp_path, seal_keys=f"{second},\n {first.upper()}"):
        assert unseal(made.sealed, made.key_id, ORG, ROW) == "secret"
        assert seal("secret", ORG, ROW).key_id == seal_keys.name_of(second)
    assert not (tmp_path / "keys").exists()
