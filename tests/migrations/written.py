"""The SQL that stands written in the code, to see that all of it is said when the story is played."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "workers", "models")
# The bench measures databases of its own, made by the same program; the ledger of an import is a file of SQLite; a
# backup and made-up data are the administrator's, who is at one revision.
ELSEWHERE = (
    "gateway/cli/bench/",
    "gateway/archive/ledger.py",
    "gateway/cli/backup.py",
    "gateway/cli/restore.py",
    "gateway/cli/keeping/",
    "gateway/cli/seed.py",
    "gateway/cli/seeding/",
)
SQL = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|CALL|LISTEN|NOTIFY|SET (?:LOCAL|TRANSACTION))\s")
# Parameters as SQLAlchemy's text writes them, as psycopg does, as libpq does.
PARAMETER = re.compile(r"(?<![:\w\\]):\w+(?!:)|%\(\w+\)[sbt]|%[sbt]|\$\d+")


def statements() -> Iterator[tuple[str, str]]:
    """Place and text of each statement in the packages."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            place = str(path.relative_to(ROOT))
            if place.startswith(ELSEWHERE):
                continue
            if path.suffix == ".sql":
                yield place, path.read_text()
            if path.suffix == ".py":
                yield from ((f"{place}:{line}", text) for line, text in _in_code(path.read_text()))


def _in_code(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield node.lineno, node.value


def folded(sql: str) -> str:
    """A statement without the accidents of layout and of how parameters are written."""
    return " ".join(PARAMETER.sub("?", sql).split())
