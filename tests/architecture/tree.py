"""The tree as the rules see it: every text file, every Python file parsed, and what a line of Python really names."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSIONS = "migrations/versions/"
CODE = ("gateway", "workers", "models", "migrations")
_HIDDEN_BUT_OURS = {".ci", ".gitignore"}
_IMPORTERS = {"import_module", "__import__", "find_spec"}
_MADE = re.compile(r"__pycache__|build|dist|.*\.egg-info|.*\.pyc")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file. `path` is relative to the root, with slashes."""

    path: str
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        """Its dotted name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_code(self) -> bool:
        """Whether it travels in the wheel."""
        return self.path.startswith(tuple(f"{package}/" for package in CODE))

    def at(self, node: ast.AST | int, what: str) -> str:
        """A violation, with its place."""
        return f"{self.path}:{node if isinstance(node, int) else getattr(node, 'lineno', 1)} {what}"


@dataclass(frozen=True, slots=True)
class Tree:
    """All of it. `texts` are the lines of every text file, Python included, by path."""

    root: Path
    texts: dict[str, str]
    sources: tuple[Source, ...]

    @property
    def code(self) -> Iterator[Source]:
        """What travels in the wheel, without the migrations that already ran somewhere."""
        return (source for source in self.sources if source.is_code and not source.path.startswith(VERSIONS))


Rule = Callable[[Tree], list[str]]


@cache
def read(root: Path) -> Tree:
    """The tree below a folder, without what tools make."""
    texts = dict(_texts(root, root))
    python = {path: text for path, text in texts.items() if path.endswith(".py")}
    return Tree(root, texts, tuple(Source(path, text, ast.parse(text)) for path, text in python.items()))


def _texts(folder: Path, root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") and path.name not in _HIDDEN_BUT_OURS
        if hidden or path.is_symlink() or _MADE.fullmatch(path.name):
            continue
        if path.is_dir():
            yield from _texts(path, root)
        elif b"\0" not in (raw := path.read_bytes()):
            yield path.relative_to(root).as_posix(), raw.decode("utf-8", "replace")


def under(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of the files or lies below one of the folders (those end in a slash)."""
    return any(path.startswith(folder) if folder.endswith("/") else path == folder for folder in folders)


@cache
def nodes(source: Source) -> tuple[ast.AST, ...]:
    """Everything in a file; walked once for all rules."""
    return tuple(ast.walk(source.tree))


def functions(source: Source) -> Iterator[Function]:
    """Every function and method, nested ones too."""
    return (node for node in nodes(source) if isinstance(node, Function))


def dotted(node: ast.AST) -> str:
    """`a.b.c` as it stands, or '' if it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""


def imports(source: Source) -> Iterator[tuple[int, str, str]]:
    """Each import, also those inside functions: line, the name it binds, the full name of what it brings."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.asname or name.name.partition(".")[0], name.name
        elif isinstance(node, ast.ImportFrom):
            base = _base(source, node)
            for name in node.names:
                yield node.lineno, name.asname or name.name, f"{base}.{name.name}"
        elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _IMPORTERS:
            for said in node.args[:1]:
                if isinstance(said, ast.Constant):
                    yield node.lineno, "", str(said.value)


def _base(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = source.module.split(".")
    kept = parts[: len(parts) - node.level + source.path.endswith("__init__.py")]
    return ".".join([*kept, *([node.module] if node.module else [])])


@cache
def aliases(source: Source) -> dict[str, str]:
    """What each imported name stands for: `{"sleep": "time.sleep"}`."""
    found: dict[str, str] = {}
    for _, bound, full in imports(source):
        if bound:
            found[bound] = bound if full.startswith(f"{bound}.") else full
    return found


def resolve(node: ast.AST, names: dict[str, str]) -> str:
    """The full name that an expression has through the imports, or as it stands."""
    head, dot, rest = dotted(node).partition(".")
    return f"{names.get(head, head)}{dot}{rest}"


def mentions(source: Source) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported, and of everything reached through an import."""
    names = aliases(source)
    for line, _, full in imports(source):
        yield line, full
    for node in nodes(source):
        if isinstance(node, ast.Name | ast.Attribute) and dotted(node).partition(".")[0] in names:
            yield node.lineno, resolve(node, names)


def calls(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Each call with the full name of what is called."""
    names = aliases(source)
    return ((node, resolve(node.func, names)) for node in nodes(source) if isinstance(node, ast.Call))


def strings(source: Source) -> Iterator[ast.Constant]:
    """Each piece of literal text, those within f-strings too, without docstrings."""
    told = {id(node.value) for node in nodes(source) if isinstance(node, ast.Expr)}
    for node in nodes(source):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def comments(source: Source) -> Iterator[tuple[int, str]]:
    """Line and text of each comment; a `#` inside a string is none."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
