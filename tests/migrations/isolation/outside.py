"""What somebody outside of organization A finds out or changes there: each function returns complaints."""

from collections.abc import Iterator

from psycopg.sql import SQL, Identifier

from tests.migrations.isolation.cases import REFUSED, Outcome, Stage
from tests.migrations.isolation.catalogue import EXEMPT, Table, words
from tests.migrations.isolation.contexts import LOGINS, NOBODY, OUTSIDERS, OWNER, Context
from tests.migrations.isolation.filled import FRESH, kinds
from tests.migrations.isolation.world import BASE, A, C

ANY_MAIL = {("raw_mail", "postern_gateway"), ("raw_mail", "postern_fetcher")}
"""The doors store mail for whoever it is addressed to (SCHEMA.md rule 5)."""


def complaints(stage: Stage, table: Table, context: Context) -> Iterator[str]:
    """Everything that this outsider learns or changes in one table."""
    for kind in kinds(table.name):
        where = stage.where(table, kind, A)
        for verb in ("SELECT", "DELETE"):
            aimed = SQL("{} FROM {}").format(words(verb), Identifier(table.name)) + where[0]
            if stage.attempt(context, aimed, where[1]).count > 0:
                yield f"{context.name}: {verb} of {table.name}.{kind}"
        change, value = stage.change(table, stage.filler.row(table.name, kind, A), context.login)
        if stage.attempt(context, change + where[0], value + where[1]).count > 0:
            yield f"{context.name}: UPDATE of {table.name}.{kind}"
    yield from _blind(stage, table, context)
    if (table.name, context.login) not in ANY_MAIL:
        yield from _insert(stage, table, context)


def _blind(stage: Stage, table: Table, context: Context) -> Iterator[str]:
    """Statements without WHERE, which need no right to read, leave A's rows where they are."""
    before = _places(stage, table)
    row = stage.filler.row(table.name, BASE, context.world or A)
    name = Identifier(table.name)
    for statement, values in ((SQL("DELETE FROM {}").format(name), []), stage.change(table, row, context.login)):
        outcome = stage.attempt(context, statement, values, after=lambda: _places(stage, table))
        touched = outcome.count > 0 or outcome.state not in ("", REFUSED)  # an error of another kind met a row
        if outcome.left not in (None, before) or (touched and not context.world):
            yield f"{context.name}: {statement.as_string(stage.admin)} reaches A"
    if table.is_tenant and context.world:
        query = SQL("SELECT FROM {} WHERE org_id <> %s").format(name)
        if stage.attempt(context, query, [context.world.org]).count > 0:
            yield f"{context.name}: sees rows of others in {table.name}"


def _places(stage: Stage, table: Table) -> object:
    """Where A's rows lie: a row that is changed or removed moves."""
    found = []
    for kind in kinds(table.name):
        where, values = stage.where(table, kind, A)
        query = SQL("SELECT ctid::text FROM {}").format(Identifier(table.name)) + where
        found.append(stage.admin.execute(query, values).fetchall())
    return found


def _insert(stage: Stage, table: Table, context: Context) -> Iterator[str]:
    """A row for A is refused in the same words whether its key is taken or not."""
    rows = [stage.filler.row(table.name, BASE, A, name=name) for name in (BASE, FRESH)]
    taken, free = (stage.attempt(context, *stage.put(table, row, context.login)) for row in rows)
    if REFUSED not in {taken.state, free.state} or taken.like(*rows[0].values()) != free.like(*rows[1].values()):
        yield f"{context.name}: INSERT into {table.name} answers {taken} and {free}"


def references(stage: Stage, table: Table) -> Iterator[str]:
    """A foreign key of C that names an A-only row answers as for a row that nobody has."""
    stage.admin.execute("SET CONSTRAINTS ALL IMMEDIATE")
    system = next(context for context in OUTSIDERS if context.name == "system of C")
    for key in table.foreign:
        if not key.own or key.target in EXEMPT:
            continue
        own = key.own[-1]
        kind = "customer" if key.target == "profiles" else BASE
        there = stage.filler.row(key.target, kind, A)[key.refers(own)]
        for context in (system, OWNER):
            for action in (_adding, _changing):
                answers = [action(stage, table, context, own, value) for value in (there, nowhere(table, own))]
                if answers[0] != answers[1] or not answers[0].state:
                    yield f"{key.name} of {table.name}: {answers[0]} for A's, {answers[1]} for nobody's"


def nowhere(table: Table, column: str) -> str:
    """A value that no row has."""
    return {"uuid": NOBODY, "bytea": "\\x00"}.get(table.columns[column].base, "nowhere")


def _adding(stage: Stage, table: Table, context: Context, column: str, value: str | None) -> Outcome:
    row = {**stage.filler.row(table.name, BASE, C, name=FRESH), column: value}
    return stage.attempt(context, *stage.put(table, row, context.login)).like(value)


def _changing(stage: Stage, table: Table, context: Context, column: str, value: str | None) -> Outcome:
    where, values = stage.where(table, BASE, C)
    to = words(table.columns[column].type)
    change = SQL("UPDATE {} SET {} = CAST(%s AS {})").format(Identifier(table.name), Identifier(column), to)
    return stage.attempt(context, change + where, [value, *values]).like(value)


def exempt_references(stage: Stage, table: Table) -> Iterator[str]:
    """What refers to all organizations or accounts is written by functions only, else it tells what exists."""
    for key in table.foreign:
        if key.target not in EXEMPT:
            continue
        for column in set(key.columns) - {"org_id"}:
            for login in LOGINS:
                for privilege in ("INSERT", "UPDATE"):
                    if column in stage.allowed(privilege, table.name, login):
                        yield f"{login} may {privilege} {table.name}.{column}"
