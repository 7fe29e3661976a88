"""What is written in the files: excuses with reasons, nothing left over, nothing of the machine it was written on."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from tests.architecture.tree import Source, Tree, aliases, calls, comments, nodes, resolve

SLEEPERS: dict[str, str] = {
    "gateway/cli/demo/waiting.py": "where the desk polls: as tests/waiting.py, and says what to look at",
    "gateway/embedded/cluster.py": "a process that is not our child cannot be waited for",
    "gateway/embedded/server.py": "neither server has a way to tell that it is ready",
    "gateway/supervisor/leftovers.py": "as cluster.py",
    "workers/patience.py": "nothing tells that a Redis refuses no longer",
    "tests/waiting.py": "the one place that polls: asks again until it is so, or fails at its deadline",
}
PROJECT_TESTS = {"architecture", "compose", "documents", "lock", "wheel"}  # about the whole project, no module
ELSEWHERE = (
    "tests/journeys/*",
    "tests/attacks/*",
    "tests/faults/*",
    "tests/migrations/*",
    "tests/peers/*",
    "tests/scores/*",
)

# One letter of each stands in brackets, so that this file does not hold what it forbids.
_FORBIDDEN = re.compile(
    r"/wor[k]/|/far[m]/|/tm[p]/lab|pythonhoste[d]|py[p]i\.org|registry\.np[m]js|deb\.de[b]ian\.org"
    r"|(?<![\w./-])/(?:roo[t]|hom[e]|User[s])/\w"
)
_LEFT_OVER = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b")
_NOQA = re.compile(r"#\s*noqa\b(?::\s*([A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?\s*(.*)", re.IGNORECASE)
_IGNORE = re.compile(r"#\s*type:\s*ignore\b(?:\[([a-z-]+(?:,\s*[a-z-]+)*)\])?[\s#]*(.*)")
_SHORTEST_REASON = 8
_POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[?*+]|\{[^()]*\})\+")


def excuses_have_reasons(tree: Tree) -> list[str]:
    """Each `noqa` and `type: ignore` names its code and says why, on the same line."""
    return [
        source.at(line, f"excuse without code or reason: {text}")
        for source in tree.sources
        if _NOQA.search(source.text) or _IGNORE.search(source.text)  # few have any, and taking them apart takes long
        for line, text in comments(source)
        for found in (_NOQA.search(text), _IGNORE.search(text))
        if found and not (found[1] and len(found[2].strip(" #-")) >= _SHORTEST_REASON)
    ]


def nothing_left_over(tree: Tree) -> list[str]:
    """No note to come back later: what is not done is an issue, and unfinished code is not here."""
    words = [
        f"{path}:{number} {found[0]}"
        for path, text in tree.texts.items()
        if path.endswith((".py", ".sql", ".toml", ".md", ".html", ".txt", "Makefile", "run"))
        for number, line in enumerate(text.splitlines(), 1)
        if (found := _LEFT_OVER.search(line))
    ]
    stubs = [
        source.at(node, "raises NotImplementedError")
        for source in tree.code
        for node in nodes(source)
        if isinstance(node, ast.Raise) and "NotImplementedError" in ast.dump(node)
    ]
    return words + stubs


def nothing_of_this_machine(tree: Tree) -> list[str]:
    """No absolute path of a machine and no host of a package registry in any file."""
    return [
        f"{path}:{number} {found[0]}"
        for path, text in tree.texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (found := _FORBIDDEN.search(line))
    ]


def no_possessive_groups(tree: Tree) -> list[str]:
    """No pattern repeats a group possessively: before 3.11.5 Python gets that wrong (CPython issue 106052).

    `(?>…)*` and possessive single characters are right everywhere.
    """
    return [
        f"{path}:{number} {found[0]}"
        for path, text in tree.texts.items()
        if path.endswith(".py")
        for number, line in enumerate(text.splitlines(), 1)
        if (found := _POSSESSIVE_GROUP.search(line))
    ]


def nobody_sleeps(tree: Tree) -> list[str]:
    """`time.sleep` nowhere; in tests no waiting by the clock at all."""
    return [
        source.at(call, name)
        for source in tree.sources
        if source.path not in SLEEPERS
        for call, name in calls(source)
        if name == "time.sleep" or (name in _TEST_SLEEPS and not source.is_code and not _only_yields(call))
    ]


_TEST_SLEEPS = {"asyncio.sleep", "anyio.sleep", "trio.sleep"}


def _only_yields(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


_SKIPS = {"pytest.mark.skip", "pytest.mark.skipif", "pytest.skip"}


def skips_say_why(tree: Tree) -> list[str]:
    """A skipped test gives its reason, and none is expected to fail."""
    tests = (source for source in tree.sources if source.path.startswith("tests/"))
    return [violation for source in tests for violation in _quiet_skips(source)]


def _quiet_skips(source: Source) -> Iterator[str]:
    names = aliases(source)
    called = {id(call.func): call for call, _ in calls(source)}
    for node in nodes(source):
        name = resolve(node, names) if isinstance(node, ast.Attribute) else ""
        if name.endswith("mark.xfail") or name == "pytest.xfail":
            yield source.at(node, "expects a failure")
        if name in _SKIPS and not _told(called.get(id(node)), name):
            yield source.at(node, f"{name} without a reason")


def _told(call: ast.Call | None, name: str) -> bool:
    if call is None:
        return False
    return any(word.arg == "reason" for word in call.keywords) or (name == "pytest.skip" and bool(call.args))


def tests_mirror_the_code(tree: Tree) -> list[str]:
    """`tests/a/b/test_c.py` is about `a/b/c.py` or the package `a/b/c/`; only `ELSEWHERE` is not."""
    return [
        f"{path}:1 mirrors no module or package"
        for path in tree.texts
        if re.fullmatch(r"tests/(?:.*/)?test_\w+\.py", path)
        and not any(fnmatchcase(path, folder) for folder in ELSEWHERE)
        and not _mirrors(path.removeprefix("tests/"), tree)
    ]


def _mirrors(path: str, tree: Tree) -> bool:
    folder, _, name = path.rpartition("/")
    subject = name.removeprefix("test_").removesuffix(".py")
    if not folder:
        return subject in PROJECT_TESTS
    there = f"{folder}/{subject}"
    return f"{there}.py" in tree.texts or any(known.startswith(f"{there}/") for known in tree.texts)
