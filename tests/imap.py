"""A real IMAP server for tests (pymap, which keeps mail in memory), and mailboxes of ours that are fetched from it."""

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import psycopg
import pytest
from imapclient import IMAPClient
from sqlalchemy import text

from gateway.accept import Acceptor
from gateway.embedded import EmbeddedPostgres
from gateway.imap import fetcher, house, trouble, wire
from gateway.imap.crew import Crew
from gateway.imap.means import Means
from gateway.imap.room import Room
from gateway.metrics import Metrics
from models import settings as module
from models.database import hang_up, transaction
from models.seal import seal, token_row
from models.settings import Settings, configure
from models.tenancy import add_mailbox
from tests.conftest import Tenant
from tests.running import clean_environment, free_port
from tests.waiting import until

HOST, NEAR = "127.0.0.1", "127.0.0.1/32"
USER, PASSWORD = "support", "correct horse"
HURRY: tuple[tuple[Any, str, float], ...] = (
    (house, "LOOK_EVERY", 0.1),
    (trouble, "FIRST", 0.1),
    (trouble, "FIRST_REFUSED", 0.1),
    (fetcher, "LEAST_PAUSE", 0.05),
    (fetcher, "TELL_EVERY", 0.5),
)


@dataclass(frozen=True, slots=True)
class Access:
    """Where a mailbox lies.

    Attributes:
        port: of the server. tls, auth: as in `imap_settings`. user, password: of the account. protocol: `imap`, `pop3`.
    """

    port: int
    tls: str = "starttls"
    auth: str = "password"
    user: str = USER
    password: str = PASSWORD
    folders: tuple[str, ...] = ("INBOX",)
    protocol: str = "imap"


class Pymap:
    """A server with one account; what it kept is gone when it stops."""

    def __init__(self, certificate: Path) -> None:
        """Nothing is started yet.

        Args:
            certificate: folder with `ca.pem` and `key.pem`.
        """
        self.access = Access(free_port())
        self._certificate = certificate
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        words = [f"--host={HOST}", f"--port={self.access.port}"]
        words += [f"--cert={self._certificate / 'ca.pem'}", f"--key={self._certificate / 'key.pem'}"]
        words += ["--no-service=admin", "dict", f"--demo-user={USER}", f"--demo-password={PASSWORD}"]
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", "from pymap.main import main; main()", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(self._listens)
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process
        self._process.kill()
        self._process.wait()

    def _listens(self) -> bool:
        assert self._process
        assert self._process.poll() is None, "pymap ended"
        try:
            socket.create_connection((HOST, self.access.port), 1).close()
        except OSError:
            return False
        return True

    @contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """Somebody else with access to the mailbox."""
        with logged_in(self.access) as client:
            client.select_folder(folder)
            yield client

    def put(self, *mails: bytes, folder: str = "INBOX", dated: datetime | None = None) -> None:
        """Deliver mails."""
        with self.client(folder) as client:
            for mail in mails:
                client.append(folder, mail, msg_time=dated)


@contextmanager
def logged_in(access: Access) -> Iterator[IMAPClient]:
    """A client that trusts any certificate, and comes again where the server breaks off before the login."""
    for _ in range(2):
        with suppress(ConnectionResetError):
            client = _login(access)
            break
    else:
        client = _login(access)
    try:
        yield client
    finally:
        client.shutdown()


def _login(access: Access) -> IMAPClient:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = IMAPClient(HOST, access.port, ssl=access.tls == "implicit", ssl_context=context)
    try:
        if access.tls == "starttls":
            client.starttls(context)
        client.login(access.user, access.password)
    except BaseException:
        client.shutdown()
        raise
    return client


def mail(subject: str, *headers: str, body: str = "Hello") -> bytes:
    """A mail as a server hands it out."""
    lines = [*headers, "From: carla@customer.test", "To: support@example.test", f"Subject: {subject}", "", body, ""]
    return "\r\n".join(lines).encode()


