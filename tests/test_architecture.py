"""The house rules of the project: the tree keeps each of them, and each of them finds what was planted to break it."""

from pathlib import Path

import pytest

from tests.architecture import database, packages, shapes, wording
from tests.architecture.plants import BREAKING, KEEPING
from tests.architecture.tree import Rule, Tree, read

ROOT = Path(__file__).parent.parent
RULES: tuple[Rule, ...] = (
    packages.packages_apart,
    packages.no_leg_reaches_another,
    packages.one_door_per_library,
    packages.no_mocks,
    database.only_shells_open_transactions,
    database.only_the_database_module_ends_them,
    database.no_network_in_a_transaction,
    database.no_session_settings,
    database.no_built_sql,
    shapes.small_files,
    shapes.small_functions,
    shapes.docstrings,
    shapes.frozen_values,
    shapes.states_tell_their_life,
    shapes.no_swallowed_exceptions,
    shapes.logs_keep_secrets,
    wording.excuses_have_reasons,
    wording.nothing_left_over,
    wording.nothing_of_this_machine,
    wording.no_possessive_groups,
    wording.nobody_sleeps,
    wording.skips_say_why,
    wording.tests_mirror_the_code,
)
NAMED = {rule.__name__: rule for rule in RULES}


@pytest.fixture(scope="module")
def project() -> Tree:
    """This project, read once."""
    return read(ROOT)


def plant(folder: Path, **files: str) -> Tree:
    """A tree that holds these files."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return read(folder)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_project_keeps_the_rule(rule: Rule, project: Tree) -> None:
    assert rule(project) == []


@pytest.mark.parametrize(("rule", "path", "text"), BREAKING)
def test_the_rule_finds_what_was_planted(rule: str, path: str, text: str, tmp_path: Path) -> None:
    found = NAMED[rule](plant(tmp_path, **{path: text}))
    assert [line for line in found if line.startswith(f"{path}:")], f"{rule} sees nothing wrong"


@pytest.mark.parametrize(("rule", "path", "text"), KEEPING)
def test_the_rule_leaves_good_code_alone(rule: str, path: str, text: str, tmp_path: Path) -> None:
    assert NAMED[rule](plant(tmp_path, **{path: text})) == []


def test_a_detour_from_leg_to_leg_is_found(tmp_path: Path) -> None:
    detour = {"workers/sandbox.py": "import workers.inbound.mail", "workers/tools.py": "from workers import sandbox"}
    for importer, sees in (("inbound", False), ("outbound", True)):
        leg = {f"workers/{importer}/task.py": "from workers.tools import f"}
        found = packages.no_leg_reaches_another(plant(tmp_path / importer, **detour, **leg))
        assert bool(found) == sees


def test_every_rule_has_something_planted_for_it() -> None:
    assert {rule for rule, _, _ in BREAKING} == set(NAMED) - {packages.no_leg_reaches_another.__name__}  # tested above


def test_the_tree_is_all_of_it(project: Tree) -> None:
    """A rule over an empty tree would hold for ever."""
    seen = {source.path for source in project.sources}
    assert {"models/settings.py", "gateway/cli/__init__.py", "tests/test_architecture.py"} <= seen
    assert ".ci/run" in project.texts


EXCEPTIONS: tuple[tuple[object, str, Rule], ...] = (
    (database, "BUILT_SQL_ALLOWED", database.no_built_sql),
    (shapes, "MAY_CHANGE", shapes.frozen_values),
    (wording, "SLEEPERS", wording.nobody_sleeps),
)


@pytest.mark.parametrize(("module", "name", "rule"), EXCEPTIONS)
def test_every_exception_is_still_needed(
    module: object, name: str, rule: Rule, project: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the list the rule finds exactly what it names."""
    listed = {place.partition(":")[0] for place in getattr(module, name)}
    monkeypatch.setattr(module, name, {})
    assert {line.partition(":")[0] for line in rule(project)} == listed
