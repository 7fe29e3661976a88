"""What one role may do with one kind of row, tried: the letters of `expected.txt`."""

from collections.abc import Iterator

from psycopg.sql import SQL, Composed, Identifier

from tests.migrations.isolation.cases import DUPLICATE, REFERRED_TO, REFUSED, Outcome, Stage
from tests.migrations.isolation.catalogue import Table
from tests.migrations.isolation.contexts import Context
from tests.migrations.isolation.filled import FRESH, NEW, kinds
from tests.migrations.isolation.kinds import KINDS
from tests.migrations.isolation.world import World

CHECK = "23514"
_VERBS = {"S": SQL("SELECT").format(), "U": None, "D": SQL("DELETE").format()}


def all_kinds(table: str) -> list[str]:
    """The kinds of rows of a table, also those that are only tried."""
    return [*kinds(table), *(kind for kind in KINDS.get(table, {}) if kind.startswith(NEW))]


def letters(stage: Stage, table: Table, kind: str, context: Context) -> str:
    """What a context may do with a row of its organization: some of `SIUD`."""
    return "".join(letter for letter, may in tries(stage, table, kind, context) if may)


def tries(stage: Stage, table: Table, kind: str, context: Context, only: str = "SIUD") -> Iterator[tuple[str, bool]]:
    """Each letter and whether it holds, tried one by one."""
    for letter in only if not kind.startswith(NEW) else "I":
        if letter == "I":
            yield letter, may_insert(stage, table, kind, context)
        else:
            yield letter, may(stage, table, kind, context, _VERBS[letter])


def may(stage: Stage, table: Table, kind: str, context: Context, verb: Composed | None) -> bool:
    """Whether a row can be read, changed (no verb) or removed; what other rows forbid is allowed by the policies."""
    assert context.world
    where, values = stage.where(table, kind, context.world)
    if verb:
        outcome = stage.attempt(context, verb + SQL(" FROM {}").format(Identifier(table.name)) + where, values)
    else:
        change, value = stage.change(table, stage.filler.row(table.name, kind, context.world), context.login)
        outcome = stage.attempt(context, change + where, value + values)
    return _allowed(f"{table.name}.{kind} by {context.name}", outcome, REFERRED_TO)


def may_insert(stage: Stage, table: Table, kind: str, context: Context, world: World | None = None) -> bool:
    """Whether such a row can be added; one that is there already was let through by the policies."""
    home = world or context.world
    assert home
    row = stage.filler.row(table.name, kind, home, name=FRESH)
    outcome = stage.attempt(context, *stage.put(table, row, context.login))
    given = stage.allowed("INSERT", table.name, context.login)
    lacks = (CHECK,) if given and row.keys() - given else ()  # a CHECK wants a column that this login may not give
    if outcome.state in lacks:
        return False
    return _allowed(f"{table.name}.{kind} by {context.name}", outcome, (DUPLICATE,))


def _allowed(what: str, outcome: Outcome, let_through: tuple[str, ...]) -> bool:
    if outcome.state in let_through:
        return True
    assert outcome.state in ("", REFUSED), f"{what}: {outcome.state} {outcome.message}"
    return outcome.count > 0
