"""The wheel alone is enough: installed into an empty environment it takes a mail and makes a ticket of it."""

import smtplib
import subprocess
import sys
import sysconfig
import venv
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.architecture.tree import read
from tests.running import Postern, clean_environment
from tests.waiting import until

ROOT = Path(__file__).parent.parent
PACKAGES = ("gateway", "workers", "models", "migrations", "templates")

pytestmark = [pytest.mark.timeout(300), pytest.mark.long]


def run(*words: str | Path, folder: Path) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(words, cwd=folder, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, folder=folder)
    (built,) = folder.glob("postern-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds this wheel; only its dependencies are borrowed from ours."""
    home = tmp_path_factory.mktemp("empty")
    venv.create(home, with_pip=True)
    place = run(
        home / "bin/python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=home
    ).strip()
    # A folder named in a .pth is searched, but .pth files inside it are not read: an editable install stays unseen.
    (Path(place) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    run(home / "bin/python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, folder=home)
    return home / "bin"


def test_everything_that_runs_travels_in_the_wheel(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    here = {path for path in read(ROOT).texts if path.startswith(tuple(f"{name}/" for name in PACKAGES))}
    assert here - packed == set()
    assert {path.partition("/")[0] for path in packed if ".dist-info/" not in path} == set(PACKAGES)
    assert [path for path in here if path.startswith("templates/letters/")]
    assert [path for path in here if path.startswith("migrations/sql/")]
    assert [path for path in here if path.startswith("migrations/versions/")]


def test_it_is_the_wheel_that_runs_and_not_the_clone(installed: Path) -> None:
    ask = f"import importlib.util as i; [print(*i.find_spec(n).submodule_search_locations) for n in {PACKAGES}]"
    places = run(installed / "python", "-c", ask, folder=installed).split()
    assert len(places) == len(PACKAGES)
    assert [place for place in places if not Path(place).is_relative_to(installed.parent)] == []


def test_a_mail_becomes_a_ticket_in_an_empty_environment(installed: Path, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "carla@customer.test", "support@demo.test", "The wheel turns"
    mail.set_content("Does it?")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with Postern(tmp_path / "data", command=[str(installed / "postern")], folder=elsewhere) as postern:
        with smtplib.SMTP("127.0.0.1", postern.smtp, timeout=10) as client:
            client.send_message(mail)
        (ticket,) = until(lambda: postern.desk("ticket", "list"))
        assert ticket["subject"] == "The wheel turns"
        until(lambda: list(postern.data.rglob("*.eml")))
        assert postern.stop() == 0
    assert list(elsewhere.iterdir()) == []
