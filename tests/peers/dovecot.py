"""A Dovecot of a test's own: one configuration file, a loopback port, no rights of root, mail in a folder."""

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from tests.imap import HOST, PASSWORD, USER, Access, logged_in
from tests.running import free_port
from tests.waiting import until
from tests.workers.outbound import certificates

CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = {host}
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
default_vsz_limit = 0
default_process_limit = 400
default_client_limit = 1000
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
ssl = required
ssl_cert = <{folder}/ca.pem
ssl_key = <{folder}/key.pem
first_valid_uid = 1
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
mail_location = maildir:~/Maildir
"""
POP3 = """\
protocols = imap pop3
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = 0
  }}
  inet_listener pop3s {{
    port = {port}
    ssl = yes
  }}
}}
pop3_lock_session = yes
"""


class Dovecot:
    """The server; a context manager. Any account exists and has the same password.

    Attributes:
        folder: of everything, with `ca.pem`.
        access: how to get in. pop3: how by POP3.
    """

    def __init__(self, program: str, *, pop3: bool = False) -> None:
        """Nothing is started yet.

        Args:
            program: where Dovecot is.
            pop3: whether it speaks that, too; one session at a time.
        """
        self._program = program
        self.folder = Path(tempfile.mkdtemp(prefix="postern-dovecot-"))
        certificates.server(self.folder, HOST)
        self.access = Access(free_port(), tls="implicit", user=USER, password=PASSWORD.replace(" ", "-"))
        self.pop3 = replace(self.access, port=free_port(), protocol="pop3")
        self._also = POP3.format(port=self.pop3.port) if pop3 else ""
        self._user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._write()

    def _write(self) -> None:
        account = pwd.getpwnam(self._user)
        group = grp.getgrgid(account.pw_gid).gr_name
        places = {"folder": self.folder, "host": HOST, "port": self.access.port, "password": self.access.password}
        (self.folder / "dovecot.conf").write_text(
            CONFIGURATION.format(user=self._user, group=group, **places) + self._also
        )
        (self.folder / "mail").mkdir()
        for path in (self.folder, *self.folder.iterdir()):
            shutil.chown(path, self._user, account.pw_gid)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start it, and wait until it lets in."""
        self._process = subprocess.Popen(
            [self._program, "-F", "-c", str(self.folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            **self._rights(),
        )
        until(self._lets_in)

    def _rights(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        return {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}

    def stop(self) -> None:
        """Stop it; all its connections end."""
        self._process.terminate()
        self._process.wait(30)

    def _lets_in(self) -> bool:
        assert self._process.poll() is None, (self.folder / "log").read_text()
        try:
            with logged_in(self.access):
                return True
        except OSError:
            return False

    def number_anew(self, user: str = USER) -> None:
        """As after a restored backup: stopped, it forgets what UIDs and UIDVALIDITY were; started, it makes others."""
        self.stop()
        box = self.folder / "mail" / user / "Maildir"
        for path in box.glob("dovecot*"):
            path.unlink()
        self.start()

    def put(self, mails: Iterable[bytes], user: str = USER) -> None:
        """Deliver mails as a delivery agent does, into the Maildir."""
        box = self.folder / "mail" / user / "Maildir"
        for name in ("cur", "new", "tmp"):
            (box / name).mkdir(parents=True, exist_ok=True)
        account = pwd.getpwnam(self._user)
        for path in (box.parent, box, *box.iterdir()):
            shutil.chown(path, self._user, account.pw_gid)
        self._delivered = getattr(self, "_delivered", 0)
        for mail in mails:
            self._delivered += 1
            path = box / "tmp" / f"{self._delivered}.test"
            path.write_bytes(mail)
            shutil.chown(path, self._user, account.pw_gid)
            path.rename(box / "new" / path.name)
