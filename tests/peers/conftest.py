"""One running Postern for all peers, and the programs themselves."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.peers import certificate
from tests.running import Postern

Peer = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def postern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postern]:
    """A running instance with the organization of the first start, and STARTTLS."""
    folder = tmp_path_factory.mktemp("peers")
    with Postern(folder / "data", settings=certificate.write(folder, "mx.postern.test")) as running:
        yield running


def installed(program: str) -> str:
    """Where one of the programs is; skips where it is not installed, but never in CI."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is not None:
        return found
    missing = f"{program} is not installed (Debian has it; see .ci/peers)"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def peer() -> Peer:
    """Run one of the programs to its end, with its words."""

    def run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([installed(program), *words], capture_output=True, text=True, timeout=120, check=False)

    return run
