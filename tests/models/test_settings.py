"""Flags win over variables, variables over what the running instance wrote, that over the defaults."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from models import settings as module
from models.settings import DEFAULT_HTTP, Settings, write_private


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_overrides", {})
    module.settings.cache_clear()
    yield module
    monkeypatch.undo()
    module.settings.cache_clear()


def test_order(fresh, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "postern.json").write_text(json.dumps({"smtp": "127.0.0.1:1", "http": "127.0.0.1:2"}))
    monkeypatch.setenv("POSTERN_DATA", str(tmp_path))
    assert fresh.settings().smtp == "127.0.0.1:1"
    monkeypatch.setenv("POSTERN_SMTP", "127.0.0.1:3")
    fresh.settings.cache_clear()
    assert (fresh.settings().smtp, fresh.settings().http) == ("127.0.0.1:3", "127.0.0.1:2")
    assert fresh.configure(smtp="127.0.0.1:4", http=None).smtp == "127.0.0.1:4"


def test_a_broken_instance_file_is_no_reason_to_fail(fresh, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "postern.json").write_text("{")
    monkeypatch.setenv("POSTERN_DATA", str(tmp_path))
    assert fresh.settings().http == DEFAULT_HTTP


def test_urls(tmp_path: Path):
    embedded = Settings(data=tmp_path)
    with pytest.raises(LookupError, match="postern up"):
        embedded.url("app")
    secret = embedded.make_passwords()["postern_app"]
    assert embedded.url("app").startswith(f"postgresql://postern_app:{secret}@/postern?host=")
    outside = Settings(data=tmp_path, database_url="postgresql://boss:pw@db.test:6432/helpdesk?sslmode=require")
    assert outside.url("admin") == "postgresql://boss:pw@db.test:6432/helpdesk?sslmode=require"
    assert outside.url("app") == f"postgresql://postern_app:{secret}@db.test:6432/helpdesk?sslmode=require"
    assert Settings(data=tmp_path, app_database_url="postgresql://a@b/c").url("app") == "postgresql://a@b/c"
    assert Settings(data=tmp_path, fetcher_database_url="postgresql://f@b/c").url("fetcher") == "postgresql://f@b/c"


def test_logins_that_came_later_get_a_password_and_no_other_is_changed(tmp_path: Path):
    known = {"superuser": "s", "postern_admin": "m", "postern_app": "a", "postern_gateway": "g"}
    write_private(tmp_path / "keys" / "database.json", json.dumps(known))
    settings = Settings(data=tmp_path)
    with pytest.raises(LookupError, match="postern migrate"):
        settings.url("fetcher")
    made = settings.make_passwords()
    assert made.items() > known.items()
    assert made.keys() - known.keys() == {"postern_fetcher"}
    assert len(made["postern_fetcher"]) >= 32
    assert f"postern_fetcher:{made['postern_fetcher']}@" in settings.url("fetcher")
    assert settings.make_passwords() == made
    assert stat.S_IMODE((tmp_path / "keys" / "database.json").stat().st_mode) == 0o600


def test_a_password_that_no_migration_gives_is_not_invented(tmp_path: Path):
    write_private(tmp_path / "keys" / "database.json", json.dumps({"postern_app": "a"}))
    assert Settings(data=tmp_path).make_passwords().keys() == {"postern_app", "postern_gateway", "postern_fetcher"}


def test_secrets_are_for_the_owner_only(tmp_path: Path):
    path = tmp_path / "keys" / "it.json"
    write_private(path, "secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_text() == "secret"


def test_children_get_the_same_configuration(tmp_path: Path):
    environment = Settings(data=tmp_path, smtp="127.0.0.1:7", verbose=True).child_environment()
    assert environment["POSTERN_DATA"] == str(tmp_path)
    assert environment["POSTERN_SMTP"] == "127.0.0.1:7"
    assert "POSTERN_HTTP" not in environment


def test_the_migration_gives_the_passwords_that_urls_state_and_makes_the_others(tmp_path: Path):
    urls: dict[str, Any] = {
        "app_database_url": "postgresql://postern_app:a%40b@db.test/helpdesk",
        "gateway_database_url": "postgresql://postern_gateway:door@db.test/helpdesk",
    }
    some = Settings(data=tmp_path, **urls).role_passwords()
    assert (some["postern_app"], some["postern_gateway"]) == ("a@b", "door")
    assert len(some["postern_fetcher"]) >= 32
    assert some["postern_fetcher"] == Settings(data=tmp_path).passwords()["postern_fetcher"]


def test_with_all_urls_given_nothing_is_written_and_foreign_logins_are_left_alone(tmp_path: Path):
    urls: dict[str, Any] = {
        "app_database_url": "postgresql://postern_app:a@db.test/helpdesk",
        "gateway_database_url": "postgresql://somebody:b@db.test/helpdesk",
        "fetcher_database_url": "postgresql://postern_fetcher@db.test/helpdesk",
    }
    assert Settings(data=tmp_path / "none", **urls).role_passwords() == {"postern_app": "a"}
    assert not (tmp_path / "none").exists()
