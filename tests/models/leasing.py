"""What the fetcher asks of the database, for the tests of its functions."""

import json
from typing import Any
from uuid import UUID

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from sqlalchemy import Connection, Row, text

from models.database import transaction
from tests.conftest import Tenant

LEASE = "SELECT * FROM lease_mailbox(:holder, CAST(:lease AS interval))"
LOGIN = "SELECT * FROM mailbox_login(:box, :holder)"
READ = "SELECT * FROM read_cursor(:box, :holder, :folder)"
ADVANCE = "SELECT advance_cursor(:box, :holder, :folder, :validity, :highest, CAST(:seen AS int8multirange))"
HEALTH = "SELECT note_mailbox_health(:box, :holder, :error)"
FIGURES = "SELECT note_fetching(:box, :holder, :lag, :oldest, :gaps, :aside)"
SURVEY = "SELECT note_survey(:box, :holder, :folder, :validity, CAST(:aside AS int8multirange), :since)"
NOTE = "SELECT note_uidls(:box, :holder, :uidls, :sizes)"
MATCH = "SELECT * FROM match_uidls(:box, :holder, :there)"
RENEW = "SELECT * FROM renew_mailboxes(:boxes, :holders, CAST(:lease AS interval))"
RELEASE = "SELECT release_mailbox(:box, :holder)"
TOKEN = "SELECT store_access_token(:box, :holder, :kind, :it, 'k2', now())"
UNDER_LEASE: dict[str, dict[str, Any]] = {
    LOGIN: {},
    READ: {"folder": "INBOX"},
    ADVANCE: {"folder": "INBOX", "validity": 1, "highest": 1, "seen": "{}"},
    HEALTH: {"error": "x"},
    FIGURES: {"lag": None, "oldest": None, "gaps": 0, "aside": 0},
    SURVEY: {"folder": "INBOX", "validity": 1, "aside": "{}", "since": "2026-01-01"},
    NOTE: {"uidls": ["one"], "sizes": [1]},
    MATCH: {"there": ["one"]},
    RELEASE: {},
    TOKEN: {"kind": "oauth_access", "it": b"token" * 8},
}
SETTINGS = {"host": "imap.test", "port": 993, "tls": "required", "user": "support"}
SEALED = b"sealed" * 8


def fetch(query: str, **said: Any) -> list[Row[Any]]:
    with transaction(login="fetcher") as connection:
        return list(connection.execute(text(query), said))


def work(tenant: Tenant, query: str, **said: Any) -> Any:
    with transaction(tenant.id) as connection:
        return connection.execute(text(query), {"org": tenant.id, **said})


def make_box(connection: Connection, org: UUID, box: UUID) -> None:
    made = (
        "INSERT INTO mailboxes (org_id, id, address, name, kind, imap_settings)"
        " VALUES (:org, :id, :at, 'Fetched', 'imap', :s)"
    )
    connection.execute(text(made), {"org": org, "id": box, "at": f"{box.hex}@x.test", "s": json.dumps(SETTINGS)})
    token = "INSERT INTO mailbox_tokens (org_id, mailbox_id, kind, sealed, key_id) VALUES (:org, :id, :kind, :it, 'k1')"
    for kind in ("imap_password", "smtp_password"):
        connection.execute(text(token), {"org": org, "id": box, "kind": kind, "it": SEALED})


def pause(tenant: Tenant) -> None:
    work(tenant, "UPDATE mailboxes SET is_active = false WHERE org_id = :org AND kind <> 'smtp'")


def expire(tenant: Tenant, box: UUID) -> None:
    past = "UPDATE mailbox_cursors SET leased_until = now() - interval '1h' WHERE org_id = :org AND mailbox_id = :id"
    work(tenant, past, id=box)


def lease(holder: str) -> list[UUID]:
    return [row.mailbox_id for row in fetch(LEASE, holder=holder, lease="10 minutes")]


def advance(box: UUID, validity: int, highest: int, seen: str, folder: str = "INBOX") -> tuple[int, int, str]:
    said = {"validity": validity, "highest": highest, "seen": seen, "folder": folder}
    fetch(ADVANCE, box=box, holder="a", **said)
    (row,) = fetch(READ, box=box, holder="a", folder=folder)
    return row.uidvalidity, row.highest_uid, str(row.ledger)


def multirange(*pairs: tuple[int, int]) -> str:
    return str(Multirange([Range(*pair) for pair in pairs]))
