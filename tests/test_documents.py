"""What the documents say is so: variables, commands, make targets, files and the definition of a mail's identity."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_command

from gateway.cli.root import COMMANDS
from models.raw_mail import TRACE
from models.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
README = (ROOT / "README.md").read_text()
COMPUTED = {"hostname"}  # its default is this machine's name


def table(text: str, first: str) -> dict[str, list[str]]:
    """Rows of the table whose head begins with `first`: first cell without backticks → the other cells."""
    rows: dict[str, list[str]] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(f"| {first} |"):
            next(lines)
            break
    for line in lines:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip().strip("`").replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1])
        rows[name] = cells
    return rows


def test_the_table_of_variables_is_the_settings() -> None:
    told = {name: cells[0] for name, cells in table(README, "variable").items()}
    fields = {f"POSTERN_{name.upper()}": field for name, field in Settings.model_fields.items()}
    assert told.keys() == fields.keys()
    for name, field in fields.items():
        if name.removeprefix("POSTERN_").lower() not in COMPUTED:
            assert told[name] == ("" if field.default is None else str(field.default)), name


def test_the_table_of_the_desk_is_its_commands() -> None:
    told = {name.split()[1] for name in table(README, "command")}
    assert told == set(COMMANDS)


NOUNS = {words[1]: words[2] for name in table(README, "command") if len(words := name.split()) == 3}


@pytest.mark.parametrize("noun", NOUNS)
def test_the_verbs_of_a_noun_are_those_it_has(noun: str) -> None:
    command = get_command(import_module(f"gateway.cli.{noun}").app)
    assert set(NOUNS[noun].split("|")) == set(vars(command)["commands"])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = (ROOT / name).read_text()
    named = {
        word for line in re.findall(r"(?:`|^ +)make ([a-z][a-z -]*)", text, re.MULTILINE) for word in line.split()[:1]
    }
    assert named - targets == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_named_exists(name: str) -> None:
    text = (ROOT / name).read_text()
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    named = re.findall(r"`((?:gateway|workers|models|migrations|templates|tests|\.ci)/[\w./-]+)`", text)
    assert [path for path in linked + named if not (ROOT / path).exists()] == []


def test_the_readme_lists_the_headers_that_a_digest_leaves_out() -> None:
    section = README.partition("## Which mail is the same mail")[2].partition("\n## ")[0]
    listed = section.partition("at the very top, of")[2].partition("(and")[0]
    assert {name.lower().encode() for name in re.findall(r"`([\w-]+)`", listed)} == set(TRACE)


def test_the_readme_begins_with_the_two_commands() -> None:
    commands = re.findall(r"^    (make \w+)", README, re.MULTILINE)
    assert commands[:2] == ["make run", "make test"]


def test_the_warning_about_the_agent_policy_is_given() -> None:
    assert "`signed-address`" in README
    assert "From is not proven" in README
