"""How fast a backlog is fetched and stored by the IMAP door, against a loop that fetches the same mails and no more."""

import json
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter
from uuid import UUID

from imapclient import IMAPClient
from sqlalchemy import text

from gateway.cli.bench import processor, provider, stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.measure import Measure, cost, rate
from gateway.cli.bench.stage import Stage, Tenant
from gateway.cli.problems import Problem
from gateway.embedded.child import Running
from gateway.supervisor.instance import split
from gateway.supervisor.processes import PROCESSES
from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret
from models.settings import configure, settings
from models.tenancy import add_mailbox

LOOPS = {"asks for each mail": 1, "asks for a hundred at once": 100}  # as most loops do, and as the door does
GOAL = 0.7
SECONDS = 120.0
LOOK = 0.05
ORGANIZATIONS = 10  # that the idle mailboxes belong to
_DONE = text(
    "SELECT EXISTS (SELECT FROM mailbox_cursors"
    " WHERE org_id = :org AND mailbox_id = :box AND ledger @> CAST(:last AS bigint))"
)
# The first commit ends what is not measured: finding the mailbox, logging in, counting what is there.
_TAKEN = text(
    "WITH taken AS MATERIALIZED (SELECT received_at AS at FROM raw_mail WHERE org_id = :org AND mailbox_id = :box),"
    " first AS MATERIALIZED (SELECT min(at) AS at FROM taken)"
    " SELECT count(*) AS mails, count(*) FILTER (WHERE taken.at > first.at) AS later,"
    " extract(epoch FROM max(taken.at) - min(taken.at))::float AS seconds FROM taken, first"
)
_FETCHED = text("UPDATE mailboxes SET kind = 'imap', imap_settings = :said WHERE org_id = :org AND id = :box")
_REST = text("UPDATE mailboxes SET is_active = false WHERE org_id = :org AND id = :box")
_SEEN = text("SELECT count(*) FROM mailboxes WHERE org_id = :org AND kind = 'imap' AND last_seen_at IS NOT NULL")


def measure(scene: Stage, effort: Effort) -> Iterator[Measure]:
    """Rows of a backlog, and of the memory of mailboxes in which nothing happens.

    Args:
        scene: running servers.
        effort: how much.

    Raises:
        Problem: it did not come to an end in time.
    """
    (tenant,), address = stage.tenants(1), stage.free_address()
    certificate = provider.certify(scene.settings.home)
    with _provider(scene, certificate, address, tenant, effort.fetched):
        rates: list[tuple[float, ...]] = []
        with door(certificate):
            for number in range(effort.rounds + 1):
                bare = [_bare(certificate, address, effort.fetched, batch) for batch in LOOPS.values()]
                rates += [(_ours(tenant, address, number, effort.fetched), *bare)] if number else []
        ours, *theirs = zip(*rates, strict=True)
        for name, found in zip(LOOPS, theirs, strict=True):
            yield rate(f"fetch, {effort.fetched} mails / loop that {name} and stores nothing", ours, found, GOAL)
        with door(certificate) as process:
            yield from _idle(process.pid, address, effort.idle)


@contextmanager
def _provider(scene: Stage, certificate: Path, address: str, tenant: Tenant, mails: int) -> Iterator[None]:
    log = scene.settings.home / "logs" / "provider.log"
    _, port = split(address)
    words = ["-m", provider.__name__, str(certificate), str(port), tenant.address, str(mails)]
    with stage.program(words, log) as process:
        stage.await_open(address, process, log)
        yield


@contextmanager
def door(certificate: Path) -> Iterator[Running]:
    """The process that `postern up` runs to fetch.

    Args:
        certificate: whom it trusts.
    """
    _, *words = next(row for row in PROCESSES if row.name == "fetcher").argv
    here = configure(own_networks=f"{provider.HOST}/32")
    environment = here.child_environment() | {"SSL_CERT_FILE": str(certificate)}
    with stage.program(words, here.home / "logs" / "fetcher.log", environment) as process:
        yield process


def _ours(tenant: Tenant, address: str, number: int, mails: int) -> float:
    """Mails a second from one commit to the last, of a mailbox that nobody has read yet."""
    box = fetched_mailbox(tenant, address, f"round-{number}", provider.FULL)
    said, deadline = {"org": tenant.org, "box": box, "last": mails}, monotonic() + SECONDS
    while not _is_done(tenant, said):
        if monotonic() > deadline:
            raise Problem(f"{mails} mails were not fetched in {SECONDS:.0f} s; see {settings().home / 'logs'}")
        stage.pause(LOOK)
    with transaction(tenant.org) as connection:
        row = connection.execute(_TAKEN, said).one()
        connection.execute(_REST, said)
    assert row.mails == mails
    return float(row.later / row.seconds)


def _is_done(tenant: Tenant, said: dict[str, object]) -> bool:
    with transaction(tenant.org) as connection:
        return bool(connection.scalar(_DONE, said))


def fetched_mailbox(tenant: Tenant, address: str, name: str, user: str, password: str = provider.PASSWORD) -> UUID:
    """A mailbox that is fetched over TLS from now on.

    Args:
        tenant: whose.
        address: HOST:PORT of its provider.
        name: what stands before the `@`.
        user: there.
        password: as well.
    """
    host, port = split(address)
    said = json.dumps({"host": host, "port": port, "tls": "implicit", "user": user, "auth": "password"})
    with transaction(tenant.org) as connection:
        box = add_mailbox(connection, tenant.org, f"{name}@{tenant.address.partition('@')[2]}", name)
        connection.execute(_FETCHED, {"said": said, "org": tenant.org, "box": box})
        put_secret(connection, tenant.org, box, TokenKind.IMAP_PASSWORD, password)
    return box


def _bare(certificate: Path, address: str, mails: int, batch: int) -> float:
    """Mails a second from the first FETCH on, all of them over one connection."""
    host, port = split(address)
    with IMAPClient(host, port, ssl_context=ssl.create_default_context(cafile=str(certificate))) as client:
        client.login(provider.FULL, provider.PASSWORD)
        client.select_folder("INBOX", readonly=True)
        found: Sequence[int] = client.search()
        assert len(found) == mails
        began = perf_counter()
        for start in range(0, mails, batch):
            assert all(body[b"BODY[]"] for body in client.fetch(found[start : start + batch], "BODY.PEEK[]").values())
        return mails / (perf_counter() - began)


def _idle(process: int, address: str, mailboxes: int) -> Iterator[Measure]:
    if not processor.known():
        return
    tenants = stage.tenants(min(ORGANIZATIONS, mailboxes))
    for number in range(mailboxes):
        fetched_mailbox(tenants[number % len(tenants)], address, f"idle-{number}", f"user-{number}")
    deadline = monotonic() + SECONDS
    while sum(_seen(tenant) for tenant in tenants) < mailboxes:
        if monotonic() > deadline:
            raise Problem(f"{mailboxes} mailboxes were not all seen in {SECONDS:.0f} s")
        stage.pause(LOOK)
    yield cost(f"fetch: memory of the door, {mailboxes} idle mailboxes", processor.memory(process) / 1e6, unit="MB")


def _seen(tenant: Tenant) -> int:
    with transaction(tenant.org) as connection:
        seen: int = connection.execute(_SEEN, {"org": tenant.org}).scalar_one()
        return seen
