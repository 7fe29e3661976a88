"""An environment of its own for the other helpdesk; nothing of it is kept in this project but names and versions."""

import subprocess
import sys
from pathlib import Path

from tests.running import ROOT

FOLDER = ROOT / ".venv-peers"
PINNED = ("django-helpdesk==2.6.1", "Django==5.2.19", "psycopg[binary]==3.3.9")


def python() -> Path:
    """Its Python; made on the first call, from the package index that pip is set up with.

    Raises:
        subprocess.CalledProcessError: it cannot be had.
    """
    found = FOLDER / "bin" / "python"
    stamp = FOLDER / ".made-of"
    made_of = "\n".join([sys.version, str(FOLDER), *PINNED])
    if not stamp.exists() or stamp.read_text() != made_of:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        quietly = ("-m", "pip", "--disable-pip-version-check", "--no-input", "-qqq", "install")
        subprocess.run([found, "-I", *quietly, *PINNED], check=True)
        stamp.write_text(made_of)
    return found
