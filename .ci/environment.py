"""Makes the virtual environment from requirements.lock, once; `make` calls it with the Python to build on.

    PYTHON .ci/environment.py FOLDER

Several makes in one clone wait for each other. Uses nothing but the standard library, of any Python from 3.11 on.
"""

import fcntl
import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
STAMP = ".made-from"
NO_VENV = "This Python cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install")


def identity(folder: Path) -> str:
    """What the environment is made from: the lock, the project and this Python; and where it is, as its scripts say."""
    texts = (LOCK.read_text(), (ROOT / "pyproject.toml").read_text(), sys.version, sys.base_prefix)
    return f"{hashlib.sha256('|'.join(texts).encode()).hexdigest()}\n{folder}\n"


def run(python: Path | str, *words: str) -> None:
    """Run a Python, alone with what is installed for it.

    Raises:
        subprocess.CalledProcessError: it failed, and has said why.
    """
    subprocess.run([python, "-I", *words], cwd=ROOT, check=True)  # noqa: S603  our own words


def works(python: Path, *words: str) -> bool:
    """Whether a command of the environment runs."""
    try:
        return subprocess.run([python, "-I", *words], capture_output=True, check=False).returncode == 0  # noqa: S603  as above
    except OSError:
        return False


def lay_out(folder: Path) -> Path:
    """An environment with pip; one of another Python or place is made anew. Returns its Python."""
    python = folder / "bin" / "python"
    same = f"import sys; sys.exit((sys.version, sys.prefix) != ({sys.version!r}, {str(folder)!r}))"
    if not works(python, "-c", same):
        if not importlib.util.find_spec("venv") or not importlib.util.find_spec("ensurepip"):
            sys.exit(NO_VENV)
        run(sys.executable, "-m", "venv", "--clear", str(folder))
    elif not works(python, "-m", "pip", "--version"):
        run(python, "-m", "ensurepip", "--default-pip")
    return python


def main() -> None:
    """Bring the environment up to date, one make at a time."""
    folder = ROOT / sys.argv[1]
    with LOCK.open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        wanted, stamp = identity(folder), folder / STAMP
        if not stamp.exists() or stamp.read_text() != wanted:
            stamp.unlink(missing_ok=True)
            said = f"Making {folder.name} with Python {sys.version.split()[0]}, once; it takes a minute or two."
            sys.stderr.write(f"{said}\n")
            python = lay_out(folder)
            run(python, *PIP, "--require-hashes", "-r", str(LOCK))
            run(python, *PIP, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
            stamp.write_text(wanted)
        stamp.touch()


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError:
        sys.exit("The environment is not complete; run make again when what is said above is mended.")
    except KeyboardInterrupt:
        sys.exit(130)
