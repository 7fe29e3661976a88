"""The ledger's server: PostgreSQL 18 from a wheel, our own child on a private socket, durable by default."""

import signal
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from gateway.embedded import cluster
from gateway.embedded.binaries import postgres_tree
from gateway.embedded.child import Program
from gateway.embedded.privilege import own_folder
from gateway.embedded.server import Server, ServerError

DATABASE = "postern"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u ",
    "log_error_verbosity": "terse",  # a DETAIL line would quote the row, and the row is somebody's mail
    "log_checkpoints": "off",
    "jit": "off",
    "cluster_name": "postern",
}
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class EmbeddedPostgres(Server):
    """PostgreSQL with its cluster in `<data>/postgres/cluster`.

    Logins (`url`): `superuser`, `postern_admin` (makes roles and databases, owns database `postern`), and whatever
    the migrations make with a password in `<data>/keys/database.json`.
    """

    name = "postgres"
    stop_signal = signal.SIGINT  # fast shutdown: sessions are ended, what was committed is written

    def __init__(self, data: Path, *, settings: Mapping[str, str] | None = None, fast: bool = False) -> None:
        """Nothing is started yet.

        Args:
            data: the instance's folder.
            settings: server settings that win over `SETTINGS`.
            fast: for tests: a power cut may cost everything.
        """
        super().__init__(data)
        self.fast = fast
        self.server_settings = {**SETTINGS, **(FAST if fast else {}), **(settings or {})}

    @property
    def folder(self) -> Path:
        """The cluster."""
        return self.home / "postgres" / "cluster"

    def url(self, login: str) -> str:
        """A libpq URL of database `postern` for one of the logins.

        Raises:
            LookupError: there is no such login.
        """
        host = quote(str(self.settings.socket_folder), safe="")
        return f"postgresql://{login}:{self.settings.passwords()[login]}@/{DATABASE}?host={host}"

    def prepare(self) -> None:
        """Make the cluster at the first start; wait for a predecessor that is still shutting down."""
        self.folder.parent.mkdir(exist_ok=True, mode=0o700)
        own_folder(self.settings.socket_folder, self.account)
        if self.folder.exists():
            own_folder(self.folder, self.account)
            self._check_keys()
            cluster.await_predecessor(self.folder, self.patience)
        else:
            passwords = self.settings.make_passwords()
            cluster.create(self.folder, postgres_tree(self.account), self.account, passwords, durable=not self.fast)

    def _check_keys(self) -> None:
        try:
            self.settings.passwords()
        except LookupError:
            lost = self.settings.keys / "database.json"
            raise ServerError(
                f"{self.folder} is here but its passwords are not: restore {lost} from a backup"
            ) from None

    def program(self) -> Program:
        """The postmaster in the foreground."""
        options = {**self.server_settings, "unix_socket_directories": str(self.settings.socket_folder)}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        binary = postgres_tree(self.account) / "bin" / "postgres"
        return Program(
            [str(binary), "-D", cluster.seen_as(self.folder, self.account), *words],
            folder=self.folder,
            account=self.account,
            environment=cluster.ENVIRONMENT,
            death_signal=self.stop_signal,
        )

    def ready(self) -> bool:
        """Whether our own postmaster says so in its pid file (its eighth line)."""
        state = cluster.pid_file(self.folder)
        return bool(self.process) and state.pid == self.pid and state.status == "ready"
