"""A mail provider on this machine: mail is read at pymap, handed in at a relay, and what is handed in arrives."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.settings import Settings
from tests.gateway.cli.desk import ROOT, run
from tests.imap import PASSWORD, Pymap
from tests.name_server import NameServer
from tests.relay import FakeRelay
from tests.relay import running as relaying
from tests.running import clean_environment
from tests.workers.outbound import certificates

DOMAIN = "provider.test"


@dataclass
class Provider:
    """The provider, and the desk of an instance that may reach it.

    Attributes:
        pymap: mail is read there, at `imap.provider.test`. relay: and handed in there, at `smtp.provider.test`.
        names: answers for both.
        password: a file with it.
        loses: whether what is handed in never arrives.
    """

    instance: Settings
    pymap: Pymap
    relay: FakeRelay
    names: NameServer
    trusted: Path
    password: Path
    loses: bool = False
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def servers(self) -> tuple[str, ...]:
        """Flags that name both."""
        imap = f"imap://imap.{DOMAIN}:{self.pymap.access.port}"
        return ("--imap-server", imap, "--smtp-server", f"smtp://smtp.{DOMAIN}:{self.relay.port}")

    @property
    def login(self) -> tuple[str, ...]:
        """Flags that let in."""
        return ("--user", "support", "--password-file", str(self.password))

    @property
    def near(self) -> dict[str, str]:
        """Variables with which the provider may be reached, is found and is trusted."""
        return {
            "POSTERN_OWN_NETWORKS": "127.0.0.0/8",
            "POSTERN_NAME_SERVERS": self.names.place,
            "SSL_CERT_FILE": str(self.trusted),
        }

    def begin(self, *words: str, **how: Any) -> subprocess.Popen[bytes]:
        """Run a command as a process that somebody talks with.

        Args:
            words: of the command.
            how: further arguments of `Popen`.
        """
        ours = {"POSTERN_DATA": str(self.instance.home), "POSTERN_UNSAFE_DATABASE": "true", **self.near}
        command = [sys.executable, "-m", "gateway.cli", *words]
        return subprocess.Popen(command, cwd=ROOT, env={**clean_environment(), **ours}, **how)

    def desk(self, *words: str, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command as a process."""
        return run(*words, data=self.instance.home, stdin=stdin, **{**self.near, **variables})

    def json(self, *words: str, **how: str) -> Any:
        """The document that a command prints; it must succeed."""
        done = self.desk(*words, "--json", **how)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def refuses(self, *words: str, **how: str) -> str:
        """The one sentence with which a command refuses."""
        done = self.desk(*words, **how)
        said = done.stderr.decode()
        assert (done.returncode, said.count("\n")) == (1, 1), done
        return said

    def carry(self) -> None:
        """Put what was handed in into the mailbox, until it is over."""
        while not self.over.wait(0.05):
            while self.relay.letters and not self.loses:
                with suppress(OSError):
                    self.pymap.put(self.relay.letters.pop(0).content)


@contextmanager
def providing(instance: Settings, folder: Path, *records: str) -> Iterator[Provider]:
    """A provider for one test.

    Args:
        instance: whose desk.
        folder: for its certificate and the password.
        records: of its name server besides; `{imap}` and `{smtp}` stand for the ports.
    """
    context, trusted = certificates.server(folder, "127.0.0.1", f"imap.{DOMAIN}", f"smtp.{DOMAIN}")
    password = folder / "password"
    password.write_text(f"{PASSWORD}\n")
    hosts = [f"{name}. A 127.0.0.1" for name in (f"imap.{DOMAIN}", f"smtp.{DOMAIN}", "other.test")]
    with Pymap(folder) as pymap, relaying(context=context, extensions=["AUTH PLAIN"]) as relay:
        said = [record.format(imap=pymap.access.port, smtp=relay.port) for record in records]
        with NameServer(*hosts, *said) as names:
            made = Provider(instance, pymap, relay, names, trusted, password)
            carrier = threading.Thread(target=made.carry)
            carrier.start()
            try:
                yield made
            finally:
                made.over.set()
                carrier.join()


def is_empty(pymap: Pymap) -> bool:
    """Whether no mail lies there."""
    with pymap.client() as client:
        return not client.search(["NOT", "DELETED"])
