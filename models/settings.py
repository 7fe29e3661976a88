"""What the operator configured: flags, `POSTERN_…` variables, then what the running instance wrote down."""

import json
import os
import re
import secrets
import socket
from functools import cached_property, lru_cache
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from models.secret_files import SECRETS, FromFiles, in_files

Login = Literal["admin", "app", "gateway", "fetcher"]

DEFAULT_SMTP = "127.0.0.1:2525"
DEFAULT_HTTP = "127.0.0.1:8025"
ROLES: dict[Login, str] = {
    "admin": "postern_admin", "app": "postern_app", "gateway": "postern_gateway", "fetcher": "postern_fetcher",
}  # fmt: skip


_PUBLIC_URL = re.compile(r"https://[A-Za-z0-9.-]{1,253}(?::\d{1,5})?(?:/[A-Za-z0-9._~-]+){0,9}/?")
_PLACE = re.compile(r"[^\s/@]+:\d{1,5}")
_SECRET: Any = Field(default=None, repr=False)  # whatever prints the settings prints no password


class Settings(BaseSettings):
    """Every setting of an installation; each is also a `POSTERN_<NAME>` variable, a secret one a `…_FILE` too.

    Attributes:
        data: folder of everything this instance keeps (keys, embedded servers, captured letters, logs).
        smtp, lmtp, http: `HOST:PORT` of the doors; `lmtp` is closed unless set.
        hostname: the name the door greets with and letters are identified under.
        public_url: `https://…` under which the world reaches the HTTP port's links; unset means that letters have none.
        database_url: PostgreSQL of an administrator (not a superuser); unset means the embedded one.
        app_database_url, gateway_database_url, fetcher_database_url: logins of workers, SMTP door and IMAP door where
            they are not derived.
        unsafe_database: for tests: accept a database that may lose what it committed.
        redis_url: Redis; unset means the embedded one.
        relay: `smtp[s]://user:password@host:port` for outgoing letters; unset means the capture folder.
        seal_keys: keys that seal secrets in the database, newest first; unset means `seal.json` in the folder of keys.
        own_networks: beside the public ones servers and webhooks of organizations may be there; clients may send all.
        rspamd: `http://host:port` of an rspamd that is asked about each mail. spamassassin: `host:port` of a spamd.
        name_servers: asked in place of the system's for the hosts of organizations.
        corpus: folder of real mails for the corpus tests.
        failpoints: for tests: folder in which they say what must fail (`models.failpoint`).
        max_message_bytes, max_line_bytes: sizes in bytes.
        max_connections_per_minute: of one address before it is turned away for ten minutes (a network, or mails: four
            times as many); 0 is no bound.
        idle_seconds, session_seconds: limits of one SMTP session, in seconds.
        max_queued_bytes: bytes that may wait for the commit at the door before it answers 451.
        flood_pause_seconds: rest of a connection after each mail of a sender who floods us.
        imap_mailboxes: most mailboxes that one process of the IMAP door fetches from.
        imap_poll_seconds, imap_survey_seconds: pause between two looks at a folder, two comparisons with its ledger.
    """

    model_config = SettingsConfigDict(env_prefix="POSTERN_", frozen=True, extra="ignore", hide_input_in_errors=True)

    data: Path = Path(".postern")
    smtp: str = DEFAULT_SMTP
    lmtp: str | None = None
    http: str = DEFAULT_HTTP
    hostname: str = Field(default_factory=lambda: socket.gethostname() or "localhost")
    public_url: str | None = None
    database_url: str | None = _SECRET
    app_database_url: str | None = _SECRET
    gateway_database_url: str | None = _SECRET
    fetcher_database_url: str | None = _SECRET
    unsafe_database: bool = False
    redis_url: str | None = _SECRET
    relay: str | None = _SECRET
    seal_keys: str | None = _SECRET
    own_networks: str = ""
    name_servers: str = ""
    rspamd: str | None = None
    spamassassin: str | None = None
    corpus: Path | None = None
    failpoints: Path | None = None
    verbose: bool = False
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    max_message_bytes: int = 52_428_800
    max_line_bytes: int = 100_000
    max_recipients: int = 100
    max_connections: int = 200
    max_connections_per_address: int = 20
    max_connections_per_network: int = 60
    max_connections_per_minute: int = Field(default=300, ge=0)
    max_queued_bytes: int = 268_435_456
    flood_pause_seconds: float = Field(default=0.05, ge=0)
    idle_seconds: float = 60
    session_seconds: float = 600
    bad_commands: int = 10
    imap_mailboxes: int = Field(default=500, ge=1)
    imap_poll_seconds: float = Field(default=60, gt=0, le=600)
    imap_survey_seconds: float = Field(default=900, gt=0)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, variables, then files that variables name."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, FromFiles(settings_cls)

    @field_validator("tls_certificate", "tls_key", "corpus", "failpoints", mode="after")
    @classmethod
    def _from_here(cls, path: Path | None) -> Path | None:
        """A relative path counts from where the command was given, also for children that run elsewhere."""
        return path and path.expanduser().absolute()

    @field_validator("public_url", mode="after")
    @classmethod
    def _public(cls, said: str | None) -> str | None:
        """RFC 8058 section 3.1 asks for HTTPS; what else a URL may have would end up in the header of every letter."""
        if said and not _PUBLIC_URL.fullmatch(said):
            raise ValueError("it is written https://desk.example.org, with a path at most")
        return said.rstrip("/") if said else None

    @field_validator("own_networks", mode="after")
    @classmethod
    def _networks(cls, said: str) -> str:
        for part in filter(None, (part.strip() for part in said.split(","))):
            try:
                ip_network(part, strict=False)
            except ValueError:
                raise ValueError(f"{part!r} is no network such as 10.0.0.0/8") from None
        return said

    @field_validator("rspamd", "spamassassin", mode="after")
    @classmethod
    def _place(cls, said: str | None) -> str | None:
        if said and not _PLACE.fullmatch(said.removeprefix("http://").rstrip("/")):
            raise ValueError(f"{said!r} is no host:port")
        return said

    @cached_property
    def home(self) -> Path:
        """The data folder as an absolute path."""
        return self.data.expanduser().absolute()

    @cached_property
    def keys(self) -> Path:
        """Folder of the secrets; part of every backup."""
        return self.home / "keys"

    @property
    def instance_file(self) -> Path:
        """What the running `postern up` wrote about itself (addresses and pid, no secret)."""
        return self.home / "postern.json"

    @property
    def socket_folder(self) -> Path:
        """Short private folder of the embedded servers' sockets (a socket path holds about 100 bytes)."""
        name = sha256(str(self.home.resolve()).encode()).hexdigest()[:16]
        common = Path("/tmp")  # noqa: S108  not TMPDIR: every shell must find the same place; its owner is checked
        return (common if os.access(common, os.W_OK) else Path(gettempdir())) / f"postern-{name}"

    def url(self, login: Login) -> str:
        """A libpq URL for one of the logins.

        Args:
            login: `admin` migrates, `app` is workers and desk, `gateway` is the SMTP door, `fetcher` the IMAP
                door.

        Raises:
            LookupError: the embedded server of this data folder was never started, or it was made by a version that
                did not know this login and not migrated since.
        """
        if found := self._explicit(login):
            return found
        password = self.passwords().get(ROLES[login])
        if password is None:
            raise LookupError(f"no password for {ROLES[login]} in {self.keys}; run `postern migrate`")
        if self.database_url is None:
            return f"postgresql://{ROLES[login]}:{password}@/postern?host={quote(str(self.socket_folder), safe='')}"
        parts = urlsplit(self.database_url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{ROLES[login]}:{password}@{host}"))

    def _explicit(self, login: Login) -> str | None:
        return {
            "admin": self.database_url,
            "app": self.app_database_url,
            "gateway": self.gateway_database_url,
            "fetcher": self.fetcher_database_url,
        }[login]

    def role_passwords(self) -> dict[str, str]:
        """The password that the migration gives to each role of ours: the one its URL states, else one that is made.

        A role whose own URL says nothing (another login, a certificate, a password file) is left alone.
        """
        given = {role: self._explicit(login) for login, role in ROLES.items() if login != "admin"}
        made = {} if all(given.values()) else self.make_passwords()
        told = {role: made[role] if url is None else _password(url, role) for role, url in given.items()}
        return {role: password for role, password in told.items() if password}

    def passwords(self) -> dict[str, str]:
        """Passwords of the database logins that this installation made for itself.

        Raises:
            LookupError: there are none yet.
        """
        try:
            found: dict[str, str] = json.loads((self.keys / "database.json").read_text())
        except FileNotFoundError:
            raise LookupError(f"no database in {self.home}; start it with `postern up --data {self.data}`") from None
        return found

    def make_passwords(self) -> dict[str, str]:
        """The passwords, made on first use; those of logins that came later are added, and no other is changed.

        The migration gives them to the logins. It cannot give one to the superuser and the administrator, so where
        only theirs is lost it is not invented.
        """
        try:
            found = self.passwords()
        except LookupError:
            found = {name: secrets.token_hex(24) for name in ("superuser", ROLES["admin"])}
        missing = [name for login, name in ROLES.items() if login != "admin" and name not in found]
        if missing:
            made = {name: secrets.token_hex(24) for name in missing}
            write_private(self.keys / "database.json", json.dumps(found | made))
        return self.passwords()

    def broker(self) -> str:
        """The Redis URL for Celery."""
        return self.redis_url or f"redis+socket://{self.socket_folder}/redis.sock"

    def child_environment(self) -> dict[str, str]:
        """This configuration as variables for a child process, over the environment we were given.

        What was read from a file stays there.
        """
        given = self.model_dump(include=self.model_fields_set, exclude_none=True, mode="json")
        files = {name: path for name, (path, text) in in_files(SECRETS).items() if given.get(name) == text}
        ours = {f"POSTERN_{name.upper()}": str(value) for name, value in given.items() if name not in files}
        named = {f"POSTERN_{name.upper()}_FILE": str(path.absolute()) for name, path in files.items()}
        kept = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in ours}
        return {**kept, **ours, **named, "POSTERN_DATA": str(self.home), "PYTHONUNBUFFERED": "1"}


def _password(url: str, role: str) -> str | None:
    """The password in a URL, if it is this role's."""
    parts = urlsplit(url)
    return unquote(parts.password) if parts.password and unquote(parts.username or "") == role else None


def write_private(path: Path, text: str) -> None:
    """Write a secret so that nobody else can read it, whole or not at all.

    Args:
        path: the file; missing folders are made for the owner only.
        text: its content.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


_overrides: dict[str, Any] = {}


def configure(**flags: object) -> Settings:
    """Let command line flags win over variables.

    Args:
        flags: names of `Settings` fields; a None is no flag.
    """
    _overrides.update({name: value for name, value in flags.items() if value is not None})
    settings.cache_clear()
    return settings()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process; addresses not given are those of the running instance."""
    found = Settings(**_overrides)
    try:
        running = json.loads(found.instance_file.read_text())
    except (OSError, ValueError):
        return found
    unsaid = {"smtp", "http", "lmtp"} - found.model_fields_set
    return found.model_copy(update={name: running[name] for name in unsaid if running.get(name)})
