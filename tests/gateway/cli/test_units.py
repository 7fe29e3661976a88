"""`postern units` prints systemd units, or writes them where it is told."""

import sys
from pathlib import Path

from gateway.supervisor.units import units
from tests.gateway.cli.desk import Desk


def test_they_are_printed_each_under_its_name(desk: Desk):
    assert "# postern-gateway.service\n[Unit]\n" in desk("units").out


def test_they_are_written_for_this_interpreter(desk: Desk, tmp_path: Path):
    assert desk("units", "--to", str(tmp_path)).code == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == units(sys.executable)


def test_a_folder_that_is_not_there_is_said(desk: Desk, tmp_path: Path):
    assert "No such file" in desk.refuses("units", "--to", str(tmp_path / "nowhere"))
