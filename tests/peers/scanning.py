"""rspamd and SpamAssassin's spamd as Debian has them, of a test's own: loopback ports, own folders, names of no one.

Rules, scores and actions are those of the packages; what would ask others (name servers, lists, maps) is switched off
or finds nobody there.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.composed import SERVICES
from tests.running import free_port
from tests.waiting import until
from workers.inbound.spam import rspamd as rspamd_client
from workers.inbound.spam import spamassassin as spamd_client
from workers.inbound.spam.sight import Finding

_MAIL = (
    b"From: Ada <ada@a.test>\r\nTo: us@our.test\r\nSubject: Kettle\r\nDate: Sat, 04 May 2019 10:00:00 +0000\r\n"
    b"Message-ID: <1@a.test>\r\n\r\n%s\r\n"
)
PLAIN = _MAIL % b"The kettle which you delivered leaks on my carpet. Can somebody look at it, please?"
GTUBE = _MAIL % b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
"""What every scanner takes to be spam (https://spamassassin.apache.org/gtube/)."""
SPAMD = SERVICES["spamassassin"]
START_SECONDS = 150.0  # rspamd compiles its rules first
RSPAMD = """\
.include "/etc/rspamd/common.conf"
options {{
  .include "/etc/rspamd/options.inc"
  pidfile = "{folder}/pid";
  control_socket = "{folder}/control mode=0600";
  disable_monitoring = true;
  dns {{ nameserver = ["127.0.0.1:{nobody}"]; timeout = 0.05s; retransmits = 1; }}
}}
logging {{ type = "file"; filename = "{folder}/log"; level = "warning"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
"""
ASKING = (
    "rbl", "surbl", "fuzzy_check", "asn", "dmarc", "spf", "dkim", "arc", "phishing", "url_redirector", "mx_check",
    "rspamd_update", "dkim_signing", "redis",
)  # fmt: skip


def program(name: str) -> str | None:
    """Where it is installed, None where it is not."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def rspamd(path: str) -> Iterator[str]:
    """rspamd's normal worker; the URL of it.

    Args:
        path: of the program.
    """
    with _folder() as folder:
        port = free_port()
        (folder / "rspamd.conf").write_text(RSPAMD.format(folder=folder, port=port, nobody=free_port()))
        (folder / "local.d").mkdir()
        for module in ASKING:
            (folder / "local.d" / f"{module}.conf").write_text("enabled = false;\n")
        _give(folder)
        places = [f"--var={name}={folder}" for name in ("LOCAL_CONFDIR", "DBDIR", "RUNDIR", "LOGDIR")]
        user = ("-u", "nobody", "-g", "nogroup") if os.geteuid() == 0 else ()
        words = [path, "-f", "-i", *user, "-c", str(folder / "rspamd.conf"), *places]
        url = f"http://127.0.0.1:{port}"
        with _running(words, folder, lambda: rspamd_client.ask(url, PLAIN, "", (), 2)):
            yield url


@contextmanager
def spamd(path: str) -> Iterator[str]:
    """SpamAssassin's spamd as compose.yml starts it; `host:port` of it.

    Args:
        path: of the program.
    """
    with _folder() as folder:
        _give(folder)
        place = f"127.0.0.1:{free_port()}"
        words = [path, *(_here(word, place, folder) for word in SPAMD["command"][1:])]
        user = SPAMD["user"] if os.geteuid() == 0 else None
        with _running(words, folder, lambda: spamd_client.ask(place, PLAIN, 20), user):
            yield place


def healthy(place: str) -> bool:
    """What the health check of compose.yml says of a spamd."""
    kind, *check = SPAMD["healthcheck"]["test"]
    assert kind == "CMD"
    said = [_here(word, place, Path()).replace("$$", "$") for word in check]
    return subprocess.run(said, check=False, capture_output=True, timeout=30).returncode == 0


def _here(word: str, place: str, folder: Path) -> str:
    """A word of compose.yml for a spamd on this machine."""
    for there in ("0.0.0.0:7830", "127.0.0.1:7830"):
        word = word.replace(there, place)
    return str(folder) if word == "/tmp" else word


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="postern-scanner-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _give(folder: Path) -> None:
    """Let the user that the scanner runs as write there."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, "nobody", "nogroup")


@contextmanager
def _running(words: Sequence[str], folder: Path, ask: Callable[[], Finding], user: str | None = None) -> Iterator[None]:
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, user=user)
    try:
        until(lambda: _lives(process, folder) and _answers(ask), START_SECONDS, pause=0.2)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _lives(process: subprocess.Popen[bytes], folder: Path) -> bool:
    assert process.poll() is None, (folder / "said").read_text()
    return True


def _answers(ask: Callable[[], Finding]) -> bool:
    try:
        return ask().share is not None
    except (OSError, ValueError):
        return False
