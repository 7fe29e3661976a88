"""Everything that the claimed letters of one organization are made of, in one query; bytes of files one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from models import digest
from models.dkim import Signer
from models.marks import digest_address, loop_mark, reply_address, return_path, unsubscribe_address
from models.one_click import one_click
from models.outgoing import Letter
from workers.outbound.letter import ANSWERS, Draft, File, Person
from workers.outbound.own_relay import Unclear, own_relay
from workers.outbound.relay import Relay
from workers.outbound.signers import signers

MOST_FILE_BYTES = 20_971_520
"""Files of one letter together; what is beyond is named in the letter instead."""
WITH_FILES = frozenset({Letter.REPLY, Letter.NOTIFICATION})

# An internal note is nobody's to send to a customer: it is not even read for one.
_LETTERS = text("""
    WITH signing AS MATERIALIZED (
        SELECT domain, array_agg(id ORDER BY algorithm DESC) AS keys FROM signing_keys
        WHERE org_id = :org AND is_active GROUP BY domain
    )
    SELECT o.id, o.handle, o.letter, o.recipient, o.recipient_name, o.sender_name, o.message_id, o.context, o.attempts,
           o.created_at, now() - o.created_at AS age, g.name AS organization,
           coalesce(t.number, '') AS number, coalesce(t.title, '') AS title, o.ticket_id,
           (SELECT s.keys FROM signing s WHERE s.domain = lower(split_part(m.address, '@', 2))) AS keys,
           (SELECT i.metadata ->> 'thread_index' FROM ticket_comments i
            WHERE i.org_id = o.org_id AND i.ticket_id = o.ticket_id AND i.sender_type = 'customer'
              AND o.letter IN ('reply_to_customer', 'acknowledgement') AND i.metadata ? 'thread_index'
              AND i.created_at <= o.created_at ORDER BY i.id DESC LIMIT 1) AS thread_index,
           o.letter = 'reply_to_customer' AND o.profile_id <> t.created_by AS takes_part,
           m.address AS mailbox, m.name AS mailbox_name, w.id AS way_id, w.smtp_settings,
           k.sealed, k.key_id, k.expires_at <= now() AS is_over, p.name AS author_name, p.email AS author_address,
           c.text, CASE WHEN c.full_text IS NULL OR c.full_text = c.text THEN c.html END AS html,
           o.attempts - 1 - (SELECT count(*) FROM deliveries d WHERE d.org_id = o.org_id AND d.outgoing_id = o.id
                             AND d.outcome NOT IN ('delivered', 'bounced')) AS interrupted,
           (SELECT jsonb_agg(jsonb_build_object('sha256', encode(a.sha256, 'hex'), 'name', a.name, 'size', a.size,
                             'content_type', a.content_type, 'content_id', a.content_id, 'inline', a.is_inline)
                             ORDER BY a.position, a.id)
            FROM ticket_attachments a WHERE a.org_id = o.org_id AND a.comment_id = c.id) AS files
    FROM outgoing o
    JOIN organizations g ON g.id = o.org_id
    JOIN mailboxes m ON m.org_id = o.org_id AND m.id = o.mailbox_id
    LEFT JOIN organization_settings s ON s.org_id = o.org_id
    LEFT JOIN mailboxes w ON w.org_id = o.org_id AND w.smtp_settings ? 'host'
        AND w.id = CASE WHEN m.smtp_settings ? 'host' THEN m.id ELSE CAST(s.policies ->> 'relay_mailbox' AS uuid) END
    LEFT JOIN mailbox_tokens k ON k.org_id = w.org_id AND k.mailbox_id = w.id
        AND k.kind = CASE WHEN w.smtp_settings ->> 'auth' IN ('xoauth2', 'oauthbearer') THEN 'oauth_access'
                          ELSE 'smtp_password' END
    LEFT JOIN tickets t ON t.org_id = o.org_id AND t.id = o.ticket_id
    LEFT JOIN ticket_comments c ON c.org_id = o.org_id AND c.id = o.comment_id
        AND (NOT c.is_internal OR o.letter IN ('notification_to_agent', 'reply_held'))
    LEFT JOIN profiles p ON p.org_id = c.org_id AND p.id = c.author_id
    WHERE o.org_id = :org AND o.id = ANY (CAST(:ids AS uuid[])) AND o.state = 'sending'
    ORDER BY o.id
