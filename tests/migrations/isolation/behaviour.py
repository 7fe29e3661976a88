"""What functions and triggers do, as a footprint: how many rows of which table were put in, changed and removed."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import psycopg
from psycopg.sql import SQL, Composed

from tests.migrations.isolation.call import Call
from tests.migrations.isolation.calls import CALLS
from tests.migrations.isolation.cases import Outcome, Stage
from tests.migrations.isolation.catalogue import EXEMPT, Table, words
from tests.migrations.isolation.contexts import INSIDERS, Context
from tests.migrations.isolation.filled import FRESH, NEW
from tests.migrations.isolation.matrix import all_kinds
from tests.migrations.isolation.world import WORLDS, A, D, E, World

Footprint = tuple[tuple[str, int, int, int], ...]

_WRITTEN = SQL("""
    SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables
    WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY 1
""")
_ACTING = """
    SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND p.prosecdef ORDER BY 1
"""
_MARK = re.compile(r"<(\w+)(?:\.(\w+))?(?: of (\w))?>")


@dataclass(frozen=True, slots=True)
class Act:
    """One statement by somebody, with what the administrator prepares for it."""

    name: str
    context: Context
    statement: Composed | SQL
    values: tuple[object, ...] = ()
    before: str = ""


def spell(stage: Stage, text: str, world: World = A) -> str:
    """Put identifiers into a statement: `<tickets.other>` is that of a row of A, `<tickets.other of C>` of C's.

    `<no.one>` is an identifier that nobody has, `<raw_mail.digest>` the plain row's value of a column.
    """

    def one(mark: re.Match[str]) -> str:
        table, kind, letter = mark.groups()
        there = next((it for it in (*WORLDS, D, E) if it.letter == letter), world)
        if table in stage.tables and kind in stage.tables[table].columns:
            return f"'{stage.filler.row(table, 'base', there)[kind]}'"
        return f"'{there.identifier(table, kind or 'base', shared=table not in EXEMPT)}'"

    return _MARK.sub(one, text)


def observe(stage: Stage, act: Act) -> Outcome:
    """What came of an act: the answer, and the footprint in `left`."""
    stage.admin.execute("SAVEPOINT prepared")
    try:
        if act.before:
            stage.admin.execute(words(act.before))
        start = _written(stage)
        outcome = stage.attempt(act.context, act.statement, act.values, after=lambda: _since(start, _written(stage)))
    except psycopg.Error as error:  # a policy that is missed already while it is prepared
        outcome = Outcome(state=error.sqlstate or "?", message=str(error))
    stage.admin.execute("ROLLBACK TO SAVEPOINT prepared; RELEASE SAVEPOINT prepared")
    return outcome.like()


def _written(stage: Stage) -> dict[str, tuple[int, int, int]]:
    return {name: (put, changed, gone) for name, put, changed, gone in stage.admin.execute(_WRITTEN)}


def _since(start: dict[str, tuple[int, int, int]], end: dict[str, tuple[int, int, int]]) -> Footprint:
    found = []
    for name, counts in end.items():
        put, changed, gone = (now - then for now, then in zip(counts, start.get(name, (0, 0, 0)), strict=True))
        if put or changed or gone:
            found.append((name, put, changed, gone))
    return tuple(found)


def calls(stage: Stage) -> list[Act]:
    """The calls of functions that `calls.py` lists."""
    return [made(stage, call, context) for call in CALLS for context in call.contexts]


def made(stage: Stage, call: Call, context: Context) -> Act:
    """One call by one context."""
    statement = words(spell(stage, call.statement))
    return Act(f"{call.function} by {context.name}", context, statement, before=spell(stage, call.before))


def writes(stage: Stage, rights: Callable[[Stage, str], dict[tuple[str, str, str, str], bool]]) -> Iterator[Act]:
    """What insiders may write in tables whose triggers act for them, each letter by the first and the last who may."""
    for (name,) in stage.admin.execute(_ACTING).fetchall():
        may = rights(stage, name)
        for kind in all_kinds(name):
            for letter in "IUD":
                able = [context for context in INSIDERS if may.get((name, kind, context.name, letter))]
                for context in dict.fromkeys((*able[:1], *able[-1:])):
                    yield _write(stage, stage.tables[name], kind, letter, context)


def _write(stage: Stage, table: Table, kind: str, letter: str, context: Context) -> Act:
    row = stage.filler.row(table.name, kind, A, name=FRESH if letter == "I" else None)
    act = Act(f"{letter} of {table.name}.{kind} by {context.name}", context, SQL(""))
    if letter == "I":
        statement, values = stage.put(table, row, context.login)
        return replace(act, statement=statement, values=tuple(values))
    where, keys = stage.where(table, kind.removeprefix(NEW), A)
    if letter == "U":
        change, value = stage.change(table, row, context.login, loud=True)
        return replace(act, statement=change + where, values=(*value, *keys))
    return replace(act, statement=words(f"DELETE FROM {table.name}") + where, values=tuple(keys))
