"""A Postfix of a test's own, with the lines of the README as they stand, on a free port of the loopback."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.running import ROOT, free_port

# qmgr wakes each second: it skips a mail that it looks at too early, "still being delivered", until it wakes again.
SERVICES = """\
{smtp} inet n - n - - smtpd -o smtpd_peername_lookup=no
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
tlsmgr unix - - n 1000? 1 tlsmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
# Where it lies, what it does not touch outside, and that it tries again soon; else nothing of how it treats a mail.
OWN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
notify_classes =
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
"""


def told() -> str:
    """The lines of `main.cf` that the README gives."""
    section = (ROOT / "README.md").read_text().partition("### Behind an MX")[2].partition("\n## ")[0]
    (block,) = re.findall(r"(?:^    [a-z_]+ =.*\n)+", section, re.MULTILINE)
    return re.sub(r"^    ", "", block, flags=re.MULTILINE)


def walkable() -> Path:
    """A new folder that Postfix's own user can walk to."""
    folder = Path(tempfile.mkdtemp(prefix="postern-postfix-"))
    folder.chmod(0o755)
    return folder


@contextmanager
def postfix(
    program: Callable[..., "subprocess.CompletedProcess[str]"],
    places: Mapping[str, str],
    *,
    services: str = "",
    folder: Path | None = None,
) -> Iterator[int]:
    """Run it.

    Args:
        program: runs Postfix's programs.
        places: what stands here for what the README says, such as the port of the LMTP door.
        services: more lines of `master.cf`.
        folder: where it lies, one of `walkable`; another one unless given.

    Yields:
        Its port.
    """
    folder = folder or walkable()
    port, lines = free_port(), told()
    for there, here in places.items():
        assert there in lines, f"the README no longer says {there}"
        lines = lines.replace(there, here)
    (folder / "main.cf").write_text(lines + OWN.format(folder=folder))
    (folder / "master.cf").write_text(SERVICES.format(smtp=f"127.0.0.1:{port}") + services)
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    started = program("postfix", "-c", str(folder), "start")
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        yield port
    finally:
        stopped = program("postfix", "-c", str(folder), "stop")
        assert stopped.returncode == 0, stopped.stderr
        shutil.rmtree(folder)