""")
_BLOBS = text("SELECT sha256, content FROM blobs WHERE org_id = :org AND sha256 = ANY (:wanted)")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of a letter whose bytes still lie in the database."""

    sha256: bytes
    size: int
    file: File


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that is ours to send.

    Attributes:
        attempt: number of this try, from 1; also the fence that tells our claim from a later one.
        interrupted: earlier tries that were begun and never recorded: the worker died.
        age: since it was queued, by the database's clock.
        stored: files that travel with it. Its draft names those that do not.
        relay: its mailbox's own, None for the installation's. stuck: why nothing can go out there, '' if it can.
    """

    draft: Draft
    attempt: int
    interrupted: int
    age: timedelta
    stored: tuple[Stored, ...]
    relay: Relay | None = None
    stuck: str = ""

    @property
    def file_bytes(self) -> int:
        """Size of its files."""
        return sum(one.size for one in self.stored)


def load(connection: Connection, org: UUID, ids: Sequence[UUID]) -> list[Claimed]:
    """The claimed letters, ordered by identifier; those no longer `sending` are left out.

    Args:
        connection: of a transaction of this organization.
        org: the organization.
        ids: what was claimed.
    """
    rows = connection.execute(_LETTERS, {"org": org, "ids": list(ids)}).mappings().all()
    known = signers(connection, org, {key for row in rows for key in row["keys"] or ()})
    return [_signed(_claimed(org, row), row["keys"] or (), known) for row in rows]


def with_files(connection: Connection, org: UUID, claimed: Claimed) -> Draft:
    """The draft with the bytes of its files."""
    wanted = [one.sha256 for one in claimed.stored]
    found = {bytes(key): bytes(content) for key, content in connection.execute(_BLOBS, {"org": org, "wanted": wanted})}
    files = (replace(one.file, content=found[one.sha256]) for one in claimed.stored if one.sha256 in found)
    return replace(claimed.draft, files=tuple(files))


def _signed(claimed: Claimed, keys: Sequence[UUID], known: Mapping[UUID, Signer]) -> Claimed:
    by = tuple(known[key] for key in keys if key in known)
    return replace(claimed, draft=replace(claimed.draft, signers=by)) if by else claimed


def _claimed(org: UUID, row: RowMapping) -> Claimed:
    kind = row["letter"]
    stored = tuple(map(_stored, (row["files"] or []) if kind in WITH_FILES else []))
    kept, left_out = _bounded(stored)
    tried = Claimed(_draft(org, kind, row, left_out), row["attempts"], row["interrupted"], row["age"], kept)
    try:
        return replace(tried, relay=own_relay(org, row))
    except Unclear as why:
        return replace(tried, stuck=str(why))


def _draft(org: UUID, kind: str, row: RowMapping, left_out: tuple[str, ...]) -> Draft:
    context, mailbox, handle = _Context(row["context"]), row["mailbox"], row["handle"]
    leave = unsubscribe_address(mailbox, org, handle) if row["takes_part"] else ""
    return Draft(
        id=row["id"],
        kind=kind,
        recipient=Person(row["recipient_name"], row["recipient"]),
        sender=Person(row["sender_name"] or row["mailbox_name"], mailbox),
        organization=row["organization"],
        number=row["number"],
        title=row["title"],
        author=Person(row["author_name"] or "", row["author_address"] or ""),
        text=row["text"] or "",
        html=row["html"],
        message_id=row["message_id"],
        reply_to=_answers(org, kind, row),
        return_path="" if kind in ANSWERS else return_path(mailbox, org, handle),
        loop=loop_mark(org),
        created_at=row["created_at"],
        in_reply_to=context.text("in_reply_to") or None,
        references=context.texts("references"),
        reason=context.text("reason"),
        note=context.text("note"),
        since=context.text("since"),
        until=context.text("until"),
        questions=context.texts("questions"),
        problems=context.texts("problems"),
        left_out=left_out,
        ticket=row["ticket_id"],
        thread_index=row["thread_index"] or "",
        unsubscribe=leave,
        one_click=one_click(leave),
        lines=context.texts("lines"),
    )


def _answers(org: UUID, kind: str, row: RowMapping) -> str:
    """Where an answer goes; to the mailbox itself where it would be a mail like any."""
    mailbox: str = row["mailbox"]
    if kind in digest.LETTERS:
        return digest_address(mailbox, org, row["handle"])
    return reply_address(mailbox, org, row["handle"]) if row["ticket_id"] or kind == Letter.VERIFICATION else mailbox


class _Context:
    """Reads a context leniently: what is missing or of another shape is empty."""

    def __init__(self, values: object) -> None:
        self._values = values if isinstance(values, dict) else {}

    def text(self, key: str) -> str:
        found = self._values.get(key)
        return found if isinstance(found, str) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._values.get(key)
        return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _stored(said: Mapping[str, Any]) -> Stored:
    file = File(said["name"], said["content_type"], b"", said["content_id"], said["inline"])
    return Stored(bytes.fromhex(said["sha256"]), said["size"], file)


def _bounded(stored: tuple[Stored, ...]) -> tuple[tuple[Stored, ...], tuple[str, ...]]:
    kept, left_out, room = [], [], MOST_FILE_BYTES
    for one in stored:
        if one.size <= room:
            room -= one.size
            kept.append(one)
        else:
            left_out.append(one.file.name)
    return tuple(kept), tuple(left_out)
