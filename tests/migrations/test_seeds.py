"""Everything the five documents describe is here under our own name, or `seeds/` says why it is not."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models.database import transaction
from models.settings import Settings
from tests.migrations.lint.catalogue import ROAMING

SEEDS = ("S0", "S1", "S2", "S3", "S4")
SHORTEST_REASON = 25
LATER = re.compile(r"later: (?:materialized )?\w+ .+, because .{10,}")

Entry = dict[str, Any]


def read(name: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "seeds" / f"{name}.toml").read_text())


INDEXES = read("indexes")
COLUMNS = read("columns")
BEHAVIOUR = read("behaviour")

# How many of each the documents hold, counted from them and not from the lists.
COUNTED = {
    "indexes": (39, 35, 11, 19, 11),
    "tables": (10, 14, 15, 9, 9),
    "columns": (78, 92, 99, 106, 76),
    "functions": (11, 10, 2, 2, 0),
    "policies": (11, 17, 3, 11, 3),
    "views": (4, 3, 1, 1, 2),
}

_INDEXES = text("""
SELECT n.relname, c.relname, i.indisunique,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) k)
FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
WHERE n.relnamespace = 'public'::regnamespace AND i.indisvalid
""")
_COLUMNS = text("""
SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
""")
_THINGS = text("""
SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger ' || c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal
UNION ALL
SELECT CASE relkind WHEN 'v' THEN 'view ' ELSE 'materialized view ' END || relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
UNION ALL
SELECT 'policy ' || c.relname || '.' || p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
UNION ALL
SELECT 'constraint ' || c.relname || '.' || k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.connamespace = 'public'::regnamespace
UNION ALL
SELECT 'domain ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'd'
""")


@pytest.fixture(scope="module")
def indexes(instance: Settings) -> dict[str, tuple[str, bool, list[str]]]:
    """Of each index its table, whether it is unique, and its columns in order."""
    with transaction(login="admin") as connection:
        return {name: (table, unique, keys) for name, table, unique, keys in connection.execute(_INDEXES)}


@pytest.fixture(scope="module")
def columns(instance: Settings) -> set[str]:
    with transaction(login="admin") as connection:
        return set(connection.scalars(_COLUMNS))


@pytest.fixture(scope="module")
def things(instance: Settings) -> set[str]:
    """Functions, triggers, views, policies, constraints and domains, as `kind name`."""
    with transaction(login="admin") as connection:
        return set(connection.scalars(_THINGS))


def each(document: dict[str, dict[str, Any]], *, deep: bool) -> Iterator[tuple[str, Any]]:
    """Every entry under the name of its seed."""
    for seed, held in document.items():
        for name, entry in held.items():
            if deep:
                yield from ((f"{seed} {name}.{part}", it) for part, it in entry.items())
            else:
                yield f"{seed} {name}", entry


def excused(entry: Any) -> bool:
    return isinstance(entry, dict) and ("reason" in entry or "later" in entry)


SERVED = [pytest.param(entry, id=name) for name, entry in each(INDEXES, deep=False) if not excused(entry)]


@pytest.mark.parametrize("entry", SERVED)
def test_an_index_serves_it(entry: Entry, indexes: dict[str, tuple[str, bool, list[str]]]) -> None:
    assert entry["ours"] in indexes
    table, unique, keys = indexes[entry["ours"]]
    wanted = entry["leads"] if table in ROAMING or entry.get("everywhere") else ["org_id", *entry["leads"]]
    assert keys[: len(wanted)] == wanted
    if entry.get("unique"):
        assert unique
        assert keys == wanted


def test_every_column_is_there(columns: set[str]) -> None:
    named = {name: it for name, it in each(COLUMNS, deep=True) if not excused(it)}
    assert {name: it for name, it in named.items() if it not in columns} == {}


def test_everything_else_is_there(things: set[str]) -> None:
    named = {name: it for name, it in each(BEHAVIOUR, deep=True) if not excused(it) and not it.startswith("later")}
    lost = {name: sorted(set(it.split(", ")) - things) for name, it in named.items()}
    assert {name: it for name, it in lost.items() if it} == {}


def test_what_is_not_there_has_a_reason() -> None:
    entries = [*each(INDEXES, deep=False), *each(COLUMNS, deep=True), *each(BEHAVIOUR, deep=True)]
    said = {name: it.get("reason") or it["later"] for name, it in entries if excused(it)}
    assert [name for name, why in said.items() if len(why) < SHORTEST_REASON] == []
    put_off = {name: it for name, it in entries if isinstance(it, str) and it.startswith("later")}
    assert [name for name, it in put_off.items() if not LATER.fullmatch(it)] == []


def test_what_is_put_off_is_not_there_yet(things: set[str]) -> None:
    """Once it is, the list names it."""
    put_off = [it for _, it in each(BEHAVIOUR, deep=True) if isinstance(it, str) and it.startswith("later")]
    promised = {re.split(r"[,(]", it.removeprefix("later: "))[0].strip() for it in put_off}
    assert promised & things == set()


def test_the_lists_are_whole() -> None:
    """Nothing fell out of them: as many as were counted."""
    listed = {
        "indexes": tuple(len(INDEXES[seed]) for seed in SEEDS),
        "tables": tuple(len(COLUMNS[seed]) for seed in SEEDS),
        "columns": tuple(sum(map(len, COLUMNS[seed].values())) for seed in SEEDS),
    }
    kinds = {
        kind: tuple(len(BEHAVIOUR[seed].get(kind, {})) for seed in SEEDS) for kind in ("functions", "policies", "views")
    }
    assert listed | kinds == COUNTED
