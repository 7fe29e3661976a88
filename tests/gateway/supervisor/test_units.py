"""The systemd units run the commands of the table, each with its own secrets, and systemd itself finds them good."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.supervisor import PROCESSES
from gateway.supervisor.units import HOME, LOW_PORTS, MIGRATION, units
from tests.composed import SERVICES

PYTHON = sys.executable
EACH = pytest.mark.parametrize("row", PROCESSES, ids=lambda row: row.name)


class Unit:
    """A unit as systemd reads it: a key may stand more than once."""

    def __init__(self, text: str) -> None:
        self.lines = [line.partition("=")[::2] for line in text.splitlines() if "=" in line]

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.lines if name == key]

    def one(self, key: str) -> str:
        (value,) = self.all(key)
        return value


def unit(name: str) -> Unit:
    return Unit(units(PYTHON)[f"postern-{name}.service"])


@EACH
def test_commands_are_those_of_the_table(row):
    said = unit(row.name).one("ExecStart").replace("%%", "%").split()
    assert said == [PYTHON if word == "python" else word.replace("{data}", HOME) for word in row.argv]
    assert unit(row.name).one("KillSignal") == row.stop_signal.name


def test_there_is_one_for_each_row_and_the_migration_and_all_are_wanted():
    rows = {f"postern-{row.name}.service" for row in (*PROCESSES, MIGRATION)}
    assert units(PYTHON).keys() == rows | {"postern.target"}
    assert set(Unit(units(PYTHON)["postern.target"]).one("Wants").split()) == rows


@pytest.mark.parametrize("row", [*PROCESSES, MIGRATION], ids=lambda row: row.name)
def test_each_gets_the_secrets_of_its_row_as_compose_does(row):
    loaded = [one.partition(":")[0] for one in unit(row.name).all("LoadCredential")]
    assert loaded == list(row.secrets)
    told = {one for one in unit(row.name).all("Environment") if "_FILE=" in one}
    assert told == {f"POSTERN_{name.upper()}_FILE=%d/{name}" for name in loaded}
    assert set(loaded) == {name for name in SERVICES[row.name]["secrets"] if not name.startswith("tls_")}


@EACH
def test_only_the_door_may_open_low_ports_and_all_come_back(row):
    ambient = unit(row.name).all("AmbientCapabilities")
    assert ambient == ([LOW_PORTS] if "smtp" in row.listens else [])
    assert unit(row.name).one("Restart") == "always"
    assert unit(row.name).one("User") == "postern"
    assert unit(row.name).one("NoNewPrivileges") == "yes"


@EACH
def test_what_a_process_needs_is_started_before_it(row):
    after = unit(row.name).one("After").split()
    assert ("postern-migrate.service" in after) == ("schema" in row.needs) == bool(unit(row.name).all("Requires"))
    assert ("redis-server.service" in after) == ("redis" in row.needs)


def test_systemd_finds_nothing_wrong(tmp_path: Path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here")
    for name, text in units(PYTHON).items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [program, "verify", "--man=no", "--recursive-errors=no", *tmp_path.iterdir()],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert [line for line in done.stderr.splitlines() if "postern" in line] == []
    assert done.returncode == 0, done.stderr
