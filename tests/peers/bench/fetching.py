"""A backlog by IMAP → tickets: Postern and django-helpdesk's `get_email` on the same Dovecot, taking turns."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from gateway.cli.bench import stage
from gateway.cli.bench.fetch import door, fetched_mailbox
from gateway.cli.bench.mails import Maker
from gateway.cli.bench.measure import Measure, rate
from gateway.cli.bench.stage import Stage, Tenant
from models.database import transaction
from tests.peers.bench import helpdesk
from tests.peers.bench.tickets import worker
from tests.peers.dovecot import Dovecot
from tests.waiting import until

GOAL = 10.0
SECONDS = 120.0
LEASED = "mailbox is fetched from"  # what the door says before it connects
FILED = text(
    "SELECT count(*) AS mails, max(processed_at) AS at FROM raw_mail"
    " WHERE org_id = :org AND mailbox_id = :box AND stage = 'filed'"
)


def missing() -> str:
    """Why this cannot be measured here, '' if it can."""
    return "" if _program() else "Dovecot is not installed (Debian has it; see .ci/peers)"


def measure(scene: Stage, rounds: int, mails: int) -> Iterator[Measure]:
    """A row from the connection to the last ticket.

    Args:
        scene: running servers.
        rounds: that count; one more warms both up.
        mails: in each.
    """
    (tenant,) = stage.tenants(1)
    found: list[tuple[float, float]] = []
    with (
        Dovecot(_program()) as server,
        helpdesk.running(scene) as peer,
        worker(scene),
        door(server.folder / "ca.pem"),
    ):
        for number in range(rounds + 1):
            maker = Maker(200 + number)
            made = [maker.mixed(tenant.address, place).content for place in range(mails)]
            server.put(made, f"ours-{number}")
            server.put(made, f"theirs-{number}")
            ours = _ours(scene, tenant, server, number, mails)
            theirs = peer.fetch(server.access.port, f"theirs-{number}", server.access.password, mails)
            found += [(ours, theirs)] if number else []
    ours_all, theirs_all = map(list, zip(*found, strict=True))
    yield rate("fetched from Dovecot and filed / django-helpdesk's get_email", ours_all, theirs_all, GOAL)


def _program() -> str:
    return shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin") or ""


def _ours(scene: Stage, tenant: Tenant, server: Dovecot, number: int, mails: int) -> float:
    """Mails a second from the moment the door turned to the mailbox to the ticket of the last mail."""
    box = fetched_mailbox(
        tenant, f"127.0.0.1:{server.access.port}", f"round-{number}", f"ours-{number}", server.access.password
    )
    said = {"org": tenant.org, "box": box}

    def filed() -> datetime | None:
        with transaction(tenant.org) as connection:
            row = connection.execute(FILED, said).one()
        return row.at if row.mails == mails else None

    ended = until(filed, SECONDS)
    assert ended
    return mails / (ended - _turned_to(scene.settings.home / "logs" / "fetcher.log", str(box))).total_seconds()


def _turned_to(log: Path, mailbox: str) -> datetime:
    lines = map(json.loads, log.read_text().splitlines())
    found = next(line for line in lines if line["event"] == LEASED and line["mailbox"] == mailbox)
    return datetime.fromisoformat(found["timestamp"])
