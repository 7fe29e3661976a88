"""Durable accept: smtp-source into Postfix, whose queue file is on the disk before its 250, and into our door."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from gateway.cli.bench import stage
from gateway.cli.bench.measure import Measure, rate
from gateway.cli.bench.stage import Stage
from tests.peers.postfix import OWN, SERVICES
from tests.running import free_port

GOAL = 1.0
SESSIONS = 20
KINDS = {"a session each": (), "kept sessions": ("-d",)}
SENDER = "load@example.net"
# What it takes it throws away at once, and it is not made to wait for that.
MAIN = """\
myhostname = mx.example.org
mydestination =
mynetworks = 127.0.0.0/8
relay_domains = {domain}
relay_transport = discard:
default_transport = discard:
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = none
in_flow_delay = 0
"""


def missing() -> str:
    """Why this cannot be measured here, '' if it can."""
    if not _program("postfix") or not _program("smtp-source"):
        return "Postfix is not installed (Debian has it; see .ci/peers)"
    return "" if os.geteuid() == 0 else "Postfix starts as root only"


def version() -> str:
    """Of the Postfix that is installed."""
    words = [f"{_program('postconf')}", "-d", "-h", "mail_version"]
    return f"Postfix {subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()}"


def measure(scene: Stage, rounds: int, mails: int) -> Iterator[Measure]:
    """Rows for sessions of one mail and for kept ones.

    Args:
        scene: running servers.
        rounds: that count; one more warms both up.
        mails: of 2 KB, in each.
    """
    (tenant,) = stage.tenants(1)
    ours = scene.settings.model_copy(update={"flood_pause_seconds": 0})  # smtp-source has one sender
    with stage.door(ours), _postfix(tenant.address.partition("@")[2]) as theirs:
        for kind, options in KINDS.items():
            rates: dict[str, list[float]] = {scene.settings.smtp: [], theirs: []}
            for number in range(rounds + 1):
                for address, found in rates.items():
                    one = _send(address, tenant.address, mails, options)
                    found.extend([one] if number else [])
            yield rate(f"accept 2 KB durably, {kind}", rates[scene.settings.smtp], rates[theirs], GOAL)


def _send(address: str, recipient: str, mails: int, options: tuple[str, ...]) -> float:
    """Mails a second."""
    sizes = ("-s", str(SESSIONS), "-m", str(mails), "-l", "2048")
    began = perf_counter()
    words = [_program("smtp-source"), *options, *sizes, "-f", SENDER, "-t", recipient, address]
    subprocess.run(words, check=True, timeout=120)
    return mails / (perf_counter() - began)


def _program(name: str) -> str:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""


@contextmanager
def _postfix(domain: str) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="postern-postfix-"))  # its own user has to walk there
    folder.chmod(0o755)
    address = f"127.0.0.1:{free_port()}"
    (folder / "main.cf").write_text(MAIN.format(domain=domain) + OWN.format(folder=folder))
    (folder / "master.cf").write_text(SERVICES.format(smtp=address))
    (folder / "queue").mkdir()
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    try:
        subprocess.run([_program("postfix"), "-c", str(folder), "start"], check=True, capture_output=True)
        try:
            yield address
        finally:
            subprocess.run([_program("postfix"), "-c", str(folder), "stop"], check=True, capture_output=True)
    finally:
        shutil.rmtree(folder)
