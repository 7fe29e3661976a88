"""The way of a mail: the door open, a way out, who may answer, and nothing lying about."""

import socket
from collections.abc import Iterable

from sqlalchemy import text

from gateway.cli import find
from gateway.cli.checks.finding import Finding, fail, ok, warn
from gateway.cli.flags import reachable
from models.captured import FOLDER
from models.database import transaction
from models.settings import settings
from workers.outbound.relay import parse_relay

SECONDS = 3.0
LATE = 60.0  # seconds after which a mail that nobody filed is worth a word
PROOF = "signed-address"  # the policy of an organization that chose none
_PROOF = text("SELECT coalesce(policies ->> 'sender_proof', :fallback) AS proof FROM organization_settings")
_WITHHELD = text(
    "SELECT count(*) AS letters FROM outgoing WHERE state = 'withheld' AND created_at > now() - interval '1 day'"
    " AND coalesce(answer, '') NOT LIKE ALL (ARRAY['the address is suppressed%', 'a person took it back%'])"
)


def door() -> Iterable[Finding]:
    """Something greets at the SMTP address."""
    place = settings().smtp
    try:
        with socket.create_connection(reachable(place), SECONDS) as client:
            greeting = client.recv(512)
    except OSError as error:
        yield warn("door", f"nothing answers at {place} ({error.strerror or error})", "start `postern up`")
        return
    if greeting.startswith(b"220"):
        yield ok("door", f"answers at {place}")
    else:
        said = greeting[:80].decode(errors="replace").strip()
        yield warn("door", f"what answers at {place} does not greet: {said!r}", "look which program has that port")


def relay() -> Iterable[Finding]:
    """Letters leave this machine."""
    configured = settings().relay
    if configured is None:
        folder = settings().home / FOLDER
        advice = "set POSTERN_RELAY=smtp[s]://user:password@host:port when customers are to get mail"
        yield warn("relay", f"none: letters go to the capture folder {folder}", advice)
        return
    try:
        found = parse_relay(configured)
    except ValueError as error:
        yield fail("relay", str(error), "mend POSTERN_RELAY")
        return
    try:
        socket.create_connection((found.host, found.port), SECONDS).close()
    except OSError as error:
        said = f"{found.host}:{found.port} does not answer ({error.strerror or error}); letters wait"
        yield warn("relay", said, "look at the relay, or at POSTERN_RELAY")
    else:
        yield ok("relay", f"{found.host}:{found.port} answers")


def proof() -> Iterable[Finding]:
    """Which proof of the sender an agent's mail needs."""
    rows = find.everywhere(_PROOF, {"fallback": PROOF})
    bare = [row["org"] for row in rows if row["proof"] == PROOF]
    if bare:
        said = f"in {len(bare)} organization(s) agents are known by their signed reply address and From alone"
        advice = f"policy {PROOF}: no further sender proof is asked; keep agents' mailboxes and notifications private"
        yield warn(
            "agent policy", f"{said} ({', '.join(bare[:5])}{', …' if len(bare) > len(bare[:5]) else ''})", advice
        )
    else:
        yield ok("agent policy", "agents prove who they are")


def backlog() -> Iterable[Finding]:
    """Nothing waits for long, nothing waits for a person."""
    with transaction() as connection:
        told = {row.name: row.value for row in connection.execute(text("SELECT name, value FROM postern_metrics()"))}
    age = told.get("oldest_unprocessed_seconds", 0)
    if age > LATE:
        yield warn("inbound", f"the oldest unfiled mail waits for {age:.0f} s", "are the workers running? see the logs")
    else:
        yield ok("inbound", f"{told.get('unprocessed', 0):.0f} mail(s) to file")
    if held := told.get("quarantine", 0):
        yield warn("quarantine", f"{held:.0f} mail(s) wait for a person", "see `postern quarantine list`")
    else:
        yield ok("quarantine", "empty")


def loops() -> Iterable[Finding]:
    """No programs write to each other."""
    rows = [row for row in find.everywhere(_WITHHELD, {}) if row["letters"]]
    if rows:
        said = f"{sum(row['letters'] for row in rows)} letter(s) of the last day were withheld, since a loop was seen"
        yield warn("loops", said, "see `postern outbox list --state withheld`, and who writes again and again")
    else:
        yield ok("loops", "no letter of the last day was withheld")
