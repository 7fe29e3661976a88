"""Sealing anew with the newest key, some rows at a time, so that a rotation holds up nobody who needs a secret."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

from models import seal_keys
from models.seal import Broken, seal, signing_key_row, token_row, unseal, webhook_row

BATCH = 500  # rows


@dataclass(frozen=True, slots=True)
class Shelf:
    """A table of sealed rows, named in its organization by an identifier and a kind.

    Attributes:
        next: the rows after one, that an older key sealed; they are locked.
        put: stores rows that were sealed anew.
        row: the name of a row for its seal.
    """

    next: TextClause
    put: TextClause
    row: Callable[[UUID, str], str]


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of some rows.

    Attributes:
        sealed: how many have the newest key now.
        broken: why others could not be opened; they are as they were.
        last: the last row that was looked at, None when there are no more.
    """

    sealed: int
    broken: tuple[str, ...]
    last: tuple[UUID, str] | None


SHELVES = (
    Shelf(
        next=text(
            "SELECT mailbox_id AS id, kind, sealed, key_id FROM mailbox_tokens WHERE org_id = :org AND key_id <> :key"
            " AND (mailbox_id, kind) > (CAST(:id AS uuid), CAST(:kind AS text)) ORDER BY mailbox_id, kind LIMIT :most"
            " FOR UPDATE"
        ),
        put=text(
            "UPDATE mailbox_tokens t SET sealed = n.sealed, key_id = :key"
            " FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:sealed AS bytea[]))"
            " AS n (id, kind, sealed)"
            " WHERE t.org_id = :org AND t.mailbox_id = n.id AND t.kind = n.kind"
        ),
        row=token_row,
    ),
    Shelf(
        next=text(
            "SELECT id, '' AS kind, sealed, key_id FROM signing_keys WHERE org_id = :org AND key_id <> :key"
            " AND (id, '') > (CAST(:id AS uuid), CAST(:kind AS text)) ORDER BY id LIMIT :most FOR UPDATE"
        ),
        put=text(
            "UPDATE signing_keys k SET sealed = n.sealed, key_id = :key"
            " FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:sealed AS bytea[]))"
            " AS n (id, kind, sealed)"
            " WHERE k.org_id = :org AND k.id = n.id"
        ),
        row=lambda key, _: signing_key_row(key),
    ),
    Shelf(
        next=text(
            "SELECT id, '' AS kind, sealed_secret AS sealed, key_id FROM webhooks WHERE org_id = :org"
            " AND key_id <> :key AND (id, '') > (CAST(:id AS uuid), CAST(:kind AS text))"
            " ORDER BY id LIMIT :most FOR UPDATE"
        ),
        put=text(
            "UPDATE webhooks w SET sealed_secret = n.sealed, key_id = :key"
            " FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:sealed AS bytea[]))"
            " AS n (id, kind, sealed)"
            " WHERE w.org_id = :org AND w.id = n.id"
        ),
        row=lambda webhook, _: webhook_row(webhook),
    ),
)
FIRST = (UUID(int=0), "")
USED = text(
    "SELECT key_id, count(*) AS rows FROM (SELECT key_id FROM mailbox_tokens WHERE org_id = :org"
    " UNION ALL SELECT key_id FROM signing_keys WHERE org_id = :org"
    " UNION ALL SELECT key_id FROM webhooks WHERE org_id = :org AND key_id IS NOT NULL) AS sealed GROUP BY key_id"
)


def reseal(connection: Connection, org: UUID, shelf: Shelf, after: tuple[UUID, str]) -> Batch:
    """Seal the next rows of an organization anew; the caller ends the transaction and asks again.

    Args:
        connection: in the context of `org`, as system.
        org: whose rows.
        shelf: of which table.
        after: the last row of the batch before, or `FIRST`.
    """
    newest = next(iter(seal_keys.keys()))
    said = {"org": org, "key": newest, "id": after[0], "kind": after[1], "most": BATCH}
    rows = connection.execute(shelf.next, said).all()
    done: dict[tuple[UUID, str], bytes] = {}
    broken = []
    for found in rows:
        name = shelf.row(found.id, found.kind)
        try:
            done[found.id, found.kind] = seal(unseal(found.sealed, found.key_id, org, name), org, name).sealed
        except Broken as error:
            broken.append(str(error))
    if done:
        ids, kinds = zip(*done, strict=True)
        put = {"org": org, "key": newest, "ids": list(ids), "kinds": list(kinds), "sealed": list(done.values())}
        connection.execute(shelf.put, put)
    return Batch(len(done), tuple(broken), (rows[-1].id, rows[-1].kind) if rows else None)


def used_keys(connection: Connection, org: UUID) -> dict[str, int]:
    """How many rows of an organization each key seals, by its name."""
    return {row["key_id"]: row["rows"] for row in connection.execute(USED, {"org": org}).mappings()}
