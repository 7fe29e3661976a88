"""From the console: exit codes, one sentence for each failure, and nothing loaded that help does not need."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import ROOT, Desk, run

CLOSED = "postgresql://who:sesame@127.0.0.1:1/postern"


def test_help_loads_neither_database_nor_settings():
    code = (
        "import sys; from gateway.cli import main; assert main(['--help']) == 0;"
        "sys.exit(bool({'sqlalchemy', 'pydantic', 'celery', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"quarantine" in done.stdout


def test_a_listing_loads_no_celery(instance: Settings):
    code = (
        "import sys; from gateway.cli import main; assert main(['ticket', 'list', '--limit', '1']) == 0;"
        "sys.exit(bool({'celery', 'sqlalchemy.orm', 'flanker'} & set(sys.modules)))"
    )
    environment = instance.child_environment()
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words", [["tickt"], ["ticket", "list", "--nonsense"], ["ticket", "show"], ["--smtp", "x", "up"]]
)
def test_wrong_usage_is_exit_code_2(desk: Desk, words: list[str]):
    assert desk.refuses(*words, code=2)


def test_words_that_are_no_text_are_wrong_usage(desk: Desk):
    assert "not written in UTF-8" in desk.refuses("ticket", "show", "\udcff", code=2)


@pytest.mark.parametrize("words", [["version"], ["--version"]])
def test_the_version_is_said(desk: Desk, words: list[str]):
    assert desk(*words).out.startswith("postern ")


def test_flags_may_stand_before_and_after_the_command(instance: Settings, tenant: Tenant):
    elsewhere = Path("nowhere")
    for words in (
        ["--data", str(instance.home), "org", "list", "--json"],
        ["org", "list", f"--data={instance.home}", "--json"],
    ):
        done = run(*words, data=elsewhere)
        assert done.returncode == 0, done.stderr
        assert tenant.slug in {org["slug"] for org in json.loads(done.stdout)}


def test_a_missing_data_folder_says_how_to_start(tmp_path: Path):
    done = run("ticket", "list", data=tmp_path / "none")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == (
        f"postern: no database in {tmp_path}/none; start it with `postern up --data {tmp_path}/none`\n"
    )


def test_a_database_that_is_away_is_one_sentence_without_its_password(instance: Settings):
    done = run("ticket", "list", data=instance.home, POSTERN_DATABASE_URL=CLOSED)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"127.0.0.1:1 does not answer" in done.stderr
    assert b"sesame" not in done.stderr


def test_a_database_without_logins_says_migrate(tmp_path: Path):
    done = run("ticket", "list", data=tmp_path, POSTERN_DATABASE_URL=CLOSED)
    assert b"run `postern migrate`" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "code", "said"),
    [
        ("POSTERN_SMTP", "25", 2, b"no HOST:PORT"),
        ("POSTERN_DATABASE_URL", "host=db password=sesame", 2, b"is no URL"),
        ("POSTERN_MAX_CONNECTIONS", "many", 1, b"POSTERN_MAX_CONNECTIONS"),
    ],
)
def test_a_malformed_setting_is_one_sentence(tmp_path: Path, name: str, value: str, code: int, said: bytes):
    done = run("ticket", "list", data=tmp_path, **{name: value})
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert b"sesame" not in done.stderr


@pytest.mark.parametrize("words", [["org", "list", "--json"], ["version"]])
def test_nobody_reading_on_is_not_worth_a_word(instance: Settings, words: list[str]):
    reader, writer = os.pipe()
    os.close(reader)
    environment = instance.child_environment()
    command = [sys.executable, "-m", "gateway.cli", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_no_colour_where_there_is_no_terminal(instance: Settings, tenant: Tenant):
    done = run("org", "list", data=instance.home, FORCE_COLOR="1", CLICOLOR_FORCE="1", TERM="xterm-256color")
    assert tenant.slug.encode() in done.stdout
    assert b"\x1b" not in done.stdout
