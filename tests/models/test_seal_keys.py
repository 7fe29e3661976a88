"""The keys of seals: made once whoever asks, private, rotated without losing one, and read anew by everybody."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from models import seal_keys
from models.secret_files import SecretError
from tests.models.sealing import fresh_keys

ASK = "from models import seal_keys; print(*seal_keys.keys())"


def test_they_are_made_once_and_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with fresh_keys(monkeypatch, tmp_path):
        made = seal_keys.keys()
        assert [len(key) for key in made.values()] == [32]
        assert seal_keys.keys() == made
    files = [(tmp_path / "keys" / name, 0o600) for name in ("seal.json", "seal.lock")]
    for path, mode in ((tmp_path / "keys", 0o700), *files):
        assert stat.S_IMODE(path.stat().st_mode) == mode


def test_processes_that_ask_at_once_make_one_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("POSTERN_DATA", str(tmp_path))
    asking = [subprocess.Popen([sys.executable, "-c", ASK], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({process.communicate(timeout=60)[0] for process in asking}) == 1
    assert len(json.loads((tmp_path / "keys" / "seal.json").read_text())) == 1


def test_a_rotation_puts_a_key_first_and_keeps_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with fresh_keys(monkeypatch, tmp_path):
        first = seal_keys.keys()
        second = seal_keys.rotate()
        assert list(second.items())[1:] == list(first.items())
        assert seal_keys.keys() == second


def test_the_newest_two_are_never_forgotten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with fresh_keys(monkeypatch, tmp_path):
        seal_keys.keys()
        for _ in range(3):
            made = seal_keys.rotate()
        names = list(made)
        seal_keys.forget({names[0], names[1], names[3]})
        assert list(seal_keys.keys()) == names[:3]


def test_a_reader_need_not_write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with fresh_keys(monkeypatch, tmp_path):
        made = seal_keys.keys()
        (tmp_path / "keys" / "seal.lock").unlink()
        assert seal_keys.keys() == made
        assert not (tmp_path / "keys" / "seal.lock").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "[1]", '["short"]', '["' + "0" * 63 + '"]'])
def test_a_damaged_file_is_said_and_never_written_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "seal.json").write_text(text)
    with fresh_keys(monkeypatch, tmp_path):
        for ask in (seal_keys.keys, seal_keys.rotate):
            with pytest.raises(SecretError, match=r"seal\.json"):
                ask()
    assert (tmp_path / "keys" / "seal.json").read_text() == text


@pytest.mark.parametrize("said", ["", "secretsecret", "0" * 64 + ",x"])
def test_a_setting_that_holds_no_key_is_refused_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
):
    with fresh_keys(monkeypatch, tmp_path, seal_keys=said), pytest.raises(SecretError) as refused:
        seal_keys.keys()
    assert "POSTERN_SEAL_KEYS" in str(refused.value)
    assert "secretsecret" not in repr(refused.value)
    assert "0" * 64 not in repr(refused.value)


def test_keys_in_a_setting_are_the_operators_to_rotate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with fresh_keys(monkeypatch, tmp_path, seal_keys="ab" * 32), pytest.raises(SecretError, match="openssl rand"):
        seal_keys.rotate()
