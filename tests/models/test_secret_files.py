"""Secrets come from files where a variable names one, and never from two places."""

from pathlib import Path
from typing import Any

import pytest

from gateway.cli.problems import sentence
from models.secret_files import SECRETS, SecretError
from models.settings import Settings


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_be_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "it").write_text("redis://:secret@redis:6379/0\n")
    monkeypatch.setenv(f"POSTERN_{name.upper()}_FILE", str(tmp_path / "it"))
    assert getattr(Settings(), name) == "redis://:secret@redis:6379/0"
    flags: dict[str, Any] = {name: "flag"}
    assert getattr(Settings(**flags), name) == "flag"


def test_the_list_is_what_bears_passwords():
    assert set(SECRETS) == {
        name for name in Settings.model_fields if name.endswith(("_url", "_keys")) or name == "relay"
    } - {"public_url"}


def test_both_at_once_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "it").write_text("smtp://one.test")
    monkeypatch.setenv("POSTERN_RELAY_FILE", str(tmp_path / "it"))
    monkeypatch.setenv("POSTERN_RELAY", "smtp://two.test")
    with pytest.raises(SecretError, match="POSTERN_RELAY and POSTERN_RELAY_FILE are both set"):
        Settings()


def test_an_empty_or_missing_file_does_not_mean_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "it").write_text("\n")
    monkeypatch.setenv("POSTERN_REDIS_URL_FILE", str(tmp_path / "it"))
    with pytest.raises(SecretError, match="is empty"):
        Settings()
    monkeypatch.setenv("POSTERN_REDIS_URL_FILE", str(tmp_path / "nothing"))
    with pytest.raises(FileNotFoundError):
        Settings()


def test_the_desk_says_it_in_one_sentence():
    assert sentence(SecretError("the file is empty")) == "the file is empty"


def test_children_read_the_file_too_wherever_they_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "it").write_text("smtp://one.test")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTERN_RELAY_FILE", "it")
    environment = Settings(data=tmp_path).child_environment()
    assert environment["POSTERN_RELAY_FILE"] == str(tmp_path / "it")
    assert "POSTERN_RELAY" not in environment
    other = Settings(data=tmp_path, relay="smtp://two.test").child_environment()
    assert other["POSTERN_RELAY"] == "smtp://two.test"
    assert "POSTERN_RELAY_FILE" not in other
