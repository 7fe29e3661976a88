"""Who begins and ends transactions, what happens inside them, and how SQL is written."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from tests.architecture.tree import CODE, Source, Tree, aliases, calls, imports, mentions, nodes, resolve, strings

SHELLS = (
    "models/database.py", "migrations/run.py", "gateway/accept*", "gateway/addresses*", "gateway/http*",
    "gateway/smtp/callers.py",
    "gateway/health.py", "gateway/__main__.py", "gateway/imap/leases.py", "gateway/imap/tokens.py",
    "gateway/cli/*", "workers/*/task.py", "workers/clock/*",
)  # fmt: skip
DATABASE = "models/database.py"
OPENERS = tuple(
    f"models.database.{name}" for name in ("transaction", "transaction_async", "door_statements", "door_transaction")
)
ENDERS = {"commit", "rollback", "begin", "begin_twophase"}
NETWORK = (
    "smtplib", "imaplib", "ssl", "socket", "http.client", "urllib.request", "dns", "imapclient", "aiosmtpd",
    "asyncio.open_connection", "asyncio.create_connection",
)  # fmt: skip
BUILDERS = {"format", "join", "replace"}
RUNNERS = {"execute", "executemany", "exec_driver_sql", "scalar", "scalars", "copy", "stream"}

BUILT_SQL_ALLOWED: dict[str, str] = {
    "migrations/run.py": "ALTER ROLE takes no parameters; the server quoted the literal",
    "gateway/cli/keeping/tables.py": "COPY takes no parameters; tables and columns are named by the catalogue",
}
_SESSION = re.compile(
    r"\A\s*(?:SET|set)\s+(?!(?:LOCAL|local)\b)"
    r"(?:(?:SESSION|session|ROLE|role|TIME ZONE|time zone)\b|[a-z_.]+\s*(?:=|TO\b|to\b))"
    r"|set_config\s*\([^)]*\bfalse\s*\)"
)
_TRANSACTION_WORDS = re.compile(r"\A\s*(?:begin|commit|rollback|start\s+transaction|end)\s*;?\s*\Z", re.IGNORECASE)


def only_shells_open_transactions(tree: Tree) -> list[str]:
    """What opens transactions (`OPENERS`) is for shells; steps get a connection or plain values."""
    return [
        source.at(line, f"opens a transaction ({name}) but is no shell")
        for source in tree.code
        if not any(fnmatchcase(source.path, shell) for shell in SHELLS)
        for line, name in dict.fromkeys(mentions(source))
        if name in OPENERS
    ]


def only_the_database_module_ends_them(tree: Tree) -> list[str]:
    """No `.commit()`, `.rollback()`, `.begin()` and no such SQL but in `models/database.py`."""
    return [
        violation
        for source in tree.code
        if source.path != DATABASE
        for call, name in calls(source)
        for violation in _ending(source, call, name)
    ]


def _ending(source: Source, call: ast.Call, name: str) -> Iterator[str]:
    if not isinstance(call.func, ast.Attribute):
        return
    last = call.func.attr
    if name.partition(".")[0] in CODE:  # a function of ours that happens to have this name
        return
    if last in ENDERS or last == "transaction":
        yield source.at(call, f".{last}()")
    for word in ast.walk(call) if last in RUNNERS else ():
        if isinstance(word, ast.Constant) and _TRANSACTION_WORDS.fullmatch(str(word.value)):
            yield source.at(word, f"runs {word.value!r}")


def no_network_in_a_transaction(tree: Tree) -> list[str]:
    """Inside `with transaction(…)` nothing is called that comes from a network library or a module that imports one."""
    talkers = {source.module for source in tree.code if not source.path.startswith("models/") and _talks(source)}
    return [violation for source in tree.code for violation in _talking_inside(source, talkers)]


def _is_network(name: str) -> bool:
    return any(name == library or name.startswith(f"{library}.") for library in NETWORK)


def _talks(source: Source) -> bool:
    return any(_is_network(name) for _, _, name in imports(source))


def _talking_inside(source: Source, talkers: set[str]) -> Iterator[str]:
    names = aliases(source)
    for block in nodes(source):
        if not isinstance(block, ast.With | ast.AsyncWith) or not any(_opens(item, names) for item in block.items):
            continue
        for call in (node for line in block.body for node in ast.walk(line) if isinstance(node, ast.Call)):
            name = resolve(call.func, names)
            if _is_network(name) or any(name.startswith(f"{module}.") for module in talkers):
                yield source.at(call, f"calls {name} inside a transaction")


def _opens(item: ast.withitem, names: dict[str, str]) -> bool:
    return isinstance(item.context_expr, ast.Call) and resolve(item.context_expr.func, names) in OPENERS


def no_session_settings(tree: Tree) -> list[str]:
    """What is set, is set for one transaction: a session-level setting leaks through every pool."""
    return [
        source.at(word, f"sets for the session: {str(word.value)[:60]!r}")
        for source in tree.code
        if not source.path.startswith("migrations/")
        for word in strings(source)
        if _SESSION.search(str(word.value))
    ]


def no_built_sql(tree: Tree) -> list[str]:
    """SQL is literal text; values are parameters. Formatting, `+`, `%` and f-strings are refused where it is run."""
    return [
        source.at(call, f"builds the SQL it gives to {name or 'a call'}")
        for source in tree.code
        if source.path not in BUILT_SQL_ALLOWED
        for call, name in calls(source)
        if _runs_sql(call, name) and call.args and _is_built(call.args[0], _assigned(source))
    ]


def _runs_sql(call: ast.Call, name: str) -> bool:
    if name in {"sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text", "psycopg.sql.SQL"}:
        return True
    return isinstance(call.func, ast.Attribute) and call.func.attr in RUNNERS


def _is_built(node: ast.AST, assigned: dict[str, ast.expr]) -> bool:
    if isinstance(node, ast.Name):
        value = assigned.get(node.id)
        return value is not None and not isinstance(value, ast.Name) and _is_built(value, {})
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Mod) and not _is_literal(node)
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in BUILDERS


def _is_literal(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_literal(node.left) and _is_literal(node.right)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def _assigned(source: Source) -> dict[str, ast.expr]:
    """What each name was last given, so that building the text one line earlier changes nothing."""
    found: dict[str, ast.expr] = {}
    for node in nodes(source):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value
    return found