def mailbox(tenant: Tenant, access: Access, name: str = "fetched", **fetch: str) -> UUID:
    """A mailbox of an organization that is fetched.

    Args:
        tenant: whose.
        access: where it lies.
        name: before the `@`.
        fetch: what is done with what was taken.
    """
    said = {"host": HOST, "port": access.port, "tls": access.tls, "user": access.user, "auth": access.auth}
    said |= {"folders": list(access.folders)}
    kind = "imap_password" if access.auth == "password" else "oauth_access"
    with transaction(tenant.id) as connection:
        made = add_mailbox(connection, tenant.id, f"{name}@{tenant.domain}", "Fetched")
        sealed = seal(access.password, tenant.id, token_row(made, kind))
        connection.execute(
            text("UPDATE mailboxes SET kind = :kind, imap_settings = :said, settings = :wishes WHERE id = :id"),
            {"id": made, "kind": access.protocol, "said": json.dumps(said), "wishes": json.dumps({"fetch": fetch})},
        )
        connection.execute(
            text(
                "INSERT INTO mailbox_tokens (org_id, mailbox_id, kind, sealed, key_id, expires_at)"
                " VALUES (:org, :box, :kind, :sealed, :key, now() + interval '1 h')"
            ),
            {"org": tenant.id, "box": made, "kind": kind, "sealed": sealed.sealed, "key": sealed.key_id},
        )
    return made


def health(tenant: Tenant, box: UUID) -> Any:
    """The row of a mailbox."""
    with transaction(tenant.id) as connection:
        return connection.execute(text("SELECT * FROM mailboxes WHERE id = :id"), {"id": box}).one()


def cursor(tenant: Tenant, box: UUID, folder: str = "INBOX") -> Any:
    """The row of a folder's cursor."""
    query = text("SELECT * FROM mailbox_cursors WHERE mailbox_id = :id AND folder = :folder")
    with transaction(tenant.id) as connection:
        return connection.execute(query, {"id": box, "folder": folder}).one()


def pause_all() -> None:
    """Leave no mailbox that another test's door would lease; by somebody who sees all, since the others are many."""
    with psycopg.connect(EmbeddedPostgres(module.settings().home).url("superuser")) as server:
        server.execute("UPDATE mailboxes SET is_active = false WHERE kind <> 'smtp' AND is_active")


@contextmanager
def hurried(certificate: Path) -> Iterator[Settings]:
    """Settings with which servers of tests may be reached and are trusted, and nothing waits for long.

    Args:
        certificate: folder of theirs.
    """
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(module, "_overrides", dict(module._overrides))
        patches.setenv("SSL_CERT_FILE", str(certificate / "ca.pem"))
        for place, name, seconds in HURRY:
            patches.setattr(place, name, seconds)
        wire.tls_context.cache_clear()
        pause_all()
        yield configure(own_networks=NEAR, imap_poll_seconds=0.5)
        pause_all()
    wire.tls_context.cache_clear()
    module.settings.cache_clear()


def let_lease_run_out(tenant: Tenant) -> None:
    """The lease of a process that died, whose time another would wait for."""
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE mailbox_cursors SET leased_until = now() - interval '1 s'"))


def subjects(stored: Sequence[dict[str, Any]]) -> list[str]:
    """The subjects of stored mails, in order."""
    lines = [bytes(one["content"]).split(b"Subject: ")[1].split(b"\r\n")[0] for one in stored]
    return [line.decode() for line in lines]


@dataclass
class FetchingDoor:
    """The real IMAP door with the real commit, in a thread with a loop of its own.

    Attributes:
        rung: identifiers that the doorbell was told.
    """

    settings: Settings
    rung: list[str] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)

    def __enter__(self) -> Self:
        self.crew = Crew()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._keep(),))
        self._stop = asyncio.Event()
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    def _means(self) -> Means:
        acceptor = Acceptor(self.metrics, self._ring, max_queued_bytes=1 << 28, login="fetcher")
        return Means(self.settings, self.crew, Room(1 << 26), acceptor)

    def _ring(self, _: str, ids: list[str]) -> None:
        self.rung.extend(ids)

    async def _keep(self) -> None:
        keeping = asyncio.ensure_future(house.House(self.settings.imap_mailboxes, self._means).keep())
        stopping = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait({keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
            self.crew.close()
            await hang_up()
        if not keeping.cancelled():
            keeping.result()


@contextmanager
def process(instance: Settings, trusted: Path, **settings: object) -> Iterator[subprocess.Popen[bytes]]:
    """The door as a process of its own; ended at the end.

    Args:
        instance: whose database.
        trusted: certificates.
        settings: others of its.
    """
    given = {"data": instance.home, "hostname": instance.hostname, "unsafe_database": True, "own_networks": NEAR}
    told = {f"POSTERN_{name.upper()}": str(value) for name, value in {**given, **settings}.items()}
    environment = {**os.environ, **clean_environment(), **told, "SSL_CERT_FILE": str(trusted)}
    started = subprocess.Popen([sys.executable, "-m", "gateway.imap"], cwd=Path(__file__).parents[1], env=environment)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait()
