"""How big a file and a function may be, what is documented, and which shapes values, states and failures have."""

import ast
from collections.abc import Iterator

from tests.architecture.tree import VERSIONS, Source, Tree, aliases, calls, dotted, functions, nodes, resolve

LONGEST_FILE = 300
LONGEST_FUNCTION = 40

MAY_CHANGE: dict[str, str] = {
    # "path:Class": why this public dataclass is no value between steps
    "gateway/supervisor/instance.py:Addresses": "one start's search for free ports; what it found is its `chosen`",
    "gateway/supervisor/keeper.py:Kept": "the story of a child process, kept by its keeper alone",
    "workers/inbound/parse/found.py:Found": "gathers what the walk finds; only `mail.Mail` leaves the package",
    "workers/inbound/parse/found.py:Words": "as Found",
}
LOUD_WORDS = {"subject", "body", "text", "html", "content", "raw", "password"}
PRIVATE_WORDS = {"address", "recipient", "recipients", "sender", "mail_from"}
_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
_QUIET = {"debug"}


def small_files(tree: Tree) -> list[str]:
    """No Python or SQL file is over 300 lines."""
    counted = {path: text.count("\n") for path, text in tree.texts.items() if path.endswith((".py", ".sql"))}
    return [
        f"{path}:1 has {lines} lines"
        for path, lines in counted.items()
        if lines > LONGEST_FILE and not path.startswith(VERSIONS)
    ]


def small_functions(tree: Tree) -> list[str]:
    """No function is over 40 lines, its docstring included."""
    return [
        source.at(node, f"{node.name} has {lines} lines")
        for source in tree.sources
        if not source.path.startswith(VERSIONS)
        for node in functions(source)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]


def docstrings(tree: Tree) -> list[str]:
    """Each module says what it means for a mail; public functions and classes have their docstring."""
    return [violation for source in tree.code for violation in _silent(source)]


def _silent(source: Source) -> Iterator[str]:
    if not ast.get_docstring(source.tree):
        yield source.at(1, "has no docstring")
    for node in _public(source.tree):
        if not ast.get_docstring(node):
            yield source.at(node, f"{node.name} has no docstring")


def _public(parent: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in parent.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if any(dotted(mark).endswith((".setter", "override", "overload")) for mark in node.decorator_list):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from _public(node)


def frozen_values(tree: Tree) -> list[str]:
    """A public dataclass in `gateway` or `workers` is a value between steps: frozen, with slots."""
    return [
        source.at(node, f"{node.name} is not frozen=True, slots=True")
        for source in tree.code
        if source.path.startswith(("gateway/", "workers/"))
        for node in nodes(source)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and _is_loose(node, source)
        if f"{source.path}:{node.name}" not in MAY_CHANGE
    ]


def _is_loose(node: ast.ClassDef, source: Source) -> bool:
    names = aliases(source)
    for mark in node.decorator_list:
        called = mark.func if isinstance(mark, ast.Call) else mark
        if resolve(called, names) == "dataclasses.dataclass":
            said = {word.arg: getattr(word.value, "value", None) for word in getattr(mark, "keywords", [])}
            return not (said.get("frozen") and said.get("slots"))
    return False


def states_tell_their_life(tree: Tree) -> list[str]:
    """An enum has a docstring: for a state, that is its life cycle."""
    return [
        source.at(node, f"{node.name} does not say what its values mean")
        for source in tree.code
        for node in nodes(source)
        if isinstance(node, ast.ClassDef)
        and any(dotted(base).endswith(("Enum", "Flag")) for base in node.bases)
        and not ast.get_docstring(node)
    ]


def no_swallowed_exceptions(tree: Tree) -> list[str]:
    """No bare `except`, and nothing broad that is caught to be forgotten."""
    return [violation for source in tree.sources for violation in _swallowing(source)]


def _swallowing(source: Source) -> Iterator[str]:
    broad = {"Exception", "BaseException"}
    for node in nodes(source):
        if isinstance(node, ast.ExceptHandler):
            if node.type is None:
                yield source.at(node, "bare except")
            elif dotted(node.type) in broad and all(_does_nothing(line) for line in node.body):
                yield source.at(node, f"except {dotted(node.type)} does nothing about it")
    for call, name in calls(source):
        if name == "contextlib.suppress" and any(dotted(word) in broad for word in call.args):
            yield source.at(call, "suppresses every exception")


def _does_nothing(line: ast.stmt) -> bool:
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))


def logs_keep_secrets(tree: Tree) -> list[str]:
    """No subject, body or password in a log line; addresses only at debug level."""
    return [
        source.at(call, f"logs {word.arg} at level {level}")
        for source in tree.code
        for call, level in _log_lines(source)
        for word in call.keywords
        if word.arg in LOUD_WORDS or (word.arg in PRIVATE_WORDS and level not in _QUIET)
    ]


def _log_lines(source: Source) -> Iterator[tuple[ast.Call, str]]:
    for call, name in calls(source):
        head, _, level = name.rpartition(".")
        if level in _LEVELS and head.rpartition(".")[2].lstrip("_").lower() in {"log", "logger"}:
            yield call, level
